r"""A step of SAP with a mini-batch drifts by the mean of the batches' own drifts, drawn without replacement."""

import math
from itertools import combinations
from typing import NamedTuple

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform
from flatlab.evidence.relations import Equal
from flatlab.methods import SharpnessAwarePerturbation
from flatlab.simulation.ensembles import ensemble
from flatlab.theory.sam import MiniBatch
from paper_checks.ahn2024.problems.gradients import SIZE
from paper_checks.ahn2024.problems.trace_flow import Path, network_path

DRAWS = 230  # one of eight equally likely ends is missed with a probability of 4e-13
ETA = 0.01


class Step(NamedTuple):
    """A minimum of a network of n samples, residuals, a tangent, and the size of the batches."""

    path: Path
    residuals: np.ndarray
    tangent: np.ndarray
    batch: int

    @property
    def stated(self):
        """The mean over batches of the drift of each."""
        slopes = self.path.slopes(self.path.minimum)
        along = 2 * np.hstack([self.path.objective.features, -self.path.objective.features]) * self.tangent
        chosen = [list(one) for one in combinations(range(len(slopes)), self.batch)]
        parts = [MiniBatch(self.path.rho, slopes[one], along[one]).drift(self.residuals[one]) for one in chosen]
        return float(sum(parts)) / len(parts)


def step(shape, rho, seed):
    """Return a :class:`Step`; the tangent is the direction in which the trace rises most."""
    n, k, batch = shape
    path, rng = network_path((n, k), rho, 1.0, seed), np.random.default_rng([seed, 1])
    slope = path.projected_slope(path.minimum)
    return Step(path, rng.standard_normal(n), slope / np.linalg.norm(slope), batch)


def observe(p, rng, batch=None):
    """Return the mean over the distinct ends of single steps from beside the minimum, along the tangent."""
    size = batch or p.batch
    objective = p.path.objective._replace(batch=size)
    w = p.path.minimum + np.linalg.pinv(p.path.slopes(p.path.minimum)) @ (SIZE * p.residuals)
    method = SharpnessAwarePerturbation(ETA, 1.0, p.path.rho, math.inf, projected=False)
    ends = ensemble(method, objective, np.tile(w, (DRAWS, 1)), steps=1, seed=int(rng.integers(2**31)))
    moves = np.unique(((w - ends) / ETA).round(9), axis=0)
    wanted = 2 * math.comb(len(p.residuals), size)
    return float(np.mean(moves @ p.tangent)) if len(moves) == wanted else math.nan


CLAIM = Claim(
    id="ahn2024/drift-of-a-batch",
    title="the drift of a mini-batch without replacement",
    statement=r"""From beside a minimum of a diagonal network, where the residuals are $r_i$, the steps of SAP with
        mini-batches $S$ of $B<n$ have $2\binom nB$ ends, one for each batch without replacement and each sign; along a
        tangent $t$ their mean move is $-\eta$ times the mean over $S$ of
        $\frac{\rho^2}2\cdot\frac2B\sum_{i\in S}(\nabla p_i\cdot u)(u^\top\nabla^2p_i\,t)$,
        $u=\sum_Sr_i\nabla p_i/|\sum_Sr_i\nabla p_i|$.""",
    source="Batch size",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-4, atol=1e-6),
    problem=step,
    observe=observe,
    expect=lambda p: p.stated,
    domain={"shape": Choice(((3, 5, 2), (4, 6, 3))), "rho": LogUniform(0.05, 0.5), "seed": SEED},
    quick=2,
    full=200,
    seconds=0.044,
    few="230 steps of a network",
    note=r"Observed over $-\eta$, at residuals of 1e-7. shape: n, k and B.",
    controls=(
        Control("single samples", "their drift is that of the trace", observe=lambda p, rng: observe(p, rng, batch=1)),
    ),
)
