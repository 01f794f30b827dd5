r"""The Jacobian at a cycle as an identity, and its entries at the top cycle in $(-1,1)$ over all $h$ and ratios.

A coordinate $i$ of a step depends on $w_i$ and on $|\Lambda w|$ only, so that the entries in rows and columns $i$, $j$
for any two axes are those of every dimension. With $r=\lambda_i/\lambda_1$, $1+m_i=(1-r)(2+(2-h)r)$ and
$1-m_i=r(h+(2-h)r)$. The second vanishes at $h=r=0$ as well; two charts divide it by the larger of $h$ and $r$.
"""

from fractions import Fraction

from flatlab.evidence.enclosures.enclosure import At, Chart, Enclosure, Identity, both, lowered
from flatlab.evidence.enclosures.formula import Dual
from paper_checks.bartlett2023.enclosures._step import radius, root, step


def jacobian(first, second, eta, rho, power=2):
    """Return the four entries for the cycle along the first of two axes, each with its stated value."""
    a = radius(first, eta, rho)

    def row(eigenvalue, place, along):
        w = [Dual(a, 1 if along == 0 else 0), Dual(0, 1 if along == 1 else 0)]
        square = (first * w[0]) ** 2 + (second * w[1]) ** 2
        return step(eigenvalue, w[place], root(square, first * a), eta, rho).slope

    h, ratio = eta * first, second / first
    return {
        "along, along": (row(first, 0, 0), 1 - h),
        "across, across": (row(second, 1, 1), 1 - eta * second - (2 - h) * ratio**power),
        "along, across": (row(first, 0, 1), 0),
        "across, along": (row(second, 1, 0), 0),
    }


def below_one(h, t):
    return {"(1 - m) / (h r), r = h t": 1 + (2 - h) * t}


def below_one_too(t, r):
    return {"(1 - m) / r^2, h = r t": t + 2 - r * t}


def above_minus_one(h, r):
    return {"(1 + m) / (1 - r)": 2 + (2 - h) * r}


def tie(p, observed, expected):
    d = p.eigenvalues.size
    for j in range(d):
        i = (j + 1) % d
        point = {"first": p.eigenvalues[j], "second": p.eigenvalues[i], "eta": p.eta, "rho": p.rho}
        places = {"along, along": (j, j), "across, across": (i, i), "along, across": (j, i), "across, along": (i, j)}
        numbers = {}
        for words, (row, column) in places.items():
            at = (j * d + row) * d + column
            numbers |= both(words, observed[at], expected[at])
        yield At("Jacobian", point, numbers)
    for i in range(1, d):
        h, r, m = p.h, p.eigenvalues[i] / p.eigenvalues[0], observed[i * d + i]
        yield At("above -1", {"h": h, "r": r}, {"(1 + m) / (1 - r)": (1 + m) / (1 - r)})
        if r <= h:
            yield At("below 1, r at most h", {"h": h, "t": r / h}, {"(1 - m) / (h r), r = h t": (1 - m) / (h * r)})
        else:
            yield At("below 1, h at most r", {"t": h / r, "r": r}, {"(1 - m) / r^2, h = r t": (1 - m) / r**2})


EDGE = Fraction(1001, 1000)
ENCLOSURE = Enclosure(
    proves=r"""the entries of the Jacobian at every cycle, as an identity in $\lambda_i$, $\lambda_j$, $\eta$, $\rho$;
        and that those of the top cycle lie in $(-1,1)$ for all $0<h<2$ and all ratios in $(0,1)$""",
    parts=(
        Identity(
            "Jacobian",
            ("first", "second", "eta", "rho"),
            jacobian,
            false=lambda *given: jacobian(*given, power=1),
        ),
        Chart("above -1", {"h": (0, 2), "r": (0, 1)}, above_minus_one, lowered(above_minus_one, 2 * EDGE)),
        Chart("below 1, r at most h", {"h": (0, 2), "t": (0, 1)}, below_one, lowered(below_one, EDGE)),
        Chart(
            "below 1, h at most r",
            {"t": (0, 1), "r": (0, 1)},
            below_one_too,
            lowered(below_one_too, 2 * EDGE),
        ),
    ),
    tie=tie,
    rtol=2e-3,
)
