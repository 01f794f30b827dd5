r"""With very many measurements NSO's eigenvalues settle $\lambda=s^2(d+1+p)$ below those of $X^*$."""

from typing import NamedTuple

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, Uniform
from flatlab.evidence.relations import Equal
from flatlab.methods import GD, NSO
from flatlab.objectives.sensing.problem import sensing_problem, sensing_start
from flatlab.theory.noise import SensingMean


class Threshold(NamedTuple):
    """Sensing of a d times d matrix of rank ``rank`` with p = d, and a run of NSO from a unit start."""

    d: int
    rank: int
    n: int
    eta: float
    s: float
    steps: int
    seed: int

    @property
    def value(self):
        """The threshold lambda."""
        return SensingMean(self.d).soft_threshold(self.s)


def shifts(p, rng, method=None):
    """Return how far the eigenvalues lie below the truth, and the largest of the rest, in thresholds."""
    draws = np.random.default_rng(p.seed)
    problem = sensing_problem(p.d, p.rank, p.n, rng=draws, n_test=1)
    start = sensing_start(problem, rng=draws)
    path = trajectory(method or NSO(p.eta, p.s), problem.train, start, steps=p.steps, record_every=10, rng=draws)
    factors = path[len(path) // 2 :].reshape(-1, p.d, p.d)
    eigenvalues = np.linalg.eigvalsh(factors @ factors.transpose(0, 2, 1)).mean(axis=0)[::-1]
    return np.append(problem.spectrum - eigenvalues[: p.rank], eigenvalues[p.rank]) / p.value


CLAIM = Claim(
    id="zhang2024/sensing-soft-threshold",
    title="NSO soft-thresholds the eigenvalues",
    statement=r"""With a hundred times $d(d+1)/2$ measurements the eigenvalues of $WW^\top$ settle $\lambda=s^2(d+1+p)$
        below those of $X^\star$, and the others near 0.""",
    source="Soft threshold",
    origin="derived",
    kind="equality",
    relation=Equal(atol=0.12),
    problem=Threshold,
    observe=shifts,
    expect=lambda p: [1] * p.rank + [0],
    fixed={"d": 8, "n": 4000, "eta": 0.006, "steps": 1400},
    domain={"rank": Choice((1, 2)), "s": Uniform(0.15, 0.2), "seed": SEED},
    quick=3,
    full=12,
    note=r"""In thresholds. The trace of one measurement set differs from its mean by a relative
        $\approx\frac{p}{d+1+p}\sqrt{(d+1)/n}$ in each direction, 0.02 here; at n = 5 d(d+1)/2 and d = 30 that is 0.06,
        and shifts of 1.11 thresholds are seen.""",
    controls=(
        Control(
            "no noise",
            "gradient descent recovers the eigenvalues themselves",
            observe=lambda p, rng: shifts(p, rng, GD(p.eta)),
        ),
        Control(
            "threshold without the width",
            "s^2 (d + 1) leaves out the curvature of the residual term, which is as large",
            expect=lambda p: [SensingMean(p.d, 1).soft_threshold(p.s) / p.value] * p.rank + [0],
        ),
    ),
)
