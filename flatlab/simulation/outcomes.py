"""What a run gives beside points: means and minima, outputs, a step that was not reached, divergence."""

from typing import NamedTuple

import numpy as np

NOT_REACHED = -1


class Running(NamedTuple):
    """Mean and minimum of an observable over t = 1..T, and its value at T, for each checkpoint T; shape (n,) each."""

    mean: np.ndarray
    minimum: np.ndarray
    last: np.ndarray


class Outputs(NamedTuple):
    """The last iterate of a run, and the one at ``time``, which is drawn evenly from 1..steps unless it was given."""

    last: np.ndarray
    random: np.ndarray
    time: int


class DivergenceError(ArithmeticError):
    """A run whose iterates stopped being finite numbers."""
