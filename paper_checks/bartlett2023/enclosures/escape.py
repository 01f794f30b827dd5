r"""The growth off another cycle as an identity, and that it is above 1 over all $h$ and ratios.

With $s=\lambda_j/\lambda_1<1$ the growth less 1 is $(1-s)(2(1+s)-hs)/s^2$.
"""

from fractions import Fraction

from flatlab.evidence.enclosures.enclosure import At, Chart, Enclosure, Identity, both, lowered
from paper_checks.bartlett2023.enclosures._step import radius, step


def growth(top, own, eta, rho, w, power=2):
    """Return minus the factor of a component w on e_1 at the cycle of another eigenvalue, and how far it is above 1."""
    h, s = eta * top, own / top
    factor = -step(top, w, own * radius(own, eta, rho), eta, rho) / w
    return {
        "growth": (factor, h + (2 - eta * own) / s**power - 1),
        "growth - 1, factored": ((factor - 1) * s**2, (1 - s) * (2 * (1 + s) - h * s)),
    }


def above_one(h, s):
    return {"(growth - 1) s^2 / (1 - s)": 2 * (1 + s) - h * s}


def tie(case, observed, expected):
    p, j = case
    s = p.eigenvalues[j] / p.eigenvalues[0]
    point = {"top": p.eigenvalues[0], "own": p.eigenvalues[j], "eta": p.eta, "rho": p.rho, "w": 1e-9 * p.radius}
    factored = both("growth - 1, factored", (observed - 1) * s**2, (expected - 1) * s**2)
    yield At("growth", point, both("growth", observed, expected) | factored)
    yield At("above 1", {"h": p.h, "s": s}, {"(growth - 1) s^2 / (1 - s)": (observed - 1) * s**2 / (1 - s)})


ENCLOSURE = Enclosure(
    proves=r"the growth of a small component on $e_1$ at every other cycle, and that it is above 1, for all $0<h<2$",
    parts=(
        Identity("growth", ("top", "own", "eta", "rho", "w"), growth, false=lambda *given: growth(*given, power=1)),
        Chart("above 1", {"h": (0, 2), "s": (0, 1)}, above_one, lowered(above_one, 2 + Fraction(1, 1000))),
    ),
    tie=tie,
    rtol=1e-5,
)
