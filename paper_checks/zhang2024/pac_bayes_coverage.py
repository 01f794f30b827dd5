r"""With probability at least $1-\delta-\delta'$ the rigorous bound is at or above the smoothed risk $E_UL(W+U)$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform
from flatlab.evidence.intervals import proportion
from flatlab.evidence.relations import ProbabilityAtLeast
from paper_checks.zhang2024.problems.learning import DELTA, SIZES, certify, draw_sample, train


def share_kept(s, rng, bare=False):
    """Return the share of samples on which the bound, or the training loss if ``bare``, is above the smoothed risk."""
    kept = 0
    for _ in range(s.trials):
        sample = draw_sample(s.n, s.d, s.tau, rng)
        found = certify(sample, train(sample, 100, rng), rng)
        kept += (found.empirical if bare else found.bound) >= found.smoothed_risk
    return proportion(int(kept), s.trials)


def prior_on_the_answer(s, rng):
    """Centre the prior on the least-squares weights, which fit the noise where d is nearly n."""
    kept = 0
    for _ in range(s.trials):
        sample = draw_sample(s.n, s.d, s.tau, rng)
        found = certify(sample, np.linalg.lstsq(sample.inputs, sample.targets, rcond=None)[0], rng, distance=0.0)
        kept += found.bound >= found.smoothed_risk
    return proportion(int(kept), s.trials)


CLAIM = Claim(
    id="zhang2024/pac-bayes-coverage",
    title="the rigorous bound is above the smoothed risk",
    statement=r"""With probability at least $1-\delta-\delta'$ over the sample $E_U L(W+U) \le
        \mathrm{kl}^{-1}(\mathrm{kl}^{-1}(\hat L_{mc}, \log(2J/\delta')/m), (|W-W_0|^2/(2s^2)+\log(2J\sqrt
        n/\delta))/n)$, for the best $s$ of a grid of $J$.""",
    source=("What the authors state", "Rigorous bound"),
    origin="derived",
    kind="probability",
    relation=ProbabilityAtLeast(width=0.12),
    observe=share_kept,
    expect=1 - 2 * DELTA,
    fixed={"trials": 400},
    domain={**SIZES, "tau": Uniform(0.1, 1.0)},
    corners=({"n": 100, "d": 5, "tau": 0.5, "trials": 200},),
    quick=0,
    full=20,
    note="""It bounds the randomised predictor, which is the smoothed objective of the risk, and never the point W. The
        risk is known in closed form; the noise level is chosen after looking at all of the grid. The abstract names a
        bound by trace and radius; this one is by the distance moved.""",
    controls=(
        Control(
            "training loss as the bound",
            "without its second half the bound falls short as often as not",
            observe=lambda s, rng: share_kept(s, rng, bare=True),
            change={"trials": 60},
        ),
        Control(
            "prior centred on the answer",
            "a prior that has seen the sample pays nothing for distance",
            observe=prior_on_the_answer,
            change={"n": 100, "d": 95, "tau": 1.0, "trials": 60},
        ),
    ),
)
