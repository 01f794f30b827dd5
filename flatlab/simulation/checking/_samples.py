"""Whether a stochastic oracle declares itself, can be repeated, and is unbiased."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from flatlab.objectives import draw, new_sample, sample_gradient
from flatlab.simulation.checking._derivatives import directions
from flatlab.simulation.checking._interpreted import (
    DrawsRandomNumbers,
    NotInterpreted,
    Undeclared,
    ask,
    function_title,
    has,
    title,
)
from flatlab.simulation.checking._writes import check_writes, differences, gradient_at
from flatlab.simulation.checking.report import Notes

__all__ = ["check_sample_writes", "check_samples", "has_samples", "refuse_undeclared"]

DRAWS = (400, 20000)  # a mean that looks biased is looked at again with many more draws
SIGMAS = 7.0  # a mean farther from the gradient than this many standard errors is biased


def check_samples(objective: NamedTuple, point: np.ndarray, notes: Notes, rng: np.random.Generator) -> None:
    """Check that ``draw`` and ``sample_gradient`` keep what they promise at a point."""
    if not has_samples(objective):
        notes.skipped.append("samples: neither draw nor sample_gradient is registered")
        return
    try:
        check_sample_writes(objective, point)
        notes.checked.append("sample_gradient writes every entry of out and nothing else")
    except NotInterpreted as reason:
        notes.skipped.append(f"what sample_gradient writes: {reason}")
    first, second = (_sample_gradients(objective, point, 3, np.random.default_rng(1)) for _ in range(2))
    if len(differences(first, second)):
        raise ValueError(
            f"{function_title(draw, objective)} must take all its randomness from rng, got two results from two "
            "generators of one seed: call the methods of rng only"
        )
    notes.checked.append("equal generators give equal samples")
    _check_mean(objective, point, notes, rng)


def has_samples(objective: NamedTuple) -> bool:
    """Return whether an objective is a stochastic oracle."""
    return has(draw, objective) or has(sample_gradient, objective)


def check_sample_writes(objective: NamedTuple, point: np.ndarray) -> None:
    """Check, interpreted, that drawing is declared and that ``sample_gradient`` writes what it must."""
    if has(draw, objective) and not getattr(objective, "random", False):
        refuse_undeclared(draw, objective, lambda source: _drawn(objective, point, source))
    check_writes(sample_gradient, objective, point, _drawn(objective, point, np.random.default_rng(1)))


def refuse_undeclared(question: Callable, part: NamedTuple, run: Callable[[object], object]) -> None:
    """Refuse a class that draws random numbers in ``question`` without declaring it.

    ``run`` takes what stands in for the generator.
    """
    try:
        run(Undeclared())
    except DrawsRandomNumbers as asked:
        try:
            run(None)  # a class may well use a generator only where it is given one
        except Exception:  # None has no methods: whatever the class does with it
            raise ValueError(
                f"{function_title(question, part)} draws random numbers (rng.{asked}) that its class does not declare: "
                f"add the class attribute `random = True` to {title(part)}"
            ) from None


def _drawn(objective, point, rng):
    sample = ask(new_sample, objective, point)
    ask(draw, objective, sample, rng)
    return sample


def _sample_gradients(objective, point, count, rng):
    sample, found = new_sample(objective, point), np.empty((count, point.size))
    for out in found:
        draw(objective, sample, rng)
        sample_gradient(objective, sample, point, out)
    return found


def _check_mean(objective, point, notes, rng):
    ways = directions(point.size, rng)
    expected = ways @ gradient_at(objective)(point)
    rounding = 1e-9 * (1 + float(np.abs(expected).max()))
    for count in DRAWS:
        seen = _sample_gradients(objective, point, count, rng) @ ways.T
        errors = seen.std(axis=0, ddof=1) / math.sqrt(count)
        off = np.abs(seen.mean(axis=0) - expected) - SIGMAS * errors - rounding
        if not (off > 0).any():
            notes.checked.append(f"the mean of {count} sample gradients is the gradient within {SIGMAS:g} errors")
            return
    worst = int(off.argmax())
    raise ValueError(
        f"{function_title(sample_gradient, objective)} must have the gradient as its mean, got "
        f"{seen.mean(axis=0)[worst]:.6g} ± {errors[worst]:.2g} for {expected[worst]:.6g} along one direction in "
        f"{count} draws: correct one of the two"
    )
