"""The relation of a whole sample: it is drawn from a stated law."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from flatlab.base import checks
from flatlab.evidence.intervals import FALSE_ALARM, STATISTICAL_COMPARISONS
from flatlab.evidence.relations import FAILS, HOLDS, Finding

FEWEST_DRAWS = 20


@dataclass(frozen=True)
class DrawnFrom:
    """The observed sample has the stated distribution function, by the exact Kolmogorov-Smirnov test.

    ``expect`` returns the distribution function F, called with the sorted sample. The evidence shows the distance
    sup |F_n - F| and the one that it exceeds with probability ``false_alarm``.

    >>> DrawnFrom().judge(np.linspace(0.0, 1.0, 50), lambda sample: sample).status
    'holds'
    """

    false_alarm: float = FALSE_ALARM / STATISTICAL_COMPARISONS
    sign = "≤"
    samples = True

    def __post_init__(self):
        """Refuse a level that is none."""
        checks.between("false_alarm", self.false_alarm, 0, 1)

    def judge(self, observed: Sequence[float], expected: Callable) -> Finding:
        """Return the :class:`Finding` for one sample, of twenty draws or more, and a distribution function."""
        sample = np.sort(np.asarray(observed, dtype=float))
        if sample.size < FEWEST_DRAWS:
            raise ValueError(f"observed must be a sample of {FEWEST_DRAWS} draws or more, got {sample.size}")
        critical = float(stats.kstwo.isf(self.false_alarm, sample.size))
        if not np.isfinite(sample).all():
            return Finding(FAILS, math.nan, math.nan, critical)
        stated, n = np.asarray(expected(sample), dtype=float), sample.size
        distance = float(max((np.arange(1, n + 1) / n - stated).max(), (stated - np.arange(n) / n).max()))
        margin = 1 - distance / critical
        return Finding(HOLDS if margin >= 0 else FAILS, margin, distance, critical)
