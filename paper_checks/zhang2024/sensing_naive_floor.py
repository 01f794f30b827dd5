r"""Near an interpolating minimum naive noise keeps an extra training loss of $\sum\eta s^2h_j^2/(2(2-\eta h_j))$."""

from typing import NamedTuple

import numpy as np

from flatlab import running
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform
from flatlab.evidence.relations import Equal
from flatlab.methods import NSO, NoiseInjection
from flatlab.objectives import TracePenalty, hessian, trace_form
from flatlab.objectives.observables import Loss
from flatlab.theory.noise import naive_noise_floor
from paper_checks.zhang2024.problems.small_sensing import Noisy, at_minimum, gradient_at

BURN_IN = 1000
SHORTER = {"steps": 3000}  # the controls miss by ten tolerances and more
ROUNDING = 1e-9  # of the largest eigenvalue


class Floor(NamedTuple):
    """A problem at its minimum, and a run from there."""

    minimum: Noisy
    eta: float
    s: float
    points: int
    steps: int

    @property
    def curvatures(self):
        """The eigenvalues of the Hessian, the largest last."""
        return np.maximum(np.linalg.eigvalsh(hessian(self.minimum.objective, self.minimum.w)), 0)

    @property
    def of_mean(self):
        """The extra loss of order s^4 where the mean of the noise, a pull on the trace, moves the minimum."""
        objective, w, _ = self.minimum
        values, vectors = np.linalg.eigh(hessian(objective, w))
        curved = values > ROUNDING * values[-1]
        pull = gradient_at(TracePenalty(objective, self.s**2 / 2, trace_form(objective).matrix), w)
        return np.sum((vectors[:, curved].T @ pull) ** 2 / values[curved]) / 2

    @property
    def floor(self):
        """The stated floor."""
        return naive_noise_floor(self.eta, self.s, self.curvatures, self.points)

    def noise(self, eta=1.0, points=1):
        """Naive noise with multiples of the step and of the points."""
        return NoiseInjection(eta * self.eta, self.s, points * self.points)

    def log_loss(self, method, rng):
        """Return the logarithm of the mean loss along a run after the burn-in."""
        objective, start, _ = self.minimum
        found = running(method, objective, start, Loss(), checkpoints=[BURN_IN, self.steps], rng=rng)
        return np.log((found.mean[1] * self.steps - found.mean[0] * BURN_IN) / (self.steps - BURN_IN))


def floor(eta, s, points, steps, **setting):
    return Floor(at_minimum(**setting), eta, s, points, steps)


CLAIM = Claim(
    id="zhang2024/sensing-naive-floor",
    title="Floor of naive noise near a minimum",
    statement=r"""Near an interpolating minimum with Hessian eigenvalues $h_j$ naive noise keeps an extra training loss
        of $\sum\eta s^2h_j^2/(2m(2-\eta h_j))$ at $m$ points a step, proportional to $\eta$ and $s^2$, where the term
        of order $s^4$, $\tfrac{s^4}8\sum(v_j^\top\nabla\,\mathrm{tr}H)^2/h_j$, is at most a hundredth of it.""",
    source="Floor of naive noise",
    origin="derived",
    kind="equality",
    relation=Equal(atol=0.15),
    problem=floor,
    observe=lambda p, rng: p.log_loss(p.noise(), rng),
    expect=lambda p: np.log(p.floor),
    fixed={"d": 8, "steps": 11_000},
    domain={
        "rank": Choice((1, 2)),
        "n": Choice((20, 40)),
        "eta": LogUniform(0.002, 0.008),
        "s": LogUniform(0.002, 0.01),
        "points": Choice((1, 2)),
        "seed": SEED,
    },
    hypotheses={
        "eta h_1 is at most 1.2": lambda s: s.eta * floor(**s).curvatures[-1] <= 1.2,
        "the mean of the noise adds at most 1%": lambda s: floor(**s).of_mean <= 0.01 * floor(**s).floor,
    },
    corners=({"rank": 1, "n": 40, "eta": 0.004, "s": 0.002, "points": 2, "seed": 1},),
    quick=2,
    full=40,
    seconds=0.14,
    few="runs of 11000 steps",
    note="Logarithms. Nearly flat directions make the term of order s^4 large: a search found 0.9 of the floor.",
    controls=(
        Control(
            "a symmetric pair",
            "the pair has no noise of first order: its floor is of order s^4",
            observe=lambda p, rng: p.log_loss(NSO(p.eta, p.s), rng),
            change=SHORTER,
        ),
        Control(
            "eight times the points",
            "the mean of eight independent points has an eighth of the variance",
            observe=lambda p, rng: p.log_loss(p.noise(points=8), rng),
            change=lambda s: {**s, **SHORTER} if s.s == 0.002 else None,
        ),
        Control(
            "an eighth of the step",
            "the floor is proportional to the step",
            observe=lambda p, rng: p.log_loss(p.noise(eta=1 / 8), rng),
            change=SHORTER,
        ),
    ),
)
