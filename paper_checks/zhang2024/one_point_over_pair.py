r"""Under a noisy oracle one point and the pair have the same rate in T: the ratio of $E|\nabla F|^2$ has slope 0."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from paper_checks.zhang2024.problems.quadratic import DOMAIN, PLAIN, quadratic

STEPS = tuple(10_000 * 9**j for j in range(3))


def one_point_and_pair(**setting):
    return [quadratic(estimator=estimator, **setting) for estimator in ("one point", "pair")]


def slope(problems, rng, pair_eta=None):
    one_point, pair = problems
    ratios = [one_point.mean(T) / pair.mean(T, pair_eta) for T in STEPS]
    return np.polyfit(np.log(STEPS), np.log(ratios), 1)[0]


def silent(problems, rng):
    """Take the oracle's share of the variance away; the pair then has none, so its step need not shrink."""
    oracle = [p.sigma**2 / p.start.size / p.k for p in problems]
    quiet = [p._replace(variances=np.maximum(p.variances - v, 0.0)) for p, v in zip(problems, oracle)]
    return slope(quiet, rng, pair_eta=0.5 / problems[1].eigenvalues[0])


def without_estimator(setting):
    return {name: value for name, value in setting.items() if name != "estimator"}


CLAIM = Claim(
    id="zhang2024/rates-do-not-separate",
    title="the rates of one point and of the pair are the same",
    statement=r"""With a noisy oracle the ratio of $E|\nabla F|^2$ under one-sided noise and under the pair tends to a
        constant: its slope in $T$ is 0.""",
    source=("Upper bound", "Quadratic recursion"),
    origin="derived",
    kind="rate",
    relation=Equal(atol=0.03),
    problem=one_point_and_pair,
    observe=slope,
    expect=0,
    domain=without_estimator(DOMAIN),
    corners=(without_estimator(PLAIN), {**without_estimator(PLAIN), "weight": 3.0}),
    quick=1,
    full=60,
    seconds=0.072,
    few="exact moments over millions of steps",
    note="""Contradicts the reading that the pair converges faster: it removes a part of the variance, which is a
        constant factor.""",
    controls=(
        Control(
            "silent oracle",
            "without oracle noise the pair has no variance on a quadratic and wins by the root of T",
            observe=silent,
            change=lambda s: s if s.weight == PLAIN["weight"] else None,
        ),
    ),
)
