r"""Student's interval at level $1-\alpha$, of means and of slopes, misses with probability $\alpha$ exactly."""

from typing import Any, NamedTuple

import numpy as np
from scipy import optimize, special, stats

from flatlab.evidence import intervals
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform, Uniform, Whole
from flatlab.evidence.relations import Equal

SCALES = np.array([1.0, 2.0, 4.0, 8.0, 16.0])


class Sample(NamedTuple):
    """A normal sample about 0 by its direction: the sine of its angle to (1, ..., 1), and a direction across."""

    kind: str
    replicates: int
    alpha: float
    spread: float
    seed: int

    @property
    def across(self):
        drawn = np.random.default_rng(self.seed).standard_normal(self.replicates)
        drawn -= drawn.mean()
        return drawn / np.linalg.norm(drawn)

    def at(self, sine):
        """Return the sample of this angle, with a positive mean."""
        along = np.sqrt(1 - sine**2) / np.sqrt(self.replicates)
        return self.spread * (along + sine * self.across)

    def low(self, values):
        """Return the lower end of the interval; that of slopes from power laws with these exponents."""
        if self.kind == "mean":
            return intervals.mean(values, level=1 - self.alpha).low
        return intervals.power_law_slope(SCALES, SCALES ** values[:, None], level=1 - self.alpha).low


def missed(p, low):
    """Return the probability of an angle at which the interval leaves out 0."""
    root: Any = optimize.brentq(lambda log_sine: low(p.at(np.exp(log_sine))), -30.0, -1e-12, xtol=1e-13)
    return special.betainc((p.replicates - 1) / 2, 0.5, np.exp(2 * root))


def with_factor(factor):
    """Return an observe with another multiple of the standard deviation, over the root of n."""

    def observe(p, rng):
        multiple = factor(p)
        return missed(p, lambda values: values.mean() - multiple * values.std(ddof=1) / np.sqrt(values.size))

    return observe


def variance_for_deviation(p, rng):
    quantile = stats.t.isf(p.alpha / 2, p.replicates - 1)
    return missed(p, lambda values: values.mean() - quantile * values.var(ddof=1) / np.sqrt(values.size))


def student(p, tail, less=1):
    return stats.t.isf(tail, p.replicates - less)


CLAIM = Claim(
    id="laboratory/student-intervals",
    title="Student's intervals miss as often as they say",
    statement=r"""The interval at level $1-\alpha$ of the mean of $n\ge2$ normal replicates, and of the mean of their
        slopes, leaves out the true value with probability $\alpha$.""",
    source="Intervals",
    origin="derived",
    kind="probability",
    relation=Equal(rtol=1e-6),
    problem=Sample,
    observe=lambda p, rng: missed(p, p.low),
    expect=lambda p: p.alpha,
    domain={
        "kind": Choice(("mean", "slope")),
        "replicates": Whole(2, 40, log=True),
        "alpha": LogUniform(1e-9, 0.5),
        "spread": Uniform(0.01, 0.3),
        "seed": SEED,
    },
    hypotheses={"alpha is 1e-6 or more for two replicates": lambda s: s.replicates > 2 or s.alpha >= 1e-6},
    corners=tuple(
        {"kind": kind, "replicates": n, "alpha": alpha, "spread": 0.1, "seed": 1}
        for kind, n, alpha in (("mean", 2, 1e-6), ("mean", 3, 1e-9), ("slope", 3, 0.1))
    ),
    quick=5,
    full=200,
    seconds=0.0065,
    note="""No sampling: the angle at which the interval begins to leave out 0 is searched, its probability is exact.
        The angle of two replicates is as small as alpha, so below 1e-6 it is lost in rounding.""",
    controls=(
        Control(
            "normal quantile",
            "few replicates have heavier tails",
            observe=with_factor(lambda p: stats.norm.isf(p.alpha / 2)),
        ),
        Control(
            "one-sided quantile", "two tails miss twice as often", observe=with_factor(lambda p: student(p, p.alpha))
        ),
        Control(
            "n degrees of freedom",
            "one is spent on the mean",
            observe=with_factor(lambda p: student(p, p.alpha / 2, 0)),
        ),
        Control(
            "divided by n",
            "the deviation about the sample's own mean is too small",
            observe=with_factor(lambda p: student(p, p.alpha / 2) * np.sqrt(1 - 1 / p.replicates)),
        ),
        Control("variance for deviation", "it has the square of the unit", observe=variance_for_deviation),
    ),
)
