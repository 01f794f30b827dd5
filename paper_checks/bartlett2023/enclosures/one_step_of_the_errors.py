r"""Both inequalities of one step as identities whose remainders are squares.

With $x=|u_1|=(1+e)b_1$, $c=x/s=1/\sqrt{1+r^2}$ and $\sigma=s/b_1$: $(A_1x-b_1)/b_1=-(1-h)e-(2-h)(1-c)$, and
$r^2/2-(1-c)=(1-c)^2(1+2c)/(2c^2)\ge0$. Where $A_1<0$, $\big||A_1x|-b_1\big|$ is smaller still.
"""

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.bartlett2023.enclosures._step import radius, step


def radial(top, eta, rho, e, c, wrong=1):
    """Return the error of |u_1| after a step, squared, and the two parts of its bound."""
    h, b = eta * top, top * radius(top, eta, rho)
    x = (1 + e) * b
    after = -top * step(top, x / top, x / c, eta, rho)
    tangent = 1 / c**2 - 1
    return {
        "squared error": (((after - b) / b) ** 2, ((1 - h) * e + wrong * (2 - h) * (1 - c)) ** 2),
        "forcing": ((2 - h) * tangent / 2, (2 - h) * (1 - c) + (2 - h) * (1 - c) ** 2 * (1 + 2 * c) / (2 * c**2)),
    }


def ratio(top, own, eta, rho, sigma, wrong=1):
    """Return the factor of one part of r in a step, squared."""
    h, r, norm = eta * top, own / top, sigma * top * radius(top, eta, rho)
    factors = [step(eigenvalue, 1, norm, eta, rho) for eigenvalue in (own, top)]
    stated = ((2 - h) * r**2 + (h * r - wrong) * sigma) / (2 - h + (h - 1) * sigma)
    return {"squared factor": ((factors[0] / factors[1]) ** 2, stated**2)}


def tie(case, observed, expected):
    p = case.p
    top, b = p.eigenvalues[0], p.theory.cycle().gradient_norm
    leading, norm = abs(p.gradient[0]), np.linalg.norm(p.gradient)
    e, c, sigma = leading / b - 1, leading / norm, norm / b
    forcing = expected[0] - 1 - abs((1 - p.h) * e)
    numbers = both("forcing", forcing, forcing)
    factors = p.theory.growth_factors(norm)
    if factors[0] > 0:
        numbers |= both("squared error", (observed[0] - 1) ** 2, (observed[0] - 1) ** 2)
    yield At("radial", {"top": top, "eta": p.eta, "rho": p.rho, "e": e, "c": c}, numbers)
    i = 1 + abs(factors[1:]).argmax()
    shrunk = (np.tan(expected[1]) / case.tube.tangent) ** 2  # the claim states the angle
    point = {"top": top, "own": p.eigenvalues[i], "eta": p.eta, "rho": p.rho, "sigma": sigma}
    yield At("tangent", point, both("squared factor", shrunk, shrunk))


PARTS = (
    Identity("radial", ("top", "eta", "rho", "e", "c"), radial, lambda *given: radial(*given, wrong=2)),
    Identity("tangent", ("top", "own", "eta", "rho", "sigma"), ratio, lambda *given: ratio(*given, wrong=2)),
)
ENCLOSURE = Enclosure(
    proves=r"the statement, in every dimension and for all $\Lambda$, $\eta$, $\rho$ and starts",
    parts=PARTS,
    tie=tie,
    rtol=1e-7,
)
