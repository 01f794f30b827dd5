"""What a found counterexample is made of: rounding or the statement, and how few and how round its numbers can be."""

import math
import zlib

import numpy as np

from flatlab.evidence.claim import Claim, Setting
from flatlab.evidence.judge import judge_setting
from flatlab.evidence.outcomes import Evidence
from flatlab.evidence.relations import FAILS

DIGITS = (1, 2, 3)
SMALL = (0, 1, 2, 3, 5, 10)
MOVES = 2.0 ** -np.array(4 * [52, 52, 52, 26, 26, 26])  # an error of one rounding may have two values only
FEWEST_MOVES = 6
MOST_JUDGED = 120
SMALL_PART = 1e-6  # of the larger number, or of 1 where 0 is stated: a noisy run may miss by more, and is no rounding
STEADY = 0.01  # a true deviation changes by far less than this share when parameters change in the last digit


def judged(claim: Claim, setting: dict, *seeds: int) -> Evidence | str:
    """Return the evidence of a setting on the random numbers of these seeds, or what its code raised, in a line."""
    rng = np.random.default_rng([*seeds, zlib.crc32(claim.id.encode())])
    try:
        return judge_setting(claim, setting, rng)
    except Exception as error:  # an exception inside the domain is a finding
        return " ".join(f"{type(error).__name__}: {error}".split())


def is_rounding(claim: Claim, setting: dict, seed: int) -> bool:
    """Return whether the deviation at a setting changes with the last digits of its parameters.

    Only a small deviation of a number that is no estimate can be rounding. Real parameters are moved by a few parts in
    1e16 and in 1e8, on the same random numbers. What the statement misses by hardly changes; what rounding adds up to
    does. Where no parameter is real, a thousand roundings of the larger of the two numbers count as rounding.
    """
    names = [name for name in claim.domain if isinstance(setting[name], float)]
    rng = np.random.default_rng([seed, 4])
    deviations = []
    for size in MOVES if names else MOVES[:1]:
        moved = dict(setting)
        for name in names:
            value = moved[name] * (1 + float(rng.integers(-4, 5) * size))
            moved[name] = value if claim.domain[name].holds(value) else moved[name]
        evidence = judged(claim, Setting(moved), seed, 5)
        if isinstance(evidence, str) or evidence.interval is not None:
            return False
        deviations.append(evidence.observed - evidence.expected)
        if not np.isfinite(deviations).all():
            return False
        size = float(np.median(np.abs(deviations)))
        scale = max(abs(evidence.observed), abs(evidence.expected)) if evidence.expected else 1.0
        if not names:
            return size <= 1000 * 2.0**-52 * scale
        if len(deviations) >= FEWEST_MOVES and size > SMALL_PART * scale:
            return False
        if len(deviations) >= FEWEST_MOVES and float(np.ptp(deviations)) > STEADY * size:
            return True
    return False


def shrunk(claim: Claim, setting: dict, *seeds: int) -> dict:
    """Return a counterexample with the values of the first corner and round numbers wherever it stays one.

    One parameter at a time takes the value of the first corner, a small whole number or fewer digits. What still
    fails and meets the hypotheses is kept, until nothing changes.
    """
    setting, judgements, changed = Setting(setting), 0, True
    while changed and judgements < MOST_JUDGED:
        changed = False
        for name, values in claim.domain.items():
            for simpler in _simpler(claim, name, setting[name]):
                other = Setting({**setting, name: simpler})
                if not (values.holds(simpler) and all(met(other) for met in claim.hypotheses.values())):
                    continue
                judgements += 1
                evidence = judged(claim, other, *seeds)
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
