r"""Where $|\nabla h|=\sqrt\varepsilon$ a step lowers $h$ by the orders of Lemmas 2 and 4, also off the minima."""

import math
from typing import NamedTuple

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import WithinInterval
from flatlab.methods import RandomlySmoothed, SharpnessAwarePerturbation
from flatlab.objectives import Valley, ValleyRisk
from flatlab.objectives.valleys.profiles import ExponentialTail
from flatlab.simulation.trajectories import restarts
from flatlab.theory.escape import EscapeTheorem

C_ETA, C_RHO = 0.05, 0.3


class Step(NamedTuple):
    """A step of the reconstructed sizes on a = 1 + exp(-y) where |h'| = sqrt(epsilon), some way off the minima."""

    epsilon: float
    delta: float
    d: int
    off: float
    draws: int
    risk: bool = False

    def drop(self, rng, batch=1, radius=None, eta=None):
        """Return the mean of how far h falls in a step."""
        n, gain = self.d - 1, self.d if self.risk else 1
        p = EscapeTheorem(self.epsilon, self.delta, gain, C_ETA, 0.1, C_RHO)
        kind = SharpnessAwarePerturbation if self.risk else RandomlySmoothed
        method = kind(eta or p.eta, 0.1, radius or p.rho, math.inf)
        weight = 1 / self.d if self.risk else n / self.d
        profile, y = ExponentialTail(1.0, 1.0, 1.0), -math.log(math.sqrt(self.epsilon) / weight)
        direction = np.random.default_rng(self.d).standard_normal(n)
        start = np.append(self.off * p.gate * direction / np.linalg.norm(direction) + 1e-9, y)
        objective = ValleyRisk(profile, n, batch) if self.risk else Valley(profile, n)
        ends = restarts(method, objective, start, count=self.draws, rng=rng)
        return mean(weight * (np.exp(-_limit(start[None])) - np.exp(-_limit(ends))))

    def drop_of_lemma(self, rng, **changes):
        """Return the drop over c c'^2/2 times delta^3 epsilon^3, or d min{1, epsilon d^3} delta^3 epsilon^2 for SAP."""
        size = C_ETA * C_RHO**2 / 2 * self.delta**3 * self.epsilon**3
        stated = size * (self.d * min(1.0, self.epsilon * self.d**3) / self.epsilon if self.risk else 1.0)
        return self.drop(rng, **changes).times(1 / stated)


def _limit(points):
    """Return where along the valley the flow ends, by one midpoint step."""
    u, y = (points[:, :-1] ** 2).sum(axis=1) / 2, points[:, -1]
    tail = np.exp(-y)
    middle = np.exp(-(y + u * tail / (4 * (1 + tail))))
    return y + u * middle / (2 * (1 + middle))


def sharpness_aware(**setting):
    return Step(**setting, risk=True)


DOMAIN = {"epsilon": LogUniform(0.01, 0.1), "delta": LogUniform(0.2, 1.0), "off": Uniform(0.0, 1.0)}

CLAIMS = (
    Claim(
        id="ahn2024/decrease-order",
        title="the decrease per step of Lemma 2",
        statement=r"""With the reconstructed $\eta=c\delta\varepsilon$, $\rho=c'\delta\sqrt\varepsilon$ and
            $|\nabla h|=\sqrt\varepsilon$ a step of random smoothing lowers $h$ in the mean by
            $\frac{cc'^2}2\delta^3\varepsilon^3$ to leading order, on the minima and at distances up to $\sqrt\eta\rho$:
            the order of Lemma 2.""",
        source=("What the paper states", "Parameters of the smoothed perturbation", "Decrease per step"),
        origin="derived",
        kind="equality",
        relation=WithinInterval(rtol=0.03),
        problem=Step,
        observe=lambda p, rng: p.drop_of_lemma(rng),
        expect=1,
        fixed={"draws": 40_000},
        domain={**DOMAIN, "d": Whole(3, 8)},
        corners=(
            {"epsilon": 0.05, "delta": 0.5, "d": 3, "off": 0.0},
            {"epsilon": 0.05, "delta": 0.5, "d": 3, "off": 1.0},
        ),
        quick=4,
        full=200,
        seconds=0.011,
        controls=(
            Control("radius kept", "it must shrink as well", observe=lambda p, rng: p.drop_of_lemma(rng, radius=0.15)),
        ),
    ),
    Claim(
        id="ahn2024/decrease-order-of-samples",
        title="the decrease per step of Lemma 4",
        statement=r"""With the reconstructed $\eta=c\nu\delta\varepsilon$, $\rho=c'\nu\delta\sqrt\varepsilon$ and
            $|\nabla h|=\sqrt\varepsilon$ a step of SAP lowers $h$ in the mean by
            $\frac{cc'^2}2d\min\{1,\varepsilon d^3\}\delta^3\varepsilon^2$ to leading order: the order of Lemma 4.""",
        source=("What the paper states", "Parameters of the sharpness-aware perturbation", "Decrease per step"),
        origin="derived",
        kind="equality",
        relation=WithinInterval(rtol=0.03),
        problem=sharpness_aware,
        observe=lambda p, rng: p.drop_of_lemma(rng),
        expect=1,
        fixed={"draws": 20_000},
        domain={**DOMAIN, "epsilon": LogUniform(0.002, 0.05), "d": Whole(3, 8), "off": Uniform(0.1, 0.5)},
        corners=(
            {"epsilon": 0.02, "delta": 0.5, "d": 3, "off": 0.5},
            {"epsilon": 0.02, "delta": 0.5, "d": 8, "off": 0.5},
        ),
        quick=4,
        full=200,
        seconds=0.007,
        controls=(
            Control("full batches", "the gain is lost", observe=lambda p, rng: p.drop_of_lemma(rng, batch=p.d - 1)),
        ),
    ),
)
