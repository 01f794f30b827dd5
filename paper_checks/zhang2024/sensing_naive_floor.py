r"""Near an interpolating minimum naive noise keeps an extra training loss of $\sum\eta s^2h_j^2/(2(2-\eta h_j))$."""

from typing import NamedTuple

import numpy as np

from flatlab import running
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform
from flatlab.evidence.intervals import power_law_slope
from flatlab.evidence.relations import Equal, WithinInterval
from flatlab.methods import NSO, NoiseInjection
from flatlab.objectives import hessian
from flatlab.objectives.observables import Loss
from flatlab.theory.noise import naive_noise_floor
from paper_checks.zhang2024.problems.small_sensing import Noisy, at_minimum

BURN_IN = 1000


class Floor(NamedTuple):
    """Problems at their minimum, one for each replicate, and the runs from there."""

    minima: list[Noisy]
    eta: float
    s: float
    steps: int

    @property
    def stated(self):
        """The stated extra loss on the first problem."""
        objective, start, _ = self.minima[0]
        return naive_noise_floor(self.eta, self.s, np.maximum(np.linalg.eigvalsh(hessian(objective, start)), 0))

    def extra_loss(self, method, rng, replicate=0):
        """Return the mean loss along a run after the burn-in."""
        objective, start, _ = self.minima[replicate]
        found = running(method, objective, start, Loss(), checkpoints=[BURN_IN, self.steps], rng=rng)
        return (found.mean[1] * self.steps - found.mean[0] * BURN_IN) / (self.steps - BURN_IN)


def floor(eta, s, steps, seed, replicates=1, **setting):
    return Floor([at_minimum(seed=seed + k, **setting) for k in range(replicates)], eta, s, steps)


def slope(p, rng, method=NoiseInjection):
    etas = p.eta * 2.0 ** -np.arange(5)
    rows = [[p.extra_loss(method(eta, p.s), rng, k) for eta in etas] for k in range(len(p.minima))]
    return power_law_slope(etas, rows)


CLAIMS = (
    Claim(
        id="zhang2024/sensing-naive-floor",
        title="Floor of naive noise near a minimum",
        statement=r"""Near an interpolating minimum with Hessian eigenvalues $h_j$ naive noise keeps an extra training
            loss of $\sum\eta s^2h_j^2/(2(2-\eta h_j))$.""",
        source="Floor of naive noise",
        origin="derived",
        kind="equality",
        relation=Equal(rtol=0.15),
        problem=floor,
        observe=lambda p, rng: p.extra_loss(NoiseInjection(p.eta, p.s), rng),
        expect=lambda p: p.stated,
        fixed={"d": 12, "steps": 12000},
        domain={
            "rank": Choice((2, 3)),
            "n": Choice((30, 60)),
            "eta": LogUniform(0.003, 0.006),
            "s": LogUniform(0.005, 0.02),
            "seed": SEED,
        },
        quick=3,
        full=20,
        controls=(
            Control(
                "a symmetric pair",
                "the pair has no noise of first order: its floor is of order s^4",
                observe=lambda p, rng: p.extra_loss(NSO(p.eta, p.s), rng),
            ),
            Control(
                "two points",
                "the mean of two independent points has half the variance",
                observe=lambda p, rng: p.extra_loss(NoiseInjection(p.eta, p.s, 2), rng),
            ),
            Control(
                "twice the step",
                "the floor grows with the step",
                observe=lambda p, rng: p.extra_loss(NoiseInjection(2 * p.eta, p.s), rng),
            ),
        ),
    ),
    Claim(
        id="zhang2024/sensing-floor-rate",
        title="Floor of naive noise is proportional to the step size",
        statement=r"For $\eta h_1\ll1$ the extra training loss of naive noise is $\propto\eta$: exponent 1.",
        source="Floor of naive noise",
        origin="derived",
        kind="rate",
        relation=WithinInterval(tolerance=0.24),
        problem=floor,
        observe=slope,
        expect=1,
        fixed={"rank": 1, "n": 10, "eta": 0.008, "steps": 20000, "replicates": 72},
        domain={"d": Choice((5, 6)), "s": LogUniform(0.005, 0.02), "seed": SEED},
        corners=({"d": 5, "s": 0.01, "steps": 10000, "replicates": 24, "seed": 1},),
        quick=0,
        full=3,
        note="Five step sizes, each half the one before; the interval is from the replicates' own problems.",
        controls=(
            Control(
                "a symmetric pair",
                "its extra loss is the bias of the smoothed minimum, which does not depend on the step",
                observe=lambda p, rng: slope(p, rng, NSO),
                change={"steps": 3000, "replicates": 8},
            ),
        ),
    ),
)
