r"""From a bad minimum of a network SAP with single samples ends at the lowest trace, and the labels stay fitted."""

from functools import lru_cache

import numpy as np
from threadpoolctl import threadpool_limits

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import AtMost
from flatlab.methods import GD, HeavyBall, RandomlySmoothed, SharpnessAwarePerturbation
from flatlab.objectives import PerceptronBatch, accuracy
from flatlab.simulation.trajectories import trajectory
from paper_checks.ahn2024.problems.bad_minimum import small_case

SEEDS, STEPS, CLOSING = 32, 200, 200
ETA, RHO = 0.01, 0.3
FULL = 24  # samples
METHODS = {
    "none": None,
    "SGD": HeavyBall(GD(ETA), 0.0),  # the kernel that the fitting has compiled already
    "RS": RandomlySmoothed(ETA, ETA, RHO, np.inf),
    "SAP": SharpnessAwarePerturbation(ETA, ETA, RHO, np.inf),
}


@lru_cache(maxsize=2048)
def end(seed, name, batch):
    """Return log tr and training accuracy after a run and a closing gradient descent."""
    case, method = small_case(seed), METHODS[name]
    oracle, w = PerceptronBatch(case.network, batch), case.bad
    with threadpool_limits(1):
        if method is not None:
            rng = np.random.default_rng([seed, batch, *name.encode()])
            w = trajectory(method, oracle, w, steps=STEPS, record_every=STEPS, rng=rng)[-1]
        w = case.close(w, CLOSING)
        return float(np.log(case.trace(w))), accuracy(case.network, w)


def comparisons(s, rng, run=("SAP", 1)):
    """Return six means over cases that are stated to be at most 0, and the share of labels lost, at most 0.01.

    ``run`` names the method and the batch size that are compared with the others.
    """

    def over_cases(*one):
        return np.array([end(seed, *one) for seed in range(s.seed, s.seed + SEEDS)]).T

    (start, _), (ours, fitted) = over_cases("none", 1), over_cases(*run)
    others = {one: over_cases(*one)[0] for one in (("SAP", FULL), ("SAP", 8), ("RS", FULL), ("SGD", 1))}
    order = [mean(ours - trace) for trace in others.values()]
    losses = [mean((start - ours) / b - (start - others["SAP", b])) for b in (8, FULL)]
    return *order, *losses, 1 - fitted.mean()


CLAIM = Claim(
    id="ahn2024/bad-minimum",
    title="single samples lower the trace from a bad minimum",
    statement=r"""From a network's minimum that fitted random labels first, at one small $\eta$ and $\rho$ and equally
        many steps, SAP with batches of one sample ends in the mean at a lower $\mathrm{tr}\,\nabla^2 f$ than SGD, than
        random smoothing, and than SAP with a third of the samples or all; these batches lose less than the factor $1/B$
        of orthogonal gradients; 99 % of the training labels stay fitted.""",
    source="A bad minimum",
    origin="measured",
    kind="ordering",
    relation=AtMost(),
    observe=comparisons,
    expect=(0, 0, 0, 0, 0, 0, 0.01),
    domain={"seed": Whole(0, 10**6)},
    quick=1,
    full=4,
    seconds=2.4,
    few="32 cases of five runs each, from networks that have to be fitted first",
    note="""Observed, with intervals over paired cases, after a closing gradient descent: the logarithm of the trace
        over that of each of four others; what 1/B of the fall of the logarithm is above the fall with 8 and with 24
        samples; the share of training labels that no longer fit. Nothing is claimed
        of the paper's network and data.""",
    controls=(
        Control(
            "plain SGD in its place",
            "without a perturbation it hardly moves",
            observe=lambda s, rng: comparisons(s, rng, run=("SGD", 8)),
        ),
    ),
)
