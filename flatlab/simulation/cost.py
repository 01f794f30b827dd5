"""Counts gradient evaluations, the currency in which methods are compared.

Every run of :mod:`flatlab.simulation.trajectories` and :mod:`flatlab.simulation.ensembles` adds what it spends to the
tally that is open, if one is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple


class Tally:
    """Running counts of evaluations: ``gradients``, and ``values`` for methods that ask for values.

    >>> with tally() as count:
    ...     path = trajectory(SAM(eta=0.3, rho=0.1), Quadratic([3.0, 1.0]), [1.0, 1.0], steps=10)
    >>> count.gradients
    20
    """

    gradients = 0
    values = 0


_open_tally: ContextVar[Tally | None] = ContextVar("open_tally", default=None)


@contextmanager
def tally() -> Iterator[Tally]:
    """Count the gradient and value evaluations of the runs inside the ``with`` block."""
    count = Tally()
    token = _open_tally.set(count)
    try:
        yield count
    finally:
        _open_tally.reset(token)


def spend(method: NamedTuple, steps: int) -> None:
    """Add ``steps`` steps of ``method`` to the open tally."""
    count = _open_tally.get()
    if count is not None:
        count.gradients += int(steps) * gradients_per_step(method)
        count.values += int(steps) * int(getattr(method, "values_per_step", 0))


def gradients_per_step(method: NamedTuple) -> int:
    """Return what one step of ``method`` costs, in gradient evaluations.

    Its ``gradients_per_step`` is a number, or a property where the cost depends on its fields.
    """
    return int(getattr(method, "gradients_per_step", 1))
