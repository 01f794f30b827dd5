r"""From a bad minimum of a network SAP with single samples ends at a lower trace than SGD and than full-batch SAP."""

from functools import lru_cache

import numpy as np
from threadpoolctl import threadpool_limits

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import AtMost
from flatlab.methods import GD, HeavyBall, SharpnessAwarePerturbation
from flatlab.objectives import PerceptronBatch
from flatlab.simulation.trajectories import trajectory
from paper_checks.ahn2024.problems.bad_minimum import small_case

SEEDS, STEPS, CLOSING = 32, 200, 200
ETA, RHO = 0.01, 0.3


@lru_cache(maxsize=1024)
def log_trace(seed, batch, rho, noise):
    """Return log tr after a run and a closing gradient descent; without radius the run is plain SGD."""
    case = small_case(seed)
    plain = HeavyBall(GD(ETA), 0.0)  # the kernel that the fitting has compiled already
    method = plain if rho is None else SharpnessAwarePerturbation(ETA, ETA, rho, np.inf)
    oracle = PerceptronBatch(case.network, batch or case.network.labels.size)
    rng = np.random.default_rng([seed, noise])
    with threadpool_limits(1):
        end = trajectory(method, oracle, case.bad, steps=STEPS, record_every=STEPS, rng=rng)[-1]
        return float(np.log(case.trace(case.close(end, CLOSING))))


def ratios(s, rng, rho=RHO):
    """Return the mean log ratio of the trace to that of SGD and to that of full-batch perturbation."""
    seeds = range(s.seed, s.seed + SEEDS)
    ours = np.array([log_trace(seed, 1, rho, 1) for seed in seeds])
    others = np.array([[log_trace(seed, 1, None, 2), log_trace(seed, 0, RHO, 3)] for seed in seeds])
    return [mean(ours - column) for column in others.T]


CLAIM = Claim(
    id="ahn2024/bad-minimum",
    title="single samples lower the trace from a bad minimum",
    statement=r"""From a network's minimum that fitted random labels first, at one small $\eta$ and equally many steps,
        sharpness-aware perturbation with batches of one sample ends in the mean at a lower $\mathrm{tr}\,\nabla^2 f$
        than SGD with batches of one and than the same perturbation with full batches.""",
    source="A bad minimum",
    origin="measured",
    kind="ordering",
    relation=AtMost(),
    observe=ratios,
    expect=0,
    domain={"seed": Whole(0, 10**6)},
    quick=1,
    full=4,
    seconds=1.8,
    few="32 seeds of four runs each, from networks that have to be fitted first",
    note="""Observed: the mean logarithm of the ratio of traces over 32 paired seeds, with its interval, after a closing
        gradient descent; the worse of the two comparisons. Nothing is claimed of accuracies, nor of
        the paper's network and data.""",
    controls=(
        Control(
            "no radius",
            "the perturbation is then a sample gradient, and full batches with a radius are before it",
            observe=lambda s, rng: ratios(s, rng, rho=1e-6)[1],
        ),
    ),
)
