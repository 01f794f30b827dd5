"""How an observed number is held against an expected one, and with what margin.

Every relation gives a *margin*: 1 is as far from failing as can be, 0 is the edge, below 0 has failed. Equalities
measure it in units of their tolerance, bounds as the unused share of the bound.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flatlab.base import checks

HOLDS, FAILS, INCONCLUSIVE = "holds", "fails", "inconclusive"


@checks.validated
class Estimate(NamedTuple):
    """A measured number with its confidence interval, from ``low`` to ``high`` at the level the measurement states.

    >>> WithinInterval(tolerance=0.1).judge(Estimate(1.0, low=0.98, high=1.02), 1.0).status
    'holds'
    """

    value: float
    low: float
    high: float

    def clean_fields(self) -> tuple:
        """Refuse an interval whose ends are in the wrong order; a nan is a measurement that failed."""
        if self.low > self.high:
            raise ValueError(f"high must be at least the low end {self.low:g}, got {self.high:g}")
        return tuple(self)


class Finding(NamedTuple):
    """What a relation says of one observed and one expected number.

    >>> AtMost().judge(0.5, 1.0)
    Finding(status='holds', margin=0.5, observed=0.5, expected=1.0)
    """

    status: str
    margin: float
    observed: float
    expected: float


@dataclass(frozen=True)
class Equal:
    """Observed equals expected: ``|observed - expected| <= rtol * |expected| + atol``.

    >>> Equal(rtol=0.01).judge(1.005, 1.0).status
    'holds'
    """

    rtol: float = 0.0
    atol: float = 0.0
    sign = "="

    def __post_init__(self):
        """Refuse a tolerance that is none."""
        checks.nonnegative("rtol", self.rtol)
        checks.nonnegative("atol", self.atol)

    def judge(self, observed: float, expected: float) -> Finding:
        """Return the :class:`Finding` for one pair of numbers."""
        if _undefined(observed, expected):
            return _failed(observed, expected)
        allowed = self.rtol * abs(expected) + self.atol
        error = abs(observed - expected)
        exact = 1.0 if error == 0 else -math.inf
        margin = 1 - error / allowed if allowed > 0 else exact
        return Finding(_status(margin), margin, observed, expected)


@dataclass(frozen=True)
class Close:
    """Observed vector equals expected vector: ``‖observed - expected‖ <= rtol * ‖expected‖ + atol``, Euclidean norms.

    ``observe`` and ``expect`` return a vector, or several of them, each judged on its own. The evidence shows the two
    norms; where these agree and the vectors do not, it shows the entries that differ most.

    >>> Close(rtol=0.01).judge([3.0, 4.0], [3.0, 4.01]).status
    'holds'
    """

    rtol: float = 0.0
    atol: float = 0.0
    sign = "="
    vectors = True

    def __post_init__(self):
        """Refuse a tolerance that is none."""
        checks.nonnegative("rtol", self.rtol)
        checks.nonnegative("atol", self.atol)

    def judge(self, observed: Sequence[float], expected: Sequence[float]) -> Finding:
        """Return the :class:`Finding` for one pair of vectors."""
        if len(observed) != len(expected):
            raise ValueError(f"observed must have the {len(expected)} entries of expected, got {len(observed)}")
        norms = math.hypot(*observed), math.hypot(*expected)
        allowed = self.rtol * norms[1] + self.atol
        if _undefined(*observed, *expected, allowed):
            return _failed(*norms)
        error = math.dist(observed, expected)
        exact = 1.0 if error == 0 else -math.inf
        margin = 1 - error / allowed if allowed > 0 else exact
        shown = norms
        if margin < 0 and abs(norms[0] - norms[1]) <= allowed:
            shown = max(zip(observed, expected), key=lambda pair: abs(pair[0] - pair[1]))
        return Finding(_status(margin), margin, *shown)


@dataclass(frozen=True)
class AtMost:
    """Observed is at most the expected bound, up to ``slack`` times the bound for rounding.

    Either side may be an :class:`Estimate`: the relation holds where the whole intervals satisfy it, fails where they
    wholly do not, and is inconclusive where they overlap. A bound is vacuous if observed/bound is below
    ``1 / tight_within`` in every setting.

    >>> AtMost().judge(0.8, 1.0).status
    'holds'
    """

    slack: float = 0.0
    tight_within: float = math.inf
    sign = "≤"

    def __post_init__(self):
        """Refuse a slack or a tightness that is none."""
        _check_bound(self)

    def judge(self, observed: float | Estimate, expected: float) -> Finding:
        """Return the :class:`Finding` for one pair of numbers or estimates."""
        return _bounded(observed, expected, self._margin)

    def _margin(self, observed, expected):
        bound = expected + self.slack * abs(expected)
        if bound == 0:
            return 1.0 if observed <= 0 else -1.0
        return min((bound - observed) / abs(bound), 1.0)


@dataclass(frozen=True)
class AtLeast:
    """Observed is at least the expected bound, as for :class:`AtMost`; vacuous if always above ``tight_within`` of it.

    >>> AtLeast().judge(0.8, 1.0).status
    'fails'
    """

    slack: float = 0.0
    tight_within: float = math.inf
    sign = "≥"

    def __post_init__(self):
        """Refuse a slack or a tightness that is none."""
        _check_bound(self)

    def judge(self, observed: float | Estimate, expected: float) -> Finding:
        """Return the :class:`Finding` for one pair of numbers or estimates."""
        return _bounded(observed, expected, self._margin, upper=False)

    def _margin(self, observed, expected):
        bound = expected - self.slack * abs(expected)
        scale = max(abs(observed), abs(bound))
        return (observed - bound) / scale if scale > 0 else 1.0


@dataclass(frozen=True)
class Inside:
    """Observed lies in the stated interval: ``expected`` is an :class:`Estimate` with the two ends that are stated.

    The observed number may be an estimate too: its whole interval must lie inside. The margin is the distance to the
    nearer end over half the length.

    >>> Inside().judge(0.5, Estimate(0.5, 0.0, 1.0)).margin
    1.0
    """

    sign = "∈"

    def judge(self, observed: float | Estimate, expected: Estimate) -> Finding:
        """Return the :class:`Finding` for a number or an estimate and a stated interval."""
        value, low, high = _ends(observed)
        if _undefined(value, low, high, *expected):
            return _failed(value, expected.value)
        half = (expected.high - expected.low) / 2
        inside = min(low - expected.low, expected.high - high)
        outside = high < expected.low or low > expected.high
        margin = inside / half if half > 0 else (1.0 if inside == 0 else -1.0)
        status = HOLDS if margin >= 0 else FAILS if outside else INCONCLUSIVE
        return Finding(status, margin, value, expected.value)


@dataclass(frozen=True)
class WithinInterval:
    """The observed :class:`Estimate` agrees with the expected number within ``tolerance + rtol * |expected|``.

    Holds when the whole interval lies that near, fails when it lies wholly farther away, is inconclusive in between.

    >>> WithinInterval(tolerance=0.1).judge(Estimate(1.0, 0.8, 1.2), 1.0).status
    'inconclusive'
    """

    tolerance: float = 0.0
    rtol: float = 0.0
    sign = "≈"

    def __post_init__(self):
        """Refuse a tolerance that is none."""
        if checks.nonnegative("rtol", self.rtol) == 0:
            checks.positive("tolerance", self.tolerance)
        checks.nonnegative("tolerance", self.tolerance)

    def judge(self, observed: float | Estimate, expected: float) -> Finding:
        """Return the :class:`Finding` for one estimate and one number."""
        value, low, high = _ends(observed)
        allowed = self.tolerance + (self.rtol * abs(expected) if self.rtol else 0.0)
        if _undefined(value, low, high, expected, allowed):
            return _failed(value, expected)
        farthest = max(abs(low - expected), abs(high - expected))
        exact = 1.0 if farthest == 0 else -math.inf
        margin = 1 - farthest / allowed if allowed > 0 else exact
        outside = low > expected + allowed or high < expected - allowed
        status = HOLDS if margin >= 0 else FAILS if outside else INCONCLUSIVE
        return Finding(status, margin, value, expected)


def tolerance_words(relation: object) -> str:
    """Return what a relation leaves open, such as ``rtol 1e-12``: its fields that say something."""
    given = vars(relation) if hasattr(relation, "__dict__") else {}
    numbers = {name: value for name, value in given.items() if not isinstance(value, (bool, str))}
    told = {name: value for name, value in numbers.items() if isinstance(value, (int, float)) and 0 < value < math.inf}
    return ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in told.items())


def _check_bound(relation):
    checks.nonnegative("slack", relation.slack)
    if relation.tight_within != math.inf:
        checks.between("tight_within", relation.tight_within, 1, math.inf, ends="[)")


def _status(margin):
    return HOLDS if margin >= 0 else FAILS


def _ends(number):
    """Return a number and the ends of its interval, itself where it is exact."""
    return tuple(number) if isinstance(number, Estimate) else (number, number, number)


def _bounded(observed, expected, margin_of, upper=True):
    """Return the finding of a bound from the ends that are nearest to breaking it, and from those that are farthest."""
    (value, low, high), (bound, bound_low, bound_high) = _ends(observed), _ends(expected)
    if _undefined(value, low, high, bound, bound_low, bound_high):
        return _failed(value, bound)
    worst, best = ((high, bound_low), (low, bound_high)) if upper else ((low, bound_high), (high, bound_low))
    margin = margin_of(*worst)
    status = HOLDS if margin >= 0 else FAILS if margin_of(*best) < 0 else INCONCLUSIVE
    return Finding(status, margin, value, bound)


def _undefined(*numbers):
    return not all(math.isfinite(number) for number in numbers)


def _failed(observed, expected):
    """Return the finding for nan or infinity on either side: a failure, and no evidence of anything."""
    return Finding(FAILS, math.nan, observed, expected)
