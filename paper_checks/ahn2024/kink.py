r"""The radius must shrink like $\sqrt\varepsilon$: over a kink smoothing rests at a certificate of order $\rho$."""

import math
from typing import NamedTuple, cast

import numpy as np
from scipy.optimize import brentq

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import WithinInterval
from flatlab.methods import RandomlySmoothed
from flatlab.objectives import Valley
from flatlab.objectives.valleys.kink import Kink
from flatlab.objectives.valleys.profiles import profile_at
from flatlab.theory.escape import EscapeTheorem

C_ETA, FLOW = 0.2, 10.0  # flow time of a run, in units of 1/(curvature of h)
WORK, FEWEST, MOST = 3e5, 10, 300  # steps of all runs together, which set the width of the interval; numbers of runs


class Runs(NamedTuple):
    """Runs of the smoothed perturbation with the reconstructed sizes near the minimum of h over a kink."""

    epsilon: float
    delta: float
    c_rho: float
    curvature: float
    tilt: float

    @property
    def place(self):
        """Where smoothed h has its minimum, in radii: t = tilt E|g - t|, g of density (3/4)(1 - g^2)."""
        return cast("float", brentq(lambda t: self.tilt * (3 / 8 + 3 * t**2 / 4 - t**4 / 8) - t, 0.0, 1.0))

    @property
    def stated(self):
        """The mean of h' at rest over sqrt(epsilon)."""
        return -2 / 3 * self.curvature * (1 - self.tilt) * self.place * self.c_rho * self.delta

    def rest(self, rng, part=1.0, work=WORK):
        """Return the mean of h' at the limits of iterates, over sqrt(epsilon); ``part`` is that of the radius."""
        p = EscapeTheorem(self.epsilon, self.delta, 1, C_ETA, 0.1, self.c_rho)
        method = RandomlySmoothed(p.eta / part**2, p.eta_prime, part * p.rho, math.inf)
        valley = Valley(Kink(1.0, self.curvature, self.tilt), 2)
        start = np.array([0.0, 0.0, -self.place * part * p.rho])
        steps = math.ceil(FLOW / (p.flow_step.time * self.curvature * 2 / 3))
        every = max(1, steps // 40)
        found = []
        for child in rng.spawn(min(MOST, max(FEWEST, math.ceil(work / steps)))):
            path = trajectory(method, valley, start, steps=steps, record_every=every, rng=child)[4:]
            found.append(np.mean([slope_at_limit(valley.profile, w) for w in path]))
        return mean(np.array(found) / math.sqrt(self.epsilon))


def slope_at_limit(profile, w):
    """Return h' where the flow from w ends, by one step of it."""
    a, slope, _, _ = profile_at(profile, w[-1])
    return 2 / 3 * profile_at(profile, w[-1] - slope / a * (w[:-1] @ w[:-1]) / 4)[1]


CLAIM = Claim(
    id="ahn2024/kink",
    title="over a kink of the third derivative the radius must shrink like the root of the tolerance",
    statement=r"""Where the third derivative of $f$ is only Lipschitz, on $a(y)|z|^2/2$ in $\mathbb R^3$,
        $a'=b(y+k|y|)$, random smoothing with $\rho=c\delta\sqrt\varepsilon$ rests at $h'=-\frac23b(1-k)t\,\rho$ to
        leading order in $\eta$, $t=k(\frac38+\frac34t^2-\frac18t^4)$: at a certificate of the order of
        $\rho$. Such $f$ lies outside the assumption that $f$ is four times differentiable.""",
    source=("Bias of the estimator", "What step size and radius must be"),
    origin="derived",
    kind="equality",
    relation=WithinInterval(0.01, rtol=0.08),
    problem=Runs,
    observe=lambda p, rng: p.rest(rng),
    expect=lambda p: p.stated,
    domain={
        "epsilon": LogUniform(0.02, 0.2),
        "delta": LogUniform(0.3, 1.0),
        "c_rho": Uniform(0.7, 1.3),
        "curvature": Uniform(3, 8),
        "tilt": Uniform(0.4, 0.8),
    },
    quick=1,
    full=60,
    seconds=0.25,
    few="10 to 300 runs, each ten times as long as the iterates take to settle",
    note="Observed: h' over the root of the tolerance, which by the statement is a constant times delta.",
    controls=(
        Control(
            "half the radius at four times the step size",
            "the product of step size and radius squared does not set where it rests",
            observe=lambda p, rng: p.rest(rng, part=0.5, work=WORK / 2),
        ),
    ),
)
