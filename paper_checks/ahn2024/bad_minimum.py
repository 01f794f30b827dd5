r"""From a bad minimum of a network SAP with single samples lowers the trace most, but not B times as much."""

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

CASES, FEW, STEPS, EVERY, CLOSING = 24, 8, 200, 20, 100
ETA, RHO = 0.01, 0.3
FULL = 24  # samples
OTHERS = {("SAP", 8): CASES, ("SAP", FULL): CASES, ("RS", FULL): CASES, ("SGD", 1): FEW}  # with how many cases
METHODS = {
    "SGD": HeavyBall(GD(ETA), 0.0),  # the kernel that the fitting has compiled already
    "RS": RandomlySmoothed(ETA, ETA, RHO, np.inf),
    "SAP": SharpnessAwarePerturbation(ETA, ETA, RHO, np.inf),
}


@lru_cache(maxsize=1024)
def log_trace(seed):
    """Return log tr at the limit of the bad minimum."""
    case = small_case(seed)
    return np.log(case.trace(case.close(case.bad, CLOSING)))


@lru_cache(maxsize=2048)
def run(seed, name, batch):
    """Return the fall of log tr in a run with its closing gradient descent, and training accuracies on the way."""
    case, rng = small_case(seed), np.random.default_rng([seed, batch, *name.encode()])
    with threadpool_limits(1):
        oracle = PerceptronBatch(case.network, batch)
        path = trajectory(METHODS[name], oracle, case.bad, steps=STEPS, record_every=EVERY, rng=rng)
        end = case.close(path[-1], CLOSING)
        fitted = [accuracy(case.network, w) for w in (*path[1:], end)]
        return log_trace(seed) - np.log(case.trace(end)), fitted


def comparisons(s, rng, ours=("SAP", 1)):
    """Return seven means over cases that are stated to be at most 0, and the largest share of labels lost on the way.

    Falls are in units of that of single samples. ``ours`` names the method and the batch size that are compared.
    """

    def falls(one, count=CASES):
        seeds = range(s.seed, s.seed + count)
        return np.array([run(seed, *one)[0] / run(seed, "SAP", 1)[0] for seed in seeds])

    order = [mean(falls(one, count) - falls(ours, count)) for one, count in OTHERS.items()]
    equal = mean(falls(("RS", FULL)) - falls(("SAP", FULL)))
    law = [mean(falls(ours) / batch - falls(("SAP", batch))) for batch in (8, FULL)]
    fitted = np.mean([run(seed, *ours)[1] for seed in range(s.seed, s.seed + CASES)], axis=0)
    return *order, equal, *law, 1 - fitted.min()


CLAIM = Claim(
    id="ahn2024/bad-minimum",
    title="single samples lower the trace most from a bad minimum, but not B times as much",
    statement=r"""From a network's minimum that fitted random labels first, at one small $\eta$ and $\rho$ and equally
        many steps, SAP with batches of one sample lowers $\log\mathrm{tr}\,\nabla^2f$ in the mean more than SGD, than
        random smoothing, and than SAP with $B=8$ of 24 samples or all; of its fall these keep more than the $1/B$ of
        orthogonal gradients, and with all samples SAP still lowers it more than random smoothing. At every reading on
        the way 98 % of the training labels are fitted.""",
    source="A bad minimum",
    origin="measured",
    kind="ordering",
    relation=AtMost(),
    observe=comparisons,
    expect=(0, 0, 0, 0, 0, 0, 0, 0.02),
    domain={"seed": Whole(0, 10**6)},
    quick=1,
    full=4,
    seconds=0.78,
    few="24 cases of three runs each, from networks that have to be fitted first",
    note="""Observed, with intervals over paired cases, after a closing gradient descent and in units of the fall with
        one sample: the falls of SAP with 8 samples, with all, of random smoothing and of SGD, each less that with one
        sample; that of random smoothing less that with all; 1/B less the falls with 8 and with 24. Last the largest
        share of labels of all cases together that do not fit, of eleven readings. Nothing is claimed of the paper's
        network and data.""",
    controls=(
        Control(
            "plain SGD in its place",
            "without a perturbation it hardly moves",
            observe=lambda s, rng: comparisons(s, rng, ours=("SGD", 8)),
        ),
    ),
)
