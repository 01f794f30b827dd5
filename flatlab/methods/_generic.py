"""What a method may be asked. A method is a NamedTuple of hyper-parameters with a ``step``.

Class attributes declare the rest: ``gradients_per_step`` and ``values_per_step`` (its cost, 1 and 0 unless declared),
``full_gradients_per_step`` (how many of these take all samples, where the objective draws mini-batches: 0 unless
declared), ``random = True`` (it draws random numbers of its own), ``needs_gradient = False`` (it calls ``value``
alone).
"""

from typing import NamedTuple

import numpy as np

from flatlab.compiler.generic import generic


@generic(required=True)
def workspace(method: NamedTuple, objective: NamedTuple, w: np.ndarray) -> tuple:
    """Return what the method keeps between steps and the scratch it writes to.

    Made once for a trajectory, never inside a step.

    w : (d,), the start
    """
    raise NotImplementedError


@generic(required=True)
def step(
    method: NamedTuple, objective: NamedTuple, w: np.ndarray, work: tuple, rng: np.random.Generator | None
) -> None:
    """Advance ``w`` by one step, in place.

    w : (d,), changed in place
    work : from ``workspace``
    rng : None only where neither the method nor the objective is random
    """


@generic(required=True)
def block_workspace(method: NamedTuple, objective: NamedTuple, points: np.ndarray) -> None:
    """Return the workspace of ``block_step`` for ``points``, shape (d, m)."""


@generic(required=True)
def block_step(method: NamedTuple, objective: NamedTuple, points: np.ndarray, work: tuple) -> None:
    """Advance every column of ``points``, shape (d, m), by one deterministic step, in place.

    Optional. A deterministic method may register it beside ``step`` to advance many replicates
    together, replicates innermost, which is several times faster for short vectors. It must give
    the same bits as ``step``. It is used for objectives that register ``gradients``.

    points : (d, m), changed in place
    work : from ``block_workspace``
    """


@generic(compiled=False)
def state(method: NamedTuple, work: tuple) -> dict[str, np.ndarray]:
    """Return what ``method`` keeps between steps, as a dict of names and views into ``work``; the default is empty.

    A wrapper adds its own entries to those of the method inside it, and wins where a name is the same. Asked from
    Python only.

    work : from ``workspace`` or ``block_workspace``
    """
    return {}


def has_block_step(method: NamedTuple) -> bool:
    """Return whether ``method``, and every method among its fields, registers ``block_step``."""
    inner = (field for field in method if step.implemented(type(field)))
    return block_step.implemented(type(method)) and all(map(has_block_step, inner))
