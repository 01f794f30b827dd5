"""Statistics of ensembles that are too large to be kept: only what can be merged comes back.

Each works on the values of some replicates, one in a row: ``of(values)``, then ``merge`` of two such results, and
``result`` of the last. Counts merge exactly; sums do not, and so :func:`flatlab.ensemble_statistics` merges along one
fixed tree.
"""

import math
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from scipy import stats

from flatlab.base import checks

LEAST, MOST = 1e-300, 1e300  # sizes that the quantile sketch tells from 0 and from infinity


class Moments(NamedTuple):
    """Count, mean and covariance, (n,), of the ends or of what ``of`` makes of them.

    >>> Moments().result(leaf_of(Moments(), np.array([[1.0], [3.0]]))).mean
    array([2.])
    """

    of: Callable[[np.ndarray], np.ndarray] | None = None

    def leaf(self, values: np.ndarray) -> tuple[int, np.ndarray, np.ndarray]:
        """Return count, mean and the sum of outer products of the deviations."""
        mean = values.mean(axis=0)
        rows = np.ascontiguousarray((values - mean).T)
        # not by BLAS, whose digits may depend on its number of threads
        return len(values), mean, np.einsum("in,jn->ij", rows, rows)

    def merge(self, one: tuple, other: tuple) -> tuple[int, np.ndarray, np.ndarray]:
        """Merge two by the formula of Chan, Golub and LeVeque."""
        count = one[0] + other[0]
        shift = other[1] - one[1]
        mean = one[1] + shift * (other[0] / count)
        return count, mean, one[2] + other[2] + np.outer(shift, shift) * (one[0] * other[0] / count)

    def result(self, merged: tuple) -> "MeanAndCovariance":
        """Return the unbiased covariance; nan for one replicate."""
        count, mean, products = merged
        return MeanAndCovariance(count, mean, products / (count - 1) if count > 1 else np.full_like(products, np.nan))


class MeanAndCovariance(NamedTuple):
    """What :class:`Moments` gives: shapes (), (m,) and (m, m).

    >>> Moments().result(leaf_of(Moments(), np.array([[1.0], [3.0]]))).standard_error
    array([1.])
    """

    count: int
    mean: np.ndarray
    covariance: np.ndarray

    @property
    def standard_error(self) -> np.ndarray:
        """Standard error of the mean, (m,)."""
        return np.sqrt(np.diag(self.covariance) / self.count)


class Extremes(NamedTuple):
    """Smallest and largest value of each column, shape (2, m).

    >>> Extremes().result(leaf_of(Extremes(), np.array([[1.0], [3.0], [4.0]])))
    array([[1.],
           [4.]])
    """

    of: Callable[[np.ndarray], np.ndarray] | None = None

    def leaf(self, values: np.ndarray) -> np.ndarray:
        """Return the extremes of some rows."""
        return np.array([values.min(axis=0), values.max(axis=0)])

    def merge(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """Return the wider extremes."""
        return np.array([np.minimum(one[0], other[0]), np.maximum(one[1], other[1])])

    def result(self, merged: np.ndarray) -> np.ndarray:
        """Return what was merged."""
        return merged


class Histogram(NamedTuple):
    """Counts between ``edges``, each bin without its upper end, of all columns apart: shape (m, len(edges) + 1).

    The first and the last count what lies below and above.

    >>> Histogram([0.0, 2.0, 5.0]).result(leaf_of(Histogram([0.0, 2.0, 5.0]), np.array([[1.0], [3.0], [4.0]])))
    array([[0, 1, 2, 0]])
    """

    edges: tuple[float, ...]
    of: Callable[[np.ndarray], np.ndarray] | None = None

    def leaf(self, values: np.ndarray) -> np.ndarray:
        """Count some rows."""
        places = np.searchsorted(self.edges, values, side="right")
        return np.array([np.bincount(column, minlength=len(self.edges) + 1) for column in places.T])

    def merge(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """Add counts."""
        return one + other

    def result(self, merged: np.ndarray) -> np.ndarray:
        """Return what was merged."""
        return merged


class Quantiles(NamedTuple):
    """Quantiles of each column, shape (len(levels), m), to a relative accuracy.

    A sketch with buckets of geometric width (Masson, Rim and Lee, *DDSketch*, 2019): the value given for level q is
    within the accuracy of the one of rank floor(q (n - 1)), for values between 1e-300 and 1e300 in size.

    >>> Quantiles((0.5,)).result(leaf_of(Quantiles((0.5,)), np.array([[1.0], [3.0], [4.0]])))
    array([[2.98985601]])
    """

    levels: tuple[float, ...] = (0.05, 0.25, 0.5, 0.75, 0.95)
    accuracy: float = 0.005
    of: Callable[[np.ndarray], np.ndarray] | None = None

    @property
    def _log_base(self):
        return math.log((1 + self.accuracy) / (1 - self.accuracy))

    def leaf(self, values: np.ndarray) -> tuple[Counter, ...]:
        """Count some rows by sign and bucket."""
        sizes = np.clip(np.abs(values), LEAST, MOST)
        # 1 or above for every size, and as far from 0 as it is large
        buckets = np.ceil((np.log(sizes) - math.log(LEAST)) / self._log_base).astype(np.int64) + 1
        signed = np.where(np.abs(values) < LEAST, 0, np.sign(values).astype(np.int64) * buckets)
        return tuple(Counter(column.tolist()) for column in signed.T)

    def merge(self, one: tuple[Counter, ...], other: tuple[Counter, ...]) -> tuple[Counter, ...]:
        """Add counts."""
        return tuple(mine + theirs for mine, theirs in zip(one, other))

    def result(self, merged: tuple[Counter, ...]) -> np.ndarray:
        """Return the quantiles."""
        return np.array([[self._quantile(counts, level) for counts in merged] for level in self.levels])

    def _quantile(self, counts, level):
        buckets = sorted(counts)
        below = np.cumsum([counts[bucket] for bucket in buckets])
        bucket = buckets[int(np.searchsorted(below, math.floor(level * (below[-1] - 1)), side="right"))]
        if bucket == 0:
            return 0.0
        upper = math.exp(math.log(LEAST) + (abs(bucket) - 1) * self._log_base)
        return math.copysign(upper * (1 - self.accuracy), bucket)  # between the ends of the bucket, as far from both


class Proportion(NamedTuple):
    """How often ``event(ends)``, a boolean for each row, is true, with the exact binomial interval.

    >>> leaf_of(Proportion(lambda ends: ends[:, 0] > 2), np.array([[1.0], [3.0]]))
    (1, 2)
    """

    event: Callable[[np.ndarray], np.ndarray]
    confidence: float = 0.95

    def leaf(self, values: np.ndarray) -> tuple[int, int]:
        """Count some rows: those in which the event happens, and all."""
        return int(np.count_nonzero(values)), len(values)

    def merge(self, one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
        """Add counts."""
        return one[0] + other[0], one[1] + other[1]

    def result(self, merged: tuple[int, int]) -> "Share":
        """Return the share with its interval (Clopper and Pearson)."""
        interval = stats.binomtest(*merged).proportion_ci(self.confidence, method="exact")
        return Share(merged[0] / merged[1], float(interval.low), float(interval.high))


class Share(NamedTuple):
    """What :class:`Proportion` gives.

    >>> share = Proportion(lambda ends: ends[:, 0] > 2)
    >>> share.result(leaf_of(share, np.array([[1.0], [3.0]]))).value
    0.5
    """

    value: float
    low: float
    high: float


def leaf_of(statistic: Any, ends: np.ndarray) -> Any:
    """Return a statistic of some ends, one in a row."""
    if isinstance(statistic, Proportion):
        return statistic.leaf(_rows("event", statistic.event(ends), len(ends), 1))
    values = ends if statistic.of is None else np.asarray(statistic.of(ends), dtype=np.float64)
    return statistic.leaf(_rows("of", values, len(ends), 2))


def _rows(name, values, count, most):
    values = np.asarray(values)
    if values.ndim not in (1, most) or len(values) != count:
        raise ValueError(f"{name} must return a row for each of {count} ends, got an array of shape {values.shape}")
    return values.reshape(count, -1) if most == 2 else values


def check_statistics(statistics: Any) -> dict[str, Any]:
    """Return statistics by name, each with ``leaf``, ``merge`` and ``result``."""
    if not isinstance(statistics, dict) or not statistics:
        checks.refuse("statistics", statistics, "a dict of statistics by name, one at least")
    for name, statistic in statistics.items():
        if isinstance(statistic, type) or not all(hasattr(statistic, word) for word in ("leaf", "merge", "result")):
            checks.refuse(
                "statistics", statistic, f"Moments, Extremes, Histogram, Quantiles or Proportion for {name!r}"
            )
        if getattr(statistic, "of", None) is not None:
            checks.function("of", statistic.of)
        if isinstance(statistic, Histogram) and (np.diff(checks.vector("edges", statistic.edges)) <= 0).any():
            checks.refuse("edges", statistic.edges, "numbers that rise")
        if isinstance(statistic, Quantiles):
            checks.between("accuracy", statistic.accuracy, 0, 1)
            for level in checks.vector("levels", statistic.levels):
                checks.between("levels", float(level), 0, 1, ends="[]")
        if isinstance(statistic, Proportion):
            checks.between("confidence", statistic.confidence, 0, 1)
            checks.function("event", statistic.event)
    return statistics
