"""Ranges that the parameters of a claim are drawn from, declared as data."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Uniform:
    """A number drawn evenly from [low, high)."""

    low: float
    high: float

    def draw(self, rng):
        """Return one draw."""
        return float(rng.uniform(self.low, self.high))


@dataclass(frozen=True)
class LogUniform:
    """A positive number whose logarithm is drawn evenly from [log low, log high)."""

    low: float
    high: float

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

    def draw(self, rng):
        """Return one draw."""
        return self.values[int(rng.integers(len(self.values)))]


SEED = Whole(0, 2**31 - 1)
