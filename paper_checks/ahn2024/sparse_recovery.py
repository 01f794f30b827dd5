"""A diagonal network: flat minima are sparse, random perturbations find them, gradient descent does not."""

from functools import lru_cache

import numpy as np
from scipy.stats import spearmanr

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice
from flatlab.evidence.relations import AtLeast, AtMost, Equal
from flatlab.geometry.limit_map import certificate, limit_map
from flatlab.methods import GD, RandomlySmoothed, SharpnessAwarePerturbation
from flatlab.objectives import DiagonalNetwork, hessian_trace
from paper_checks.ahn2024._settings import PAPER, README
from paper_checks.ahn2024.problems.sparse_recovery import dual_excess, least_l1, sparse_instance

ETA, RHO = 0.01, 0.1
SOURCE = README + ", Test problems"


def _instance(setting):
    return sparse_instance(np.random.default_rng(setting["seed"]), 10, 20, 2, spread=1.0)


METHODS = {
    "sharpness-aware": lambda: SharpnessAwarePerturbation(ETA, ETA, RHO, np.inf),
    "smoothed": lambda: RandomlySmoothed(ETA, ETA, RHO, np.inf),
    "descent": lambda: GD(ETA),
}


@lru_cache(maxsize=64)
def _path(seed, name, steps, draws):
    """Return the trace over 4 and the distance of the coefficients to the sparse ones, at the limits along a run."""
    instance = _instance({"seed": seed})
    objective = instance.objective._replace(batch=10) if name == "descent" else instance.objective
    path = trajectory(
        METHODS[name](),
        objective,
        instance.start,
        steps=steps,
        record_every=steps // 20,
        rng=np.random.default_rng(draws),
    )
    limits = np.array([limit_map(objective, w) for w in path])
    traces = np.array([hessian_trace(objective, w) for w in limits]) / 4
    return traces, np.linalg.norm(objective.coefficients(limits) - instance.coefficients, axis=1)


def _run(setting, rng, name):
    return _path(setting["seed"], name, setting["steps"], int(rng.integers(2**31)))


def _observe_recovery(setting, rng, name="sharpness-aware"):
    traces, errors = _run(setting, rng, name)
    instance = _instance(setting)
    least = least_l1(instance.objective.features, instance.objective.labels).value
    return [abs(traces[-1] / least - 1), errors[-1]]


def _recoverable(setting):
    """Whether the sparse coefficients have clearly the least l1-norm: a multiplier is below 0.9 off the support."""
    instance = _instance(setting)
    a, support = instance.objective.features, instance.coefficients != 0
    multiplier = np.linalg.lstsq(a[:, support].T, np.sign(instance.coefficients[support]), rcond=None)[0]
    return bool(np.abs(a[:, ~support].T @ multiplier).max() < 0.9)


_RUN = {"seed": 2, "steps": 40000}
CLEAR = {"the sparse coefficients have clearly the least l1-norm": _recoverable}

RECOVERY = Claim(
    id="ahn2024/sparse-recovery",
    title="sharpness-aware steps recover the sparse coefficients",
    statement=r"On a diagonal network SAP ends where the trace is $4\min_{Ax=b}\|x\|_1$ and the coefficients are "
    r"the sparse ones.",
    source=SOURCE,
    origin="derived",
    kind="upper bound",
    relation=AtMost(),
    observe=_observe_recovery,
    expect=lambda setting: 0.02,
    domain={"seed": SEED, "steps": Choice((60000,))},
    corners=(_RUN,),
    hypotheses=CLEAR,
    quick=0,
    full=8,
    note="Observed: the excess of the trace over the linear program's value, relative, and the distance to the sparse "
    "coefficients, both at the limit of the last iterate.",
    controls=(
        Control("gradient descent", "it stays where it starts",
                observe=lambda s, rng: _observe_recovery(s, rng, "descent")),
        Control("random smoothing", "it is d times slower",
                observe=lambda s, rng: _observe_recovery(s, rng, "smoothed")),
    ),
)  # fmt: skip


def _observe_order(setting, rng, first="sharpness-aware", second="smoothed"):
    """Return how much of the way from the start to the least trace a method leaves, over what another does."""
    instance = _instance(setting)
    least = least_l1(instance.objective.features, instance.objective.labels).value
    left = [_run(setting, np.random.default_rng(setting["seed"]), name)[0][-1] - least for name in (second, first)]
    return left[0] / left[1]


ORDERING = Claim(
    id="ahn2024/ordering-of-methods",
    title="sharpness-aware before smoothed before gradient descent",
    statement=r"At equal $\eta,\rho$ and steps the excess trace $\mathrm{tr}-4\min\|x\|_1$ left by random smoothing is "
    r"at least twice that left by SAP, and gradient descent leaves at least $1.1$ times that of random smoothing.",
    source=PAPER + ", Figure 3 for the ordering",
    origin="derived",
    kind="ordering",
    relation=AtLeast(),
    observe=lambda s, rng: [_observe_order(s, rng), _observe_order(s, rng, "smoothed", "descent")],
    expect=lambda setting: [2.0, 1.1],
    domain={"seed": SEED, "steps": Choice((60000,))},
    corners=(_RUN,),
    hypotheses=CLEAR,
    quick=0,
    full=8,
    note="The paper shows this on a ResNet; only the ordering is compared.",
    controls=(
        Control("exchanged", "the ordering is the other way",
                observe=lambda s, rng: [_observe_order(s, rng, "smoothed", "sharpness-aware")] * 2),
    ),
)  # fmt: skip


def _observe_monotone(setting, rng, name="sharpness-aware"):
    """Return the rank correlation of trace and error along the run, and the last error over the first."""
    traces, errors = _run(setting, rng, name)
    fallen = np.append(True, errors[1:] < 0.9 * errors[:-1])
    return float(spearmanr(traces[fallen], errors[fallen]).statistic) if fallen.sum() > 3 else 0.0


FLAT_IS_GOOD = Claim(
    id="ahn2024/flat-is-sparse",
    title="the flatter, the closer to the sparse coefficients",
    statement=r"While the run descends, the distance $|x-x^*|$ of the coefficients falls with the trace (rank "
    r"correlation).",
    source=SOURCE,
    origin="derived",
    kind="lower bound",
    relation=AtLeast(),
    observe=_observe_monotone,
    expect=lambda setting: 0.95,
    domain={"seed": SEED, "steps": Choice((60000,))},
    corners=(_RUN,),
    hypotheses=CLEAR,
    quick=0,
    full=8,
    note="Over the records at which the distance still falls by a tenth.",
    controls=(
        Control("gradient descent", "nothing falls", observe=lambda s, rng: _observe_monotone(s, rng, "descent")),
    ),
)  # fmt: skip


def _basic_solution(setting):
    """Return a network and the minimum of a basic solution whose l1-norm is three times the least."""
    features = np.array([[1.0, 1, 1, 1], [1, 1, -1, -1], [1, -1, 1, -1]])
    x = np.array(setting["coefficients"])
    objective = DiagonalNetwork(features, np.ones(3))
    return objective, np.concatenate([np.sqrt(np.maximum(x, 0)), np.sqrt(np.maximum(-x, 0))])


def _observe_stationary(setting, rng):
    objective, w = _basic_solution(setting)
    least = least_l1(objective.features, objective.labels).value
    return [certificate(objective, w), hessian_trace(objective, w) / (4 * least), dual_excess(objective, w)]


STATIONARY = Claim(
    id="ahn2024/zero-certificate",
    title="a zero certificate does not mean flattest",
    statement=r"The basic solution $x=(0,1,1,-1)$ has $|\nabla h|=0$ and three times the least trace; the multiplier "
    r"exceeds its bound there, $|A^\top\lambda|_\infty-1=2$, and at the least it does not.",
    source=SOURCE,
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-9),
    observe=_observe_stationary,
    expect=lambda s: [0.0, 3.0, 2.0] if s["coefficients"][0] == 0 else [0.0, 1.0, 0.0],
    corners=({"coefficients": [0.0, 1.0, 1.0, -1.0]}, {"coefficients": [1.0, 0.0, 0.0, 0.0]}),
    controls=(
        Control("certificate taken for optimality", "the trace is three times the least",
                expect=lambda s: [0.0, 1.0, 0.0], change=lambda s: s if s["coefficients"][0] == 0 else None),
    ),
)  # fmt: skip
