r"""A step of SAP from a minimum of $f_i=a(y)z_i^2/2$, for any profile, and the direction at a point nearby.

There $\nabla f=0$, so that nothing is projected off and the step is $-\eta\nabla f_i(x+\rho\sigma e)$, $e$ the axis of
$z_i$. At a point that is off by $\delta$ along $z_i$ the gradient is $(a\delta,a'\delta^2/2)$: the share of its squared
length along $z_i$ is $1/(1+(a'\delta/(2a))^2)$, which tends to 1 with $\delta\to0$.
"""

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from flatlab.evidence.enclosures.formula import Dual


def step(a, slope, eta, rho, sign, delta, part=1):
    """Return the moves along z_i and y from z_i = 0, and the share of the direction."""

    def gradient(z):
        return (Dual(a, 0) * Dual(z, 1) ** 2 / 2).slope, (Dual(a, slope) * Dual(z, 0) ** 2 / 2).slope

    (across, along), (near, beside) = gradient(sign * rho), gradient(delta)
    return {
        "move of z_i / sign rho": (-eta * across / (sign * rho), -eta * a),
        "move of y / rho^2": (-eta * along / rho**2, -part * eta * slope * sign**2 / 2),
        "direction along z_i": (near**2 / (near**2 + beside**2), 1 / (1 + (slope * delta / (2 * a)) ** 2)),
    }


def tie(s, observed, expected):
    tail = np.exp(-s.y)
    across = both("move of z_i / sign rho", -observed[0] / s.rho, -expected[0] / s.rho)
    along = both("move of y / rho^2", (observed[-1] - s.y) / s.rho**2, (expected[-1] - s.y) / s.rho**2)
    point = {"a": 1 + tail, "slope": -tail, "eta": s.eta, "rho": s.rho, "sign": 1, "delta": 1e-9}
    yield At("step", point, across | along | both("direction along z_i", 1, 1))


ENCLOSURE = Enclosure(
    proves=r"the statement, for all $a(y)>0$, $\eta$, $\rho$ and $n$",
    parts=(Identity("step", ("a", "slope", "eta", "rho", "sign", "delta"), step, lambda *given: step(*given, part=2)),),
    tie=tie,
    rtol=1e-7,
)
