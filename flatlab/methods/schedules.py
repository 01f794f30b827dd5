"""Hyper-parameters that change along a run: a plain number, or a schedule of one value a step.

Wherever a method says so, a schedule may stand for a number. A schedule is a NamedTuple with a registered ``rate``.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from flatlab.base import checks
from flatlab.compiler.generic import generic
from flatlab.theory.noise import OneStep

__all__ = ["Cosine", "Exponential", "Given", "InverseRoot", "Linear", "bound_step", "check_schedule", "rate"]


@generic
def rate(schedule: Any, step: int) -> float:
    """Return the value at step number ``step`` = 0, 1, ...; a plain number is its own value at every step."""
    return schedule


@checks.validated
class Given(NamedTuple):
    """Values listed one by one; after the list the last one is kept.

    values : (T,), 0 or above

    >>> float(rate(Given([0.3, 0.1]), 5))
    0.1
    """

    values: checks.Array

    def clean_fields(self) -> tuple:
        values = checks.vector("values", self.values)
        if values.min() < 0:
            raise ValueError(f"values must be 0 or above, got {values.min():g} at index {int(values.argmin())}")
        return (values,)


@rate.register(Given)
def _(schedule, step):
    return schedule.values[min(step, schedule.values.size - 1)]


@checks.validated
class InverseRoot(NamedTuple):
    """``first / sqrt(1 + t)``.

    first : above 0

    >>> round(rate(InverseRoot(0.3), 8), 4)
    0.1
    """

    first: float

    def clean_fields(self) -> tuple:
        return (checks.positive("first", self.first),)


@rate.register(InverseRoot)
def _(schedule, step):
    return schedule.first / math.sqrt(1.0 + step)


@checks.validated
class Exponential(NamedTuple):
    """``first * factor**t``.

    first : above 0
    factor : in (0, 1]

    >>> rate(Exponential(0.8, factor=0.5), 3)
    0.1
    """

    first: float
    factor: float

    def clean_fields(self) -> tuple:
        return checks.positive("first", self.first), checks.between("factor", self.factor, 0, 1, ends="(]")


@rate.register(Exponential)
def _(schedule, step):
    return schedule.first * math.pow(schedule.factor, float(step))  # a whole exponent is multiplied out when compiled


@checks.validated
class Linear(NamedTuple):
    """A straight line from ``first`` at t = 0 to ``last`` at t = ``steps``, then ``last``.

    first, last : above 0, and 0 or above
    steps : 1 or above

    >>> round(rate(Linear(0.4, last=0.0, steps=4), 1), 4)
    0.3
    """

    first: float
    last: float
    steps: int

    def clean_fields(self) -> tuple:
        return _span(self)


@rate.register(Linear)
def _(schedule, step):
    done = min(step / schedule.steps, 1.0)
    return schedule.first + done * (schedule.last - schedule.first)


@checks.validated
class Cosine(NamedTuple):
    """Half a cosine from ``first`` at t = 0 to ``last`` at t = ``steps``, then ``last``.

    first, last : above 0, and 0 or above
    steps : 1 or above

    >>> round(rate(Cosine(0.4, last=0.0, steps=4), 2), 6)
    0.2
    """

    first: float
    last: float
    steps: int

    def clean_fields(self) -> tuple:
        return _span(self)


@rate.register(Cosine)
def _(schedule, step):
    done = min(step / schedule.steps, 1.0)
    return schedule.last + (schedule.first - schedule.last) * (1 + math.cos(math.pi * done)) / 2


def check_schedule(name: str, value: float | tuple, check: Callable) -> float | tuple:
    """Return a plain number after ``check(name, number)``, or a schedule as it is.

    name : what to call it in a refusal
    check : from ``flatlab.base.checks``; applied to the number, or to the schedule's value at step 0
    """
    if not isinstance(value, tuple):
        return check(name, value)
    if not rate.implemented(type(value)):
        raise ValueError(f"{name} must be a number or a schedule with a registered rate, got {checks.shown(value)}")
    check(name, float(rate.implementation(type(value))(value, 0)))
    return value


def bound_step(
    smoothness: float,
    gap: float,
    sigma: float,
    second_moment: float,
    steps: int,
    pairs: int = 1,
    *,
    shared_sample: bool = False,
) -> float:
    """Return the upper bound's own step size, ``1/eta = C/2 + sqrt(C^2/4 + C v T/(2 D^2))``, v the one-step variance.

    smoothness : C, the Lipschitz constant of the gradient
    gap : D^2 = F(W_0) - min F
    sigma : standard deviation of the gradient oracle
    second_moment : H(P) = E|U|^2, see ``noise_laws.norm_moments``
    steps, pairs : T and k
    shared_sample : whether all evaluations of a step use one sample

    Source: DERIVED, paper_checks/zhang2024/README.md, "Upper bound".

    >>> round(bound_step(smoothness=1.0, gap=1.0, sigma=1.0, second_moment=0.0, steps=200), 4)
    0.0951
    """
    step = OneStep(sigma, smoothness, second_moment, pairs, shared_sample)
    return float(step.upper_bound(gap, steps).step_size)


def _span(schedule):
    return (
        checks.positive("first", schedule.first),
        checks.nonnegative("last", schedule.last),
        checks.integer("steps", schedule.steps, at_least=1),
    )
