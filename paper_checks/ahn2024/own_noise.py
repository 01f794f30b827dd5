r"""The noise that the perturbation leaves across the valley adds $\eta a(n-1)/(n(2-\eta a))$ to the drift along it."""

import math
from typing import NamedTuple

import numpy as np

from flatlab import ensemble
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import WithinInterval
from flatlab.methods import RandomlySmoothed, SharpnessAwarePerturbation
from flatlab.objectives import Valley, ValleyRisk
from flatlab.objectives.valleys.profiles import Ramp
from flatlab.theory.escape import EscapeTheorem, SmoothingAtRest
from paper_checks.ahn2024.enclosures.own_noise import ENCLOSURE

STEPS, C_ETA, TILT = 10_000, 0.25, 1e-3  # tilt: slope of the ramp over its height


class Runs(NamedTuple):
    """Runs with the theorems' parameters on a nearly level ramp, of curvature such that eta a is ``load``."""

    epsilon: float
    delta: float
    load: float
    n: int
    replicates: int

    @property
    def curvature(self):
        """The curvature a at which c delta epsilon a is the load."""
        return self.load / (C_ETA * self.delta * self.epsilon)

    def excess(self, rng, risk=False, projected=True, wider=1.0, batch=1):
        """Return the drift over c delta^3 epsilon^2/2 times h', less 1; ``wider`` multiplies rho at equal eta rho^2."""
        p = EscapeTheorem(self.epsilon, self.delta, 1, C_ETA)
        cls, valley = (SharpnessAwarePerturbation, ValleyRisk) if risk else (RandomlySmoothed, Valley)
        method = cls(p.eta / wider**2, 0.1, wider * p.rho, math.inf, projected=projected)
        objective = valley(Ramp(self.curvature, TILT * self.curvature), self.n, *([batch] if risk else []))
        starts = np.full((self.replicates, self.n + 1), 1e-9)
        ends = ensemble(method, objective, starts, steps=STEPS, seed=int(rng.integers(2**31)))
        share = 1.0 if risk else self.n / (self.n + 1)
        stated = C_ETA * self.delta**3 * self.epsilon**2 / 2 * share * TILT * self.curvature
        return mean(-ends[:, -1] / (STEPS * stated) - 1)


def fraction(p):
    """Return eta a (n-1)/(n (2 - eta a)) by the size of the gradient at rest."""
    rest = SmoothingAtRest(p.load / p.curvature, 1.0, p.curvature, p.n, p.n + 1)
    return (rest.gradient / p.curvature) ** 2 * (p.n + 1) / p.n


DOMAIN = {"epsilon": LogUniform(0.01, 0.3), "delta": Uniform(0.2, 1.0), "n": Whole(2, 8)}

CLAIMS = (
    Claim(
        id="ahn2024/own-noise",
        title="the noise of random smoothing adds to its drift, and tells step size from radius",
        statement=r"""With $\eta=c\delta\varepsilon$ and $\rho=\delta\sqrt\varepsilon$ random smoothing drifts along a
            ravine at $\frac{c\delta^3\varepsilon^2}2h'$ times $1+\eta a(n-1)/(n(2-\eta a))$, for every $\eta a<2$.""",
        source=("Noise in the iterate", "Parameters of the smoothed perturbation"),
        origin="derived",
        kind="equality",
        relation=WithinInterval(0.01, rtol=0.03),
        problem=Runs,
        observe=lambda p, rng: p.excess(rng),
        expect=fraction,
        fixed={"replicates": 24},
        domain={**DOMAIN, "load": Uniform(0.2, 1.5)},
        corners=({"epsilon": 0.1, "delta": 0.5, "n": 4, "load": 1.0},),
        quick=2,
        full=120,
        seconds=0.065,
        few="24 runs of 10 000 steps",
        note="Step size times squared radius sets the drift, the step size alone the excess; load is eta a.",
        controls=(
            Control(
                "another radius at the same product",
                "a quarter of the step size has less than a third of the excess",
                observe=lambda p, rng: p.excess(rng, wider=2.0),
            ),
            Control(
                "no projection",
                "the noise along the gradient returns, and the gradient counts twice",
                observe=lambda p, rng: p.excess(rng, projected=False),
                change={"load": 0.6, "n": 3},
            ),
        ),
        enclosure=ENCLOSURE,
    ),
    Claim(
        id="ahn2024/own-noise-of-samples",
        title="the noise of sharpness-aware steps adds as much to their drift",
        statement=r"""On the risk form of the ravine SAP drifts at $\frac{\eta\rho^2}2a'$ times
            $1+\eta a(n-1)/(n(2-\eta a))$, to leading order in $\eta a$.""",
        source=("What the gate must cover", "Noise in the iterate"),
        origin="derived",
        kind="equality",
        relation=WithinInterval(0.004, rtol=0.06),
        problem=Runs,
        observe=lambda p, rng: p.excess(rng, risk=True),
        expect=fraction,
        fixed={"replicates": 48},
        domain={**DOMAIN, "load": Uniform(0.1, 0.2)},
        corners=({"epsilon": 0.1, "delta": 0.5, "n": 4, "load": 0.15},),
        quick=1,
        full=120,
        seconds=0.12,
        few="48 runs of 10 000 steps",
        controls=(
            Control(
                "full batches",
                "they leave no noise, and drift n times more slowly",
                observe=lambda p, rng: p.excess(rng, risk=True, batch=p.n),
            ),
        ),
    ),
)
