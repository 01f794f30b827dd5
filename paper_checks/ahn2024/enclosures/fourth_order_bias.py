r"""The mean over a sphere in $\mathbb R^3$ of $\partial_xf=(XYZ-1)YZ$, monomial by monomial; $y$ and $z$ by symmetry.

The means of monomials of $g$ are those of "Sphere average": odd powers of a coordinate average to 0.
"""

from fractions import Fraction

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.ahn2024.enclosures._sphere import mean


def beyond(rho, x, y, z, size=15):
    """Return what the mean has beyond the gradient, and the drift with the bias, the trace being a sum of products."""
    d = Fraction(3)
    smoothed = mean(d, rho, (x, 1), (y, 2), (z, 2)) - mean(d, rho, (y, 1), (z, 1))
    drift = rho**2 / (2 * d) * 2 * x * (y**2 + z**2)
    return {"mean less gradient": (smoothed - (x * y * z - 1) * y * z, drift + rho**4 * x / size)}


def tie(p, observed, expected):
    for i in range(3):
        x, y, z = p.w[i], p.w[i - 1], p.w[i - 2]
        yield At("x", {"rho": p.rho, "x": x, "y": y, "z": z}, both("mean less gradient", observed[i], expected[i]))


ENCLOSURE = Enclosure(
    proves=r"the statement, for all $\rho$ and all points",
    parts=(Identity("x", ("rho", "x", "y", "z"), beyond, lambda *given: beyond(*given, size=16)),),
    tie=tie,
)
