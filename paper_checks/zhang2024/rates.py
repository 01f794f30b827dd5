"""Rates in the number of steps and of perturbations: square roots, for one point as for the pair."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform, Whole
from flatlab.evidence.intervals import power_law_slope
from flatlab.evidence.relations import Equal, WithinInterval
from paper_checks.zhang2024._rates import QUADRATICS, WellProblem, quadratic_problem

STEPS = tuple(10_000 * 4**j for j in range(5))
PAIRS = tuple(4**j for j in range(5))
FIXED_T = 1_000_000
SOURCE = "README, Upper bound; Quadratic recursion"
_PLAIN = {"d": 10, "condition": 10.0, "C": 1.0, "oracle": 1.0, "weight": 0.1, "k": 1, "seed": 1}
_CORNERS = ({**_PLAIN, "estimator": "pair"}, {**_PLAIN, "estimator": "one point", "weight": 3.0})


def _slope(scales, values):
    return float(np.polyfit(np.log(scales), np.log(values), 1)[0])


def _slope_in_steps(setting, rng, fixed=False):
    problem = quadratic_problem(setting)
    eta = problem.step(STEPS[0]) if fixed else None
    return _slope(STEPS, [problem.mean(T, eta) for T in STEPS])


IN_STEPS = Claim(
    id="zhang2024/rate-in-steps",
    title="the gradient falls as the root of 1/T",
    statement=r"On a quadratic, at the bound's step size, the mean of $E|\nabla F(W_t)|^2$ over $t\le T$ falls as "
    "$T^{-1/2}$.",
    source=SOURCE,
    origin="derived",
    kind="rate",
    relation=Equal(atol=0.03),
    observe=_slope_in_steps,
    expect=lambda setting: -0.5,
    domain=QUADRATICS,
    corners=_CORNERS,
    quick=3,
    full=60,
    note=f"Exact second moments at T = {STEPS[0]} to {STEPS[-1]}; what is left of the 1/T term is inside the "
    "tolerance.",
    controls=(
        Control("no noise", "without noise the slope is -1", expect=lambda setting: -1.0),
        Control(
            "a step size that does not shrink",
            "the noise floor does not fall with T",
            observe=lambda s, rng: _slope_in_steps(s, rng, fixed=True),
        ),
    ),
)


def _slope_in_pairs(setting, rng, shared=False):
    problems = [quadratic_problem({**setting, "oracle": setting["oracle"] / np.sqrt(k), "k": k}) for k in PAIRS]
    if shared:  # one sample for all: k evaluations average no oracle noise
        problems = [problems[0] for _ in PAIRS]
    return _slope(PAIRS, [problem.mean(FIXED_T) for problem in problems])


IN_PAIRS = Claim(
    id="zhang2024/rate-in-pairs",
    title="the gradient falls as the root of 1/k",
    statement="On a quadratic with independent samples, at fixed $T$ and the bound's step size, it falls as "
    "$k^{-1/2}$.",
    source=SOURCE,
    origin="derived",
    kind="rate",
    relation=Equal(atol=0.03),
    observe=_slope_in_pairs,
    expect=lambda setting: -0.5,
    domain={name: values for name, values in QUADRATICS.items() if name != "k"},
    corners=tuple({name: value for name, value in corner.items() if name != "k"} for corner in _CORNERS),
    quick=3,
    full=60,
    note=f"Exact second moments at T = {FIXED_T}, k = 1 to {PAIRS[-1]}; the step size stays below 1/C.",
    controls=(
        Control("rate 1/k", "the variance falls as 1/k, the gradient as its root", expect=lambda setting: -1.0),
        Control(
            "one sample for all",
            "then k does not lower the oracle's noise",
            observe=lambda s, rng: _slope_in_pairs(s, rng, shared=True),
        ),
    ),
)


def _slope_of_ratio(setting, rng, silent=False):
    values = {}
    for estimator in ("one point", "pair"):
        problem = quadratic_problem({**setting, "estimator": estimator})
        eta = None
        if silent:  # the oracle's share of the variance taken away; the pair then has none, so its step need not shrink
            oracle = problem.sigma**2 / setting["d"] / setting["k"]
            problem = problem._replace(variances=np.maximum(problem.variances - oracle, 0.0))
            eta = 0.5 / setting["C"] if estimator == "pair" else None
        values[estimator] = np.array([problem.mean(T, eta) for T in STEPS])
    return _slope(STEPS, values["one point"] / values["pair"])


SAME_RATE = Claim(
    id="zhang2024/rates-do-not-separate",
    title="the rates of one point and of the pair are the same",
    statement=r"With a noisy oracle the ratio of $E|\nabla F|^2$ under one-sided noise and under the pair tends to "
    "a constant: its slope in $T$ is 0.",
    source="README, Upper bound; Quadratic recursion",
    origin="derived",
    kind="rate",
    relation=Equal(atol=0.03),
    observe=_slope_of_ratio,
    expect=lambda setting: 0.0,
    domain={name: values for name, values in QUADRATICS.items() if name != "estimator"},
    corners=(_PLAIN, {**_PLAIN, "weight": 3.0}),
    quick=3,
    full=60,
    note="Corrects the reading that the pair converges faster: it removes a part of the variance, which is a "
    "constant factor.",
    controls=(
        Control(
            "silent oracle",
            "without oracle noise the pair has no variance on a quadratic and wins by the root of T",
            observe=lambda s, rng: _slope_of_ratio(s, rng, silent=True),
        ),
    ),
)

WELL_STEPS = tuple(400 * 3**j for j in range(5))
WELL_PAIRS = (1, 2, 4, 8, 16)
WELL_T = 3200
WELL = {
    "sigma": LogUniform(0.8, 2.0),
    "s": LogUniform(0.2, 0.6),
    "estimator": Choice(("pair", "one point")),
    "seed": SEED,
    "replicates": Whole(60, 60),
}
_WELL_CORNERS = tuple(
    {"sigma": 1.0, "s": 0.5, "estimator": estimator, "seed": seed, "replicates": 40}
    for seed, estimator in enumerate(("pair", "one point"), 1)
)


def _problem(setting, k=1, shared=False):
    return WellProblem(setting["sigma"], setting["s"], k, setting["estimator"], shared)


def _well_in_steps(setting, rng, fixed=False):
    problem = _problem(setting)
    eta = 0.3 if fixed else None
    values = [problem.means(T, setting["seed"], setting["replicates"], eta) for T in WELL_STEPS]
    return power_law_slope(WELL_STEPS, np.transpose(values))


NONCONVEX_STEPS = Claim(
    id="zhang2024/nonconvex-rate-in-steps",
    title="the root of 1/T on a nonconvex well",
    statement=r"On $\sum w_i^2/(1+w_i^2)$ the mean of $|\nabla F(W_t)|^2$ over $t\le T$ falls as $T^{-1/2}$, for "
    "the pair and for one point.",
    source=SOURCE,
    origin="derived",
    kind="rate",
    relation=WithinInterval(tolerance=0.04),
    observe=_well_in_steps,
    expect=lambda setting: -0.5,
    domain=WELL,
    corners=_WELL_CORNERS,
    quick=0,
    full=4,
    note=f"T = {WELL_STEPS[0]} to {WELL_STEPS[-1]}; the slope of each replicate, interval from their spread. The "
    "1/T term "
    "and the transient move it by .02.",
    controls=(
        Control(
            "a step size that does not shrink",
            "the noise floor does not fall with T",
            change=lambda s: {**s, "replicates": 12},
            observe=lambda s, rng: _well_in_steps(s, rng, fixed=True),
        ),
    ),
)


def _well_in_pairs(setting, rng, shared=False):
    values = [_problem(setting, k, shared).means(WELL_T, setting["seed"], setting["replicates"]) for k in WELL_PAIRS]
    return power_law_slope(WELL_PAIRS, np.transpose(values))


NONCONVEX_PAIRS = Claim(
    id="zhang2024/nonconvex-rate-in-pairs",
    title="the root of 1/k on a nonconvex well",
    statement=r"On $\sum w_i^2/(1+w_i^2)$ at fixed $T$, with independent samples, it falls as $k^{-1/2}$.",
    source=SOURCE,
    origin="derived",
    kind="rate",
    relation=WithinInterval(tolerance=0.04),
    observe=_well_in_pairs,
    expect=lambda setting: -0.5,
    domain=WELL,
    corners=_WELL_CORNERS[:1],
    quick=0,
    full=4,
    note=f"T = {WELL_T}, k = 1 to {WELL_PAIRS[-1]}.",
    controls=(
        Control(
            "one sample for all",
            "then k averages weight noise only",
            change=lambda s: {**s, "replicates": 12, "sigma": 2.0},
            observe=lambda s, rng: _well_in_pairs(s, rng, shared=True),
        ),
    ),
)
