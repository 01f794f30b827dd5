r"""Each end of the interval of a proportion at level $1-\alpha$ misses with probability at most $\alpha/2$."""

from typing import NamedTuple

import numpy as np
from scipy import stats

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.intervals import proportion
from flatlab.evidence.relations import AtMost, Estimate


class Trials(NamedTuple):
    """Independent trials with one probability of success."""

    trials: int
    probability: float
    alpha: float

    def missed(self, interval):
        """Return the probabilities that the true one is below the interval, and above it."""
        found = [interval(self, k) for k in range(self.trials + 1)]
        weights = stats.binom.pmf(np.arange(self.trials + 1), self.trials, self.probability)
        below = [self.probability < one.low for one in found]
        above = [self.probability > one.high for one in found]
        return float(weights[below].sum()), float(weights[above].sum())


def normal(p, successes):
    share = successes / p.trials
    half = stats.norm.isf(p.alpha / 2) * np.sqrt(share * (1 - share) / p.trials)
    return Estimate(share, share - half, share + half)


CLAIM = Claim(
    id="laboratory/binomial-intervals",
    title="intervals of proportions",
    statement=r"""The true probability lies below the interval of a proportion at level $1-\alpha$ with probability at
        most $\alpha/2$, and above it with probability at most $\alpha/2$.""",
    source="Intervals",
    origin="derived",
    kind="upper bound",
    relation=AtMost(tight_within=2.0),
    problem=Trials,
    observe=lambda p, rng: p.missed(lambda p, k: proportion(k, p.trials, level=1 - p.alpha)),
    expect=lambda p: p.alpha / 2,
    domain={"trials": Whole(1, 30), "probability": Uniform(0.0, 1.0), "alpha": LogUniform(1e-9, 0.5)},
    corners=(
        {"trials": 8, "probability": 0.1 - 1e-9, "alpha": 2 * 0.1**8},
        {"trials": 30, "probability": 0.02, "alpha": 0.05},
    ),
    quick=5,
    full=200,
    seconds=0.042,
    note="Summed over all numbers of successes, without sampling.",
    controls=(
        Control(
            "normal interval",
            "it is too short near 0 and 1",
            observe=lambda p, rng: p.missed(normal),
            change={"trials": 30, "probability": 0.02, "alpha": 0.05},
        ),
        Control(
            "one-sided level",
            "each end may then miss alpha",
            observe=lambda p, rng: p.missed(lambda p, k: proportion(k, p.trials, level=1 - 2 * p.alpha)),
            change={"trials": 8, "probability": 0.1, "alpha": 1.5 * 0.1**8},
        ),
    ),
)
