r"""NSO shifts the eigenvalues of $X^*$ by what its penalty $s^2/2\langle C,X\rangle$ does on the tangent space."""

from typing import NamedTuple

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, Uniform
from flatlab.evidence.relations import Equal
from flatlab.methods import NSO
from flatlab.objectives import trace_form
from flatlab.objectives.sensing._packed import unpack
from flatlab.objectives.sensing.problem import sensing_problem, sensing_start
from flatlab.theory.noise import SensingMean


class Threshold(NamedTuple):
    """Sensing of a d times d matrix of rank ``rank`` with p = d and n = share d(d+1)/2, and a run of NSO."""

    d: int
    rank: int
    share: float
    s: float
    steps: int
    seed: int

    @property
    def value(self):
        """The threshold lambda of the population."""
        return SensingMean(self.d).soft_threshold(self.s)

    @property
    def drawn(self):
        """The generator, the problem and the start."""
        rng = np.random.default_rng(self.seed)
        problem = sensing_problem(self.d, self.rank, int(self.share * self.d * (self.d + 1) / 2), rng=rng, n_test=1)
        return rng, problem, sensing_start(problem, rng=rng)


def shifts(p, rng, times=1.0):
    """Return u_j'(X* - E WW')u_j in thresholds along a run from a unit start, and the trace of E WW' off the u_j."""
    rng, problem, start = p.drawn
    path = trajectory(NSO(1 / (8 * p.d), times * p.s), problem.train, start, steps=p.steps, record_every=10, rng=rng)
    factors = path[len(path) // 2 :].reshape(-1, p.d, p.d)
    vectors, found = np.linalg.svd(problem.truth)[0], (factors @ factors.transpose(0, 2, 1)).mean(axis=0)
    seen = np.diag(vectors.T @ found @ vectors)
    return np.append(problem.spectrum - seen[: p.rank], np.mean(seen[p.rank :])) / p.value


def stated(p):
    """Return the shifts that minimise <D, M D>/2 + s^2/2 <C, D> over the tangent space at X*, and 0."""
    _, problem, _ = p.drawn
    vectors, _, _ = np.linalg.svd(problem.truth, full_matrices=False)
    moves = np.einsum("ar,bc->rcab", vectors, np.eye(p.d)).reshape(-1, p.d, p.d)
    tangent = np.linalg.svd((moves + moves.transpose(0, 2, 1)).reshape(-1, p.d**2))[2]
    tangent = tangent[: p.rank * p.d - p.rank * (p.rank - 1) // 2]
    seen = unpack(problem.train.measurements).reshape(-1, p.d**2) @ tangent.T
    pull = tangent @ trace_form(problem.train).matrix.ravel()
    move = tangent.T @ np.linalg.solve(seen.T @ seen / len(seen), -(p.s**2) / 2 * pull)
    return np.append(-np.diag(vectors.T @ move.reshape(p.d, p.d) @ vectors) / p.value, 0.0)


CLAIM = Claim(
    id="zhang2024/sensing-soft-threshold",
    title="NSO soft-thresholds the eigenvalues",
    statement=r"""With $n\ge d(d+1)$ measurements $WW^\top$ settles at $X^\star+\Delta$, $\Delta$ the minimiser of
        $\frac1{2n}\sum\langle S_i,\Delta\rangle^2+\frac{s^2}2\langle C,\Delta\rangle$ on the tangent space at
        $X^\star$: in units of $\lambda=s^2(d+1+p)$ the shifts $-u_j^\top\Delta u_j$, and 0 off the $u_j$, come out up
        to $0.12$.""",
    source=("Soft threshold", "Threshold of one sample"),
    origin="derived",
    kind="equality",
    relation=Equal(atol=0.12),
    problem=Threshold,
    observe=shifts,
    expect=stated,
    domain={
        "d": Choice((10, 12)),
        "rank": Choice((1, 2)),
        "share": Uniform(2.0, 5.0),
        "s": Uniform(0.08, 0.1),
        "seed": SEED,
    },
    fixed={"steps": 3000},
    quick=5,
    full=100,
    seconds=0.11,
    few="runs of 3000 steps",
    note=r"""In thresholds of the population, which are 1. One sample gives .7 to 1.5; to first order in s^2, what is
        left is NSO's noise and the second order.""",
    controls=(
        Control(
            "twice the noise",
            "the shift is proportional to s^2",
            observe=lambda p, rng: shifts(p, rng, 2.0),
        ),
    ),
)
