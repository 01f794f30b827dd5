"""Ranges that the parameters of a claim are drawn from, declared as data."""

import math
from dataclasses import dataclass

from flatlab.base import checks


@dataclass(frozen=True)
class Uniform:
    """A number drawn evenly from [low, high)."""

    low: float
    high: float

    def __post_init__(self):
        """Refuse ends that are no numbers or in the wrong order."""
        _ordered(checks.number, self)

    def draw(self, rng):
        """Return one draw."""
        return float(rng.uniform(self.low, self.high))


@dataclass(frozen=True)
class LogUniform:
    """A positive number whose logarithm is drawn evenly from [log low, log high)."""

    low: float
    high: float

    def __post_init__(self):
        """Refuse ends that are not above 0 or in the wrong order."""
        _ordered(checks.positive, self)

    def draw(self, rng):
        """Return one draw."""
        drawn = math.exp(rng.uniform(math.log(self.low), math.log(self.high)))
        return float(min(max(drawn, self.low), self.high))  # exp(log(x)) may miss x by one rounding


@dataclass(frozen=True)
class Whole:
    """A whole number from low to high, both included; evenly, or evenly in its logarithm."""

    low: int
    high: int
    log: bool = False

    def __post_init__(self):
        """Refuse ends that are not whole or in the wrong order."""
        log = checks.flag("log", self.log)
        _ordered(lambda name, end: checks.integer(name, end, at_least=1 if log else -checks.LARGEST), self)

    def draw(self, rng):
        """Return one draw."""
        if self.log:
            drawn = int(math.exp(rng.uniform(math.log(self.low), math.log(self.high + 1))))
            return min(max(drawn, self.low), self.high)
        return int(rng.integers(self.low, self.high + 1))


@dataclass(frozen=True)
class Choice:
    """One of a few values."""

    values: tuple

    def __post_init__(self):
        """Refuse to choose from nothing."""
        if len(self.values) == 0:
            raise ValueError("values must hold one value at least, got none")

    def draw(self, rng):
        """Return one draw."""
        return self.values[int(rng.integers(len(self.values)))]


def _ordered(check, domain):
    low, high = check("low", domain.low), check("high", domain.high)
    if low > high:
        raise ValueError(f"high must be at least the low end {low:g}, got {high:g}")


SEED = Whole(0, 2**31 - 1)
