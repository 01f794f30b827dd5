r"""The constant by induction over the dimension in steps of two, from $4/(3\pi)$ in the plane and $1/4$ in space.

Let $w_d=(1-t^2)^{(d-3)/2}$, the density of $g_1$ but for a factor, $m_d=\int_0^1t^3w_d$ and $I_d=\int_0^1w_d$: the bias
is $\rho^3m_d/I_d$. The primitive of $t^3w_d$ gives $m_d=2/(d^2-1)$. That of $d\,w_{d+2}-(d-1)w_d$ is $tw_{d+2}$, which
vanishes at both ends: $I_{d+2}=I_d(d-1)/d$. So $m/I$ has the same factor from $d$ to $d+2$ as
$\Gamma(d/2)/\Gamma((d+3)/2)$, by $\Gamma(x+1)=x\Gamma(x)$; $I_2=\pi/2$ and $I_3=1$.
"""

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from flatlab.evidence.enclosures.formula import Dual
from flatlab.objectives import Cusp
from flatlab.theory.escape import SphereAverage
from paper_checks.ahn2024.problems.gradients import gradient_at


def primitives(d, t, wrong=0):
    """Return the slopes of the primitives over the density w_d."""
    t = Dual(t, 1)
    density = Dual(1, (3 - d) * t.value / (1 - t.value**2))  # over its value at t
    after = (1 - t**2) * density
    third = 0 - after * ((d - 1) * t**2 + 2 + wrong) / (d**2 - 1)
    return {
        "gradient along g_1": ((t**4 / 4).slope, t.value**3),
        "third moment": (third.slope, t.value**3),
        "density": ((t * after).slope, d * (1 - t.value**2) - (d - 1)),
    }


def two_more(d, wrong=0):
    """Return the bias in d + 2 over that in d: from the two integrals, and as stated, from the Gamma functions."""
    third, density = (d**2 - 1) / ((d + 2) ** 2 - 1), (d - 1) / d
    return {"bias in d + 2 / bias in d": (third / density, (d / 2) / ((d + 3) / 2) + wrong)}


def tie(s, observed, expected):
    t, above = 0.5, SphereAverage(s.rho, s.d + 2).cusp_bias
    yield At("two more dimensions", {"d": s.d}, both("bias in d + 2 / bias in d", above / observed, above / expected))
    cube = gradient_at(Cusp(s.d), t * np.eye(s.d)[0])[0]
    numbers = both("gradient along g_1", cube, cube) | both("third moment", cube, cube)
    flow = s.d * (1 - t**2) - (s.d - 1)
    yield At("primitives", {"d": s.d, "t": t}, numbers | both("density", flow, flow))


ENCLOSURE = Enclosure(
    proves=r"the statement, for all $\rho$ and all $d\ge2$",
    parts=(
        Identity("primitives", ("d", "t"), primitives, lambda *given: primitives(*given, wrong=1)),
        Identity("two more dimensions", ("d",), two_more, lambda d: two_more(d, wrong=1)),
    ),
    tie=tie,
)
