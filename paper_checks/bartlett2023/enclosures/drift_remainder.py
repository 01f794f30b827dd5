r"""Theorem D, and how nearly its bound is attained.

On $x^2/2+\mathrm{Im}(x+iy)^4/24$, where $l_1=1$, $M_3=0$ and $M_4=1$, let $\beta=a+\rho$, so that $a=\beta h/2$ and
$\rho=\beta q$ with $q=1-h/2$. The gradient $(a,a^3/6)$ leads to the ascent point $\beta(X,Y)$, and in units of
$\eta\beta^3/6$ the step along $y$ is $X^3-3XY^2$ in size and the bound $(1+qa^2/3)^3$.
"""

from fractions import Fraction

from flatlab.evidence.enclosures.enclosure import At, Chart, Enclosure
from flatlab.evidence.enclosures.formula import sqrt
from paper_checks.bartlett2023.enclosures._remainder import PARTS, points

MOST = Fraction(7, 6)


def nearly(h, reach, most=MOST):
    q, square = 1 - h / 2, (reach * h / 2) ** 2
    norm = sqrt(1 + square**2 / 36)
    x, y = h / 2 + q / norm, q * square / 6 / norm
    return {"remainder, times 7/6, less the bound": most * (x**3 - 3 * x * y**2) - (1 + q * square / 3) ** 3}


def tie(given, observed, expected):
    bounce, rho, third, fourth = given
    yield from points(bounce, rho, third, fourth, observed, expected)
    if third == 0:
        reach = bounce.cycle(rho).ascent_distance
        less = (float(MOST) * observed - expected) / (bounce.eta * reach**3 / 6)
        yield At("harmonic", {"h": bounce.h, "reach": reach}, {"remainder, times 7/6, less the bound": less})


ENCLOSURE = Enclosure(
    proves=r"""the statement, for all $l$, in every dimension, and all $0<h<2$, $\rho$ and $P$; and that the bound is
        less than 7/6 of what it bounds on $x^2/2+\mathrm{Im}(x+iy)^4/24$, for all $0<h<2$ and $a+\rho\le1$""",
    parts=(
        *PARTS,
        Chart(
            "harmonic",
            {"h": (0, 2), "reach": (0, 1)},
            nearly,
            lambda h, reach: nearly(h, reach, Fraction(8, 7)),
        ),
    ),
    tie=tie,
    rtol=1e-7,
)
