r"""Theorem L: one step as identities, which induction turns into the statement, and tubes that are certified.

At $s=b_1\sigma$, with $r=\lambda_i/\lambda_1$, the factors times $\sigma$ are $2-h+(h-1)\sigma$ and
$(2-h)r^2+(hr-1)\sigma$, linear in $\sigma$. Where $A_1$ and $A_1\pm A_i$ are above 0 at the upper end
$\sigma=(1+D)\sqrt{1+r_0^2}$ they are so for all smaller $\sigma$, because $2-h$ and $(2-h)(1\pm r^2)$ are, and $K<1$
follows. $A_1-A_i$ has the factor $1-r$.
"""

from fractions import Fraction

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Chart, Enclosure, both, lowered
from flatlab.evidence.enclosures.formula import sqrt
from paper_checks.bartlett2023.enclosures.one_step_of_the_errors import PARTS


def certified(h, r, radial, tangent):
    sigma = (1 + radial) * sqrt(1 + tangent * tangent)
    return {
        "A_1": 2 - h + (h - 1) * sigma,
        "A_1 + A_i": (2 - h) * (1 + r * r) + (h * (1 + r) - 2) * sigma,
        "(A_1 - A_i) / (1 - r)": (2 - h) * (1 + r) + h * sigma,
    }


def tie(case, observed, expected):
    p, tube = case.p, case.tube
    top, b = p.eigenvalues[0], p.theory.cycle().gradient_norm
    leading, norm = abs(p.gradient[0]), np.linalg.norm(p.gradient)
    bounds = tube.bound.at(np.arange(1, 41))
    e, c = leading / b - 1, leading / norm
    if bounds.radial_error[0] > 1e-7:
        after = observed[np.count_nonzero(bounds.tangent > 1e-250)]
        forcing = tube.forcing * tube.tangent**2
        numbers = both("squared error", after**2, after**2) | both("forcing", forcing, forcing)
        yield At("radial", {"top": top, "eta": p.eta, "rho": p.rho, "e": e, "c": c}, numbers)
    ends = [(abs(f[1:] / f[0]).max(), 1 + abs(f[1:]).argmax(), s) for s in _ends(tube) for f in [_factors(p, s)]]
    _, i, sigma = max(ends)
    shrunk = (expected[0] / tube.tangent) ** 2
    point = {"top": top, "own": p.eigenvalues[i], "eta": p.eta, "rho": p.rho, "sigma": sigma}
    yield At("tangent", point, both("squared factor", shrunk, shrunk))
    r, upper = p.eigenvalues[1] / top, (1 + tube.radial_radius) * np.hypot(1, tube.tangent)
    place = {"h": p.h, "r": r, "radial": tube.radial_radius, "tangent": tube.tangent}
    if ENCLOSURE.charts[0].holds(place):
        first, second = _factors(p, upper)[:2] * upper
        sums = {"A_1 + A_i": first + second, "(A_1 - A_i) / (1 - r)": (first - second) / (1 - r)}
        yield At("certified tubes", place, {"A_1": first} | sums)


def _factors(p, sigma):
    return p.theory.growth_factors(sigma * p.theory.cycle().gradient_norm)


def _ends(tube):
    return 1 - tube.norm_radius, 1 + tube.norm_radius


ENCLOSURE = Enclosure(
    proves=r"""one step of both bounds, in every dimension and for all settings, from which they follow by induction;
        and that $K<1$ for all $h$ from 1/2 to 2, ratios from 1/2 to 1, $D$ up to 5/16 and $r_0$ up to 1/8""",
    excluded="tubes outside this box, which the statement assumes to be certified",
    parts=(
        *PARTS,
        Chart(
            "certified tubes",
            {"h": (1 / 2, 2), "r": (1 / 2, 1), "radial": (0, 5 / 16), "tangent": (0, 1 / 8)},
            certified,
            lowered(certified, Fraction(1, 2)),
        ),
    ),
    tie=tie,
    rtol=1e-5,
)
