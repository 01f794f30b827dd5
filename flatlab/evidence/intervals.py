"""Slopes, factors, proportions and means, each with an interval at the suite's level.

The whole suite of statistical claims is allowed one false alarm in ``1 / FALSE_ALARM`` runs. The
allowance is shared evenly among at most ``STATISTICAL_COMPARISONS`` intervals, so every interval
here is made at ``1 - FALSE_ALARM / STATISTICAL_COMPARISONS``.
"""

import numpy as np
from scipy import stats

from flatlab.base import checks
from flatlab.evidence.relations import Estimate

FALSE_ALARM = 1e-6
STATISTICAL_COMPARISONS = 1000
LEVEL = 1 - FALSE_ALARM / STATISTICAL_COMPARISONS
FEWEST_SCALES = 5


def power_law_slope(scales, values, *, floor=0.0, level=LEVEL):
    """Return the exponent p of ``values ~ scales**p``, with an interval from independent replicates.

    Each replicate gives one least-squares slope of log values on log scales; the interval is
    Student's, from the spread of the replicates' slopes. The residuals along one replicate are not
    used: neighbouring points share their randomness and would make the interval far too narrow.

    Parameters
    ----------
    scales : array_like, shape (n_scales,)
        At least five, positive.
    values : array_like, shape (n_replicates, n_scales)
        Positive; at least two replicates.
    floor : float
        Scales at which any replicate is at or below this value (rounding) are left out.
    level : float
        Confidence level.

    Returns
    -------
    Estimate

    Raises
    ------
    ValueError
        If fewer than five scales remain above the floor, there is one replicate only, or an argument is out of range.
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


def mean(values, *, level=LEVEL):
    """Return the mean of independent replicates with Student's interval.

    Parameters
    ----------
    values : array_like, shape (n_replicates,)
        At least two.
    level : float
        Confidence level.

    Returns
    -------
    Estimate

    Raises
    ------
    ValueError
        If there is one replicate only, or the level is not in (0, 1).
    """
    values = checks.vector("values", values)
    if values.size < 2:
        raise ValueError("values must hold at least two replicates, got one")
    level = checks.between("level", level, 0, 1)
    centre = float(values.mean())
    half = float(stats.t.ppf((1 + level) / 2, values.size - 1) * values.std(ddof=1) / np.sqrt(values.size))
    return Estimate(centre, centre - half, centre + half)


def proportion(successes, trials, *, level=LEVEL):
    """Return a proportion with its exact (Clopper-Pearson) binomial interval.

    Parameters
    ----------
    successes, trials : int
    level : float
        Confidence level.

    Returns
    -------
    Estimate

    Raises
    ------
    ValueError
        If there are more successes than trials, or the level is not in (0, 1).
    """
    trials = checks.integer("trials", trials, at_least=1)
    successes = checks.integer("successes", successes)
    level = checks.between("level", level, 0, 1)
    if successes > trials:
        raise ValueError(f"successes must not exceed the {trials} trials, got {successes}")
    interval = stats.binomtest(successes, trials).proportion_ci(level, method="exact")
    return Estimate(successes / trials, float(interval.low), float(interval.high))


def settled_factor(values, *, floor=1e-290):
    """Return the factor by which a sequence is multiplied from step to step, once that has settled.

    Parameters
    ----------
    values : array_like, shape (n,)
        A sequence that is geometric in the end.
    floor : float
        Values at or below this in size (rounding, underflow) end the sequence.

    Returns
    -------
    float
        The last ratio ``values[t+1] / values[t]`` above the floor.

    Raises
    ------
    ValueError
        If no two neighbours are above the floor.
    """
    values = checks.vector("values", values)
    floor = checks.nonnegative("floor", floor)
    small = np.abs(values) <= floor
    end = int(np.argmax(small)) if small.any() else values.size
    if end < 2:
        raise ValueError(f"values must have two neighbours above the floor {floor:g}, got {end}")
    return float(values[end - 1] / values[end - 2])
