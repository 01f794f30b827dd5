"""Whether a gradient writes what it must and nothing else."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from flatlab.objectives import gradient
from flatlab.simulation.checking._interpreted import ask, function_title

__all__ = ["check_writes", "differences", "gradient_at"]


def check_writes(question: Callable, objective: NamedTuple, point: np.ndarray, *before: object) -> None:
    """Refuse a gradient that returns something, leaves entries of ``out`` unwritten, or changes the point.

    The question is ``gradient``, or ``sample_gradient`` with the sample in ``before``.
    """
    results = []
    for fill in (1.0, -2.0):
        w, out = point.copy(), np.full(point.size, fill)
        answer = ask(question, objective, *before, w, out)
        if answer is not None:
            raise ValueError(
                f"{function_title(question, objective)} must write the gradient to its last argument and return "
                f"nothing, got a return value of type {type(answer).__name__}: write out[i] = ... for every entry"
            )
        if len(differences(w, point)):
            raise ValueError(
                f"{function_title(question, objective)} must leave the point as it is, got another one after the "
                "call: work on a copy"
            )
        results.append(out)
    differing = differences(*results)
    if len(differing):
        (at,) = differing[0]
        left = "left as it was" if (results[0][at], results[1][at]) == (1.0, -2.0) else "made from what it held before"
        raise ValueError(
            f"{function_title(question, objective)} must write every entry of out, got entry {at} of {point.size} "
            f"{left}: set every entry before adding to it"
        )


def differences(one: np.ndarray, other: np.ndarray) -> list[list[int]]:
    """Return where two arrays hold different floats; the signs of zero and the kinds of nan are not told apart."""
    return np.argwhere(~((one == other) | (np.isnan(one) & np.isnan(other)))).tolist()


def gradient_at(objective: NamedTuple) -> Callable[[np.ndarray], np.ndarray]:
    """Return the gradient as a function of the point, interpreted or compiled like any call."""

    def at(w):
        out = np.empty(w.size)
        gradient(objective, np.ascontiguousarray(w), out)
        return out

    return at
