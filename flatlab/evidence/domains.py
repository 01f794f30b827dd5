"""Ranges that the parameters of a claim are drawn from, declared as data; each knows its quantile function."""

import math
from dataclasses import dataclass
from typing import Any

from flatlab.base import checks


@dataclass(frozen=True)
class Uniform:
    """A number drawn uniformly from [low, high).

    >>> Uniform(1.0, 3.0).quantile(0.5)
    2.0
    """

    low: float
    high: float

    def __post_init__(self):
        """Refuse ends that are no numbers or in the wrong order."""
        _ordered(checks.number, self)

    def draw(self, rng: Any) -> float:
        """Return one draw."""
        return float(rng.uniform(self.low, self.high))

    def quantile(self, p: float) -> float:
        """Return the value below which a draw falls with probability p."""
        return float(min(max(self.low + p * (self.high - self.low), self.low), self.high))

    def holds(self, value: Any) -> bool:
        """Return whether a value lies in the range, ends included."""
        return self.low <= value <= self.high


@dataclass(frozen=True)
class LogUniform:
    """A positive number whose logarithm is drawn uniformly from [log low, log high).

    >>> round(LogUniform(0.01, 100.0).quantile(0.5), 9)
    1.0
    """

    low: float
    high: float

    def __post_init__(self):
        """Refuse ends that are not above 0 or in the wrong order."""
        _ordered(checks.positive, self)

    def draw(self, rng: Any) -> float:
        """Return one draw."""
        drawn = math.exp(rng.uniform(math.log(self.low), math.log(self.high)))
        return float(min(max(drawn, self.low), self.high))  # exp(log(x)) may miss x by one rounding

    def quantile(self, p: float) -> float:
        """Return the value below which a draw falls with probability p."""
        if p in (0, 1):
            return float(self.high if p else self.low)
        drawn = math.exp((1 - p) * math.log(self.low) + p * math.log(self.high))
        return float(min(max(drawn, self.low), self.high))

    def holds(self, value: Any) -> bool:
        """Return whether a value lies in the range, ends included."""
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Whole:
    """A whole number from low to high, both included; uniform, or uniform in its logarithm.

    >>> Whole(1, 6).holds(7)
    False
    """

    low: int
    high: int
    log: bool = False

    def __post_init__(self):
        """Refuse ends that are not whole or in the wrong order."""
        log = checks.flag("log", self.log)
        _ordered(lambda name, end: checks.integer(name, end, at_least=1 if log else -checks.LARGEST), self)

    def draw(self, rng: Any) -> int:
        """Return one draw."""
        if self.log:
            drawn = int(math.exp(rng.uniform(math.log(self.low), math.log(self.high + 1))))
            return min(max(drawn, self.low), self.high)
        return int(rng.integers(self.low, self.high + 1))

    def quantile(self, p: float) -> int:
        """Return the smallest value that a draw exceeds with probability at most 1 - p."""
        if self.log:
            drawn = math.exp((1 - p) * math.log(self.low) + p * math.log(self.high + 1))
        else:
            drawn = self.low + p * (self.high + 1 - self.low)
        return min(max(math.floor(drawn), self.low), self.high)

    def holds(self, value: Any) -> bool:
        """Return whether a value is one of these whole numbers."""
        return self.low <= value <= self.high and value == int(value)


@dataclass(frozen=True)
class Choice:
    """One of a few values.

    >>> Choice((1, 2, 4)).quantile(0.99)
    4
    """

    values: tuple

    def __post_init__(self):
        """Refuse to choose from nothing."""
        if len(self.values) == 0:
            raise ValueError("values must hold one value at least, got none")

    def draw(self, rng: Any) -> Any:
        """Return one draw."""
        return self.values[int(rng.integers(len(self.values)))]

    def quantile(self, p: float) -> Any:
        """Return the value at share p of the list."""
        return self.values[min(int(p * len(self.values)), len(self.values) - 1)]

    def holds(self, value: Any) -> bool:
        """Return whether a value is one of the few."""
        return value in self.values


def _ordered(check, domain):
    low, high = check("low", domain.low), check("high", domain.high)
    if low > high:
        raise ValueError(f"high must be at least the low end {low:g}, got {high:g}")


SEED = Whole(0, 2**31 - 1)
