r"""On $C\|w\|^2/2$ the mean of $|\nabla F(W_t)|^2$ over $0\le t<T$ is the upper bound less what is left of the gap."""

from typing import NamedTuple

import numpy as np

from flatlab import track
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.methods import NSO
from flatlab.objectives import FreshNoise, Quadratic
from flatlab.objectives.observables import SquaredGradientNorm
from flatlab.theory.noise import NoisyDescent, UpperBound
from paper_checks.zhang2024.enclosures.upper_bound_reached import ENCLOSURE
from paper_checks.zhang2024.problems.descent import PLAIN, SCALES, noisy_descent


class Bowl(NamedTuple):
    """C |w|^2/2 from the gap D^2 in a first coordinate, the oracle's noise on fresh ones, weight noise of size s."""

    descent: NoisyDescent
    s: float

    @property
    def bound(self):
        """The upper bound for the variance sigma^2/k of the pair, which loses its weight noise here."""
        c, gap, sigma, steps, k = self.descent
        return UpperBound(c, gap, sigma**2 / k, steps)

    def mean(self, rng, curvature=1.0, share=1.0):
        """Return the mean of |grad f|^2 over 0..T-1; the first ``curvature`` may differ, and the step's ``share``."""
        c, gap, sigma, steps, k = self.descent
        start = np.zeros(1 + k * steps)
        start[0] = np.sqrt(2 * gap / (curvature * c))
        curvatures = np.full(start.size, c)
        curvatures[0] *= curvature
        objective = FreshNoise(Quadratic(curvatures), sigma, 1)
        method = NSO(share * self.bound.step_size, self.s, k)
        return track(method, objective, start, SquaredGradientNorm(), steps=steps, rng=rng)[:-1].mean()


def bowl(s, **setting):
    return Bowl(noisy_descent(**setting), s)


def stated(p):
    h, steps = p.bound.step_size * p.descent.smoothness, p.descent.steps
    kept = (1 - h) ** (2 * steps)
    left = kept + (1 - h) / ((2 - h) * h * steps) * (1 - kept)
    return p.bound.value * (1 - left / (2 - h))


CLAIM = Claim(
    id="zhang2024/upper-bound-reached",
    title="a quadratic reaches the upper bound",
    statement=r"""On $C\|w\|^2/2$, at the upper bound's step size and a variance of $v=\sigma^2/k$, the mean of
        $|\nabla F(W_t)|^2$ over $0\le t<T$ is the bound times $1-\frac1{2-h}\left[(1-h)^{2T}+\frac{1-h}{(2-h)hT}
        (1-(1-h)^{2T})\right]$, $h=C\eta$: all of it without noise, and in the limit of large $hT$.""",
    source="Upper bound",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9),
    problem=bowl,
    observe=lambda p, rng: p.mean(rng),
    expect=stated,
    domain={
        **SCALES,
        "T": Whole(1, 200, log=True),
        "k": Whole(1, 4),
        "nu": LogUniform(1e-6, 10.0),
        "s": LogUniform(0.01, 1.0),
    },
    corners=({**PLAIN, "T": 200, "nu": 1e-4, "s": 0.3}, {**PLAIN, "T": 1, "nu": 1e-24, "s": 0.3}),
    quick=6,
    full=200,
    seconds=0.0016,
    note="Runs of the method with its weight noise on fresh coordinates: every path has the same lengths.",
    enclosure=ENCLOSURE,
    controls=(
        Control(
            "half of the curvature along the gap",
            "then the gradient is smaller for the same gap",
            observe=lambda p, rng: p.mean(rng, curvature=0.5),
        ),
        Control(
            "half of the step",
            "the bound's own step is the best one",
            observe=lambda p, rng: p.mean(rng, share=0.5),
            change=lambda s: {**s, "T": max(s.T, 10), "nu": min(s.nu, 0.01)},
        ),
    ),
)
