"""What a found counterexample is made of: rounding or the statement, and how few and how round its numbers can be."""

import math
from collections.abc import Callable
from functools import partial

import numpy as np

from flatlab.evidence.claim import Claim, Setting
from flatlab.evidence.judge import judged
from flatlab.evidence.relations import FAILS

DIGITS = (1, 2, 3)
SMALL = (0, 1, 2, 3, 5, 10)
MOVES = 2.0 ** -np.array(4 * [52, 52, 52, 26, 26, 26])  # an error of one rounding may have two values only
FEWEST_MOVES = 6
MOST_JUDGED = 120
EPSILON, FEW_ROUNDINGS, MANY_ROUNDINGS = 2.0**-52, 8, 1000
SMALL_PART = 1e-6  # of the larger number, or of 1 where 0 is stated: a noisy run may miss by more, and is no rounding
STEADY = 0.01  # a true deviation changes by far less than this share when parameters change in the last digit


def is_rounding(claim: Claim, setting: dict, seed: int, look: Callable | None = None) -> bool:
    """Return whether the deviation at a setting is one of the last digits, or changes with those of its parameters.

    Only a small deviation of a number that is no estimate can be rounding. A few roundings of the larger of the two
    numbers are, a thousand where no parameter is real; where 0 is stated, of the largest parameter, or of 1 if that is
    larger. Else real parameters are moved by a few parts in 1e16 and in 1e8, on the same random numbers. What the
    statement misses by hardly changes; what rounding adds up to does.

    look : judges a setting on the random numbers of some seeds, if not :func:`flatlab.evidence.judge.judged`
    """
    look = look or partial(judged, claim)
    names = [name for name in claim.domain if isinstance(setting[name], float)]
    largest = min(1.0, max((abs(setting[name]) for name in names), default=1.0))
    rng = np.random.default_rng([seed, 4])
    deviations = []
    for size in (0.0, *MOVES):
        evidence = look(_moved(claim, setting, names, size, rng), seed, 5)
        if isinstance(evidence, str) or evidence.interval is not None:
            return False
        deviation = evidence.observed - evidence.expected
        if not math.isfinite(deviation):
            return False
        scale = max(abs(evidence.observed), abs(evidence.expected)) if evidence.expected else largest
        if size == 0 and (not names or abs(deviation) <= FEW_ROUNDINGS * EPSILON * scale):
            return abs(deviation) <= MANY_ROUNDINGS * EPSILON * scale
        deviations += [deviation] if size else []
        typical = float(np.median(np.abs(deviations))) if size else 0.0
        if len(deviations) >= FEWEST_MOVES and typical > SMALL_PART * scale:
            return False
        if len(deviations) >= FEWEST_MOVES and float(np.ptp(deviations)) > STEADY * typical:
            return True
    return False


def _moved(claim, setting, names, size, rng):
    """Return a setting whose real parameters are moved by up to four times a relative size, within their ranges."""
    moved = dict(setting)
    for name in names if size else ():
        value = moved[name] * (1 + float(rng.integers(-4, 5) * size))
        moved[name] = value if claim.domain[name].holds(value) else moved[name]
    return Setting(moved)


def shrunk(claim: Claim, setting: dict, *seeds: int, look: Callable | None = None) -> dict:
    """Return a counterexample with the values of the first corner and round numbers wherever it stays one.

    One parameter at a time takes the value of the first corner, a small whole number or fewer digits. What still
    fails and meets the hypotheses is kept, until nothing changes. ``look`` is as for :func:`is_rounding`. A corner with
    values of its own for constants stays as it is: the claim states nothing of others with these values.
    """
    look = look or partial(judged, claim)
    if any(setting[name] != value for name, value in claim.fixed.items()):
        return setting
    setting, judgements, changed = Setting(setting), 0, True
    while changed and judgements < MOST_JUDGED:
        changed = False
        for name, values in claim.domain.items():
            for simpler in _simpler(claim, name, setting[name]):
                other = Setting({**setting, name: simpler})
                if not (values.holds(simpler) and all(met(other) for met in claim.hypotheses.values())):
                    continue
                judgements += 1
                evidence = look(other, *seeds)
                if not isinstance(evidence, str) and evidence.status == FAILS and not math.isnan(evidence.margin):
                    setting, changed = other, True
                    break
    return setting


def _simpler(claim, name, value):
    """Return simpler values of a parameter, simplest first."""
    found = [claim.corners[0][name]] if claim.corners and name in claim.corners[0] else []
    if isinstance(value, int) and not isinstance(value, bool):
        found += [n for n in SMALL if n < value] + [int(float(f"{value:.{digits}g}")) for digits in DIGITS]
    elif isinstance(value, float):
        found += [1.0, *(float(f"{value:.{digits}g}") for digits in DIGITS)]
    return found[: found.index(value)] if value in found else found
