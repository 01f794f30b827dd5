r"""What Gaussian noise adds to $aw^4$, and to $\lVert w\rVert^4$ in every dimension, from its moments.

$\sum a_iw_i^4$ is a sum over coordinates: the identity is that of one. The noise is the same in every orthonormal
basis, so for $\lVert w\rVert^4$ let the first axis point to $w$: $\lVert w+U\rVert^4=((r+U_1)^2+R)^2$ with $r=\lVert
w\rVert$, where $R$ is the sum of $d-1$ independent squares, of mean $(d-1)EU^2$ and second moment
$(d-1)EU^4+(d-1)(d-2)(EU^2)^2$.
"""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.zhang2024.enclosures._moments import U, gaussian

ADDED = "F - f"


def one_coordinate(w, s, fourth=3):
    """Return what is added to w^4, in units of (w^2 + s^2)^2."""
    unit, moments = (w**2 + s**2) ** 2, gaussian(s**2, fourth)
    return {ADDED: ((((U + w) ** 4).mean(moments) - w**4) / unit, (6 * s**2 * w**2 + 3 * s**4) / unit)}


def of_norm(r, s, d, fourth=3):
    """Return what is added to the fourth power of the norm, in the same units."""
    unit, moments, others = (r**2 + s**2) ** 2, gaussian(s**2, fourth), d - 1
    square = (U + r) ** 2
    mean, second = others * moments[2], others * moments[4] + others * (others - 1) * moments[2] ** 2
    found = (square**2).mean(moments) + 2 * square.mean(moments) * mean + second
    return {ADDED: ((found - r**4) / unit, (2 * (d + 2) * s**2 * r**2 + d * (d + 2) * s**4) / unit)}


def tie(case, observed, expected):
    p, form = case
    if form == "norm":
        r = (p.w @ p.w) ** 0.5
        unit = (r**2 + p.s**2) ** 2
        yield At("norm", {"r": r, "s": p.s, "d": p.w.size}, both(ADDED, observed / unit, expected / unit))
        return
    each = p.coefficients * (6 * p.s**2 * p.w**2 + 3 * p.s**4)
    i = int(each.argmax())
    unit, others = p.coefficients[i] * (p.w[i] ** 2 + p.s**2) ** 2, each.sum() - each[i]
    yield At(
        "one coordinate", {"w": p.w[i], "s": p.s}, both(ADDED, *((x - others) / unit for x in (observed, expected)))
    )


ENCLOSURE = Enclosure(
    proves=r"the statement, for all $a_i$, $w$, $s$ and $d$",
    parts=(
        Identity("one coordinate", ("w", "s"), one_coordinate, lambda *given: one_coordinate(*given, fourth=2)),
        Identity("norm", ("r", "s", "d"), of_norm, lambda *given: of_norm(*given, fourth=2)),
    ),
    tie=tie,
    rtol=1e-8,
)
