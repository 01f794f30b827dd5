"""Whether a gradient writes what it must and nothing else."""

import numpy as np

from flatlab.objectives import gradient
from flatlab.simulation.checking._interpreted import ask, function_title

__all__ = ["check_writes", "gradient_at", "same_bits"]


def check_writes(question, objective, point, *before):
    """Refuse a gradient that returns something, leaves entries of ``out`` unwritten, or changes the point.

    Parameters
    ----------
    question : generic function
        ``gradient``, or ``sample_gradient`` with the sample in ``before``.
    objective : NamedTuple
    point : ndarray, shape (d,)
    *before
        Arguments between objective and point.

    Returns
    -------
    ndarray, shape (d,)
        What was written.

    Raises
    ------
    ValueError
        One sentence.
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
        if not same_bits(w, point):
            raise ValueError(
                f"{function_title(question, objective)} must leave the point as it is, got another one after the "
                "call: work on a copy"
            )
        results.append(out)
    differing = np.flatnonzero(~((results[0] == results[1]) | (np.isnan(results[0]) & np.isnan(results[1]))))
    if differing.size:
        at = int(differing[0])
        left = "left as it was" if (results[0][at], results[1][at]) == (1.0, -2.0) else "made from what it held before"
        raise ValueError(
            f"{function_title(question, objective)} must write every entry of out, got entry {at} of {point.size} "
            f"{left}: set every entry before adding to it"
        )
    return results[0]


def same_bits(one, other):
    """Return whether two arrays hold the same floats; the signs of zero and the kinds of nan are not told apart.

    Parameters
    ----------
    one, other : ndarray

    Returns
    -------
    bool
    """
    return np.array_equal(one, other, equal_nan=True)


def gradient_at(objective):
    """Return the gradient as a function of the point, interpreted or compiled like any call.

    Parameters
    ----------
    objective : NamedTuple

    Returns
    -------
    callable
    """

    def at(w):
        out = np.empty(w.size)
        gradient(objective, np.ascontiguousarray(w), out)
        return out

    return at
