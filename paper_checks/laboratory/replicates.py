r"""The mean over $N$ replicates has variance $\sigma_T^2/N$, and groups with neighbouring seeds are independent."""

from typing import NamedTuple

import numpy as np
from scipy import stats

from flatlab import ensemble
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.intervals import LEVEL
from flatlab.evidence.relations import Estimate, Inside
from flatlab.methods import NoiseInjection
from flatlab.objectives import FreshNoise, Quadratic

GROUPS, PIECES = 60, 8


class Recursion(NamedTuple):
    """The run $w' = (1-h)w - hsZ$ in its first coordinate, whose law after T steps is normal."""

    h: float
    s: float
    T: int
    replicates: int
    seed: int

    @property
    def mean(self):
        return (1 - self.h) ** self.T

    @property
    def variance(self):
        q = 1 - self.h
        return (self.h * self.s) ** 2 * (1 - q ** (2 * self.T)) / (1 - q**2)

    def ends(self, seed, replicates):
        """Return where replicates from the start 1 end; the oracle pushes the second coordinate alone."""
        oracle = FreshNoise(Quadratic([2.0, 2.0]), sigma=1.0, first=1)
        method = NoiseInjection(self.h / 2, self.s)
        return ensemble(method, oracle, np.ones((replicates, 2)), steps=self.T, seed=seed)[:, 0]


def of_groups(p, ends):
    """Return the sample variance of the means of the groups, and the mean of all."""
    means = [ends(p, group).mean() for group in range(GROUPS)]
    return np.var(means, ddof=1), np.mean(means)


def stated(p):
    """Return the intervals of both: chi-squared and normal, each missed with probability 1e-9."""
    tails = (1 - LEVEL) / 2, (1 + LEVEL) / 2
    of_mean = p.variance / p.replicates
    low, high = of_mean * stats.chi2.ppf(tails, GROUPS - 1) / (GROUPS - 1)
    left, right = p.mean + stats.norm.ppf(tails) * np.sqrt(of_mean / GROUPS)
    return Estimate(of_mean, low, high), Estimate(p.mean, left, right)


def in_pieces(p, group):
    """Return ends where each of eight pieces counts its replicates from 0."""
    sizes = [len(part) for part in np.array_split(np.arange(p.replicates), PIECES)]
    return np.concatenate([p.ends(p.seed + group, size) for size in sizes])


CLAIM = Claim(
    id="laboratory/replicates-are-independent",
    title="replicates are independent",
    statement=r"""The mean over $N$ replicates of $w_{t+1}=(1-h)w_t-hsZ_t$ from $w_0=1$ is normal with mean $(1-h)^T$
        and variance $\sigma_T^2/N$, $\sigma_T^2=h^2s^2\frac{1-(1-h)^{2T}}{1-(1-h)^2}$, and means of runs with
        neighbouring seeds are independent.""",
    source="Replicates",
    origin="derived",
    kind="equality",
    relation=Inside(),
    problem=Recursion,
    observe=lambda p, rng: of_groups(p, lambda p, group: p.ends(p.seed + group, p.replicates)),
    expect=stated,
    domain={
        "h": Uniform(0.1, 1.9),
        "s": LogUniform(0.01, 100),
        "T": Whole(1, 12),
        "replicates": Whole(16, 24),
        "seed": Whole(0, 2**32),
    },
    quick=1,
    full=20,
    seconds=0.13,
    few="60 groups of 16 to 24 replicates, for the claim and for each control",
    note="""Observed: the sample variance of 60 means, and the mean of all of them. Stated: the interval in which each
        lies with probability 1 - 1e-9.""",
    controls=(
        Control(
            "one seed for all replicates",
            "then the mean has the variance of a single replicate",
            observe=lambda p, rng: of_groups(p, lambda p, group: p.ends(p.seed + group, 1)),
        ),
        Control(
            "seeds repeated between pieces",
            "pieces that count their replicates from 0 leave a few independent runs",
            observe=lambda p, rng: of_groups(p, in_pieces),
        ),
        Control(
            "an ignored seed",
            "all groups are the same",
            observe=lambda p, rng: of_groups(p, lambda p, group: p.ends(p.seed, p.replicates)),
        ),
    ),
)
