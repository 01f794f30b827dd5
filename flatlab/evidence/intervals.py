"""Slopes, factors, proportions and means, each with an interval at the suite's level.

The whole suite of statistical claims is allowed one false alarm in ``1 / FALSE_ALARM`` runs. The
allowance is shared evenly among at most ``STATISTICAL_COMPARISONS`` intervals, so every interval
here is made at ``1 - FALSE_ALARM / STATISTICAL_COMPARISONS``.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from flatlab.base import checks
from flatlab.evidence.relations import Estimate

FALSE_ALARM = 1e-6
STATISTICAL_COMPARISONS = 1000
LEVEL = 1 - FALSE_ALARM / STATISTICAL_COMPARISONS
FEWEST_SCALES = 5
ROUNDING = 8 * np.finfo(float).eps  # replicates that differ by less are the same


class Interval(Estimate):
    """An estimate that can be made again at another level, from the same data.

    >>> slope = power_law_slope([1, 2, 4, 8, 16], [[1, 2, 4, 8, 16], [1, 2, 4, 8, 17]], level=0.95)
    >>> slope.high - slope.low > slope.at_level(0.5).high - slope.at_level(0.5).low
    True
    """

    at_level: Callable[[float], "Interval"]

    @classmethod
    def of(cls, ends: Callable[[float], tuple], level: float) -> "Interval":
        """Return the interval whose value and ends a function of the level gives."""
        made = cls(*ends(level))
        made.at_level = partial(cls.of, ends)
        return made

    def times(self, factor: float) -> "Interval":
        """Return the interval of the number times a factor above 0."""
        made = Interval(*(factor * end for end in self))
        made.at_level = lambda level: self.at_level(level).times(factor)
        return made


def power_law_slope(scales: ArrayLike, values: ArrayLike, *, floor: float = 0.0, level: float = LEVEL) -> Interval:
    """Return the exponent p of ``values ~ scales**p``, with an interval from independent replicates.

    Each replicate gives one least-squares slope of log values on log scales; the interval is Student's, from the spread
    of the replicates' slopes. The residuals along one replicate are not used: neighbouring points share their
    randomness and would make the interval far too narrow.

    Parameters
    ----------
    scales : array_like, shape (n_scales,)
        Positive; at least five must remain above the floor.
    values : array_like, shape (n_replicates, n_scales)
        Positive; at least two replicates.
    floor : float
        Scales at which any replicate is at or below this value (rounding) are left out.
    level : float
        Confidence level.
    """
    scales = checks.vector("scales", scales)
    values = checks.matrix("values", values, scales.size)
    floor = checks.nonnegative("floor", floor)
    if scales.min() <= 0:
        raise ValueError(f"scales must be above 0, got {scales.min():g}")
    used = (values > floor).all(axis=0)
    if used.sum() < FEWEST_SCALES:
        raise ValueError(f"scales must number {FEWEST_SCALES} or more above the floor {floor:g}, got {used.sum()}")
    if np.ptp(np.log(scales[used])) == 0:
        raise ValueError(f"scales must differ, got {FEWEST_SCALES} or more of {scales[used][0]:g}")
    slopes = np.polyfit(np.log(scales[used]), np.log(values[:, used]).T, 1)[0]
    return mean(slopes, level=level)


def mean(values: ArrayLike, *, level: float = LEVEL) -> Interval:
    """Return the mean of two or more independent replicates with Student's interval.

    Replicates that are all the same are refused: their randomness was lost, or there is none. What is not random is
    observed as a number.
    """
    values = checks.vector("values", values)
    if values.size < 2:
        raise ValueError("values must hold at least two replicates, got one")
    level = checks.between("level", level, 0, 1)
    if np.ptp(values) <= ROUNDING * np.abs(values).max():
        raise ValueError(f"values must differ between replicates, got {values.size} times {values[0]:g}")
    return Interval.of(partial(_student, float(values.mean()), values.std(ddof=1), values.size), level)


def proportion(successes: int, trials: int, *, level: float = LEVEL) -> Interval:
    """Return a proportion with its exact (Clopper-Pearson) binomial interval."""
    trials = checks.integer("trials", trials, at_least=1)
    successes = checks.integer("successes", successes)
    level = checks.between("level", level, 0, 1)
    if successes > trials:
        raise ValueError(f"successes must not exceed the {trials} trials, got {successes}")
    return Interval.of(partial(_clopper_pearson, successes, trials), level)


def settled_factor(values: ArrayLike, *, floor: float = 1e-290) -> float:
    """Return the factor by which a sequence that is geometric in the end is multiplied from step to step.

    It is the last ratio ``values[t+1] / values[t]`` above the floor: values at or below that in size (rounding,
    underflow) end the sequence.
    """
    values = checks.vector("values", values)
    floor = checks.nonnegative("floor", floor)
    small = np.abs(values) <= floor
    end = int(np.argmax(small)) if small.any() else values.size
    if end < 2:
        raise ValueError(f"values must have two neighbours above the floor {floor:g}, got {end}")
    return float(values[end - 1] / values[end - 2])


def _student(centre, spread, replicates, level):
    half = float(stats.t.ppf((1 + level) / 2, replicates - 1) * spread / np.sqrt(replicates))
    return centre, centre - half, centre + half


def _clopper_pearson(successes, trials, level):
    interval = stats.binomtest(successes, trials).proportion_ci(level, method="exact")
    return successes / trials, float(interval.low), float(interval.high)
