"""What a run gives beside points: means and minima, outputs, a step that was not reached, divergence."""

from typing import NamedTuple

import numpy as np

NOT_REACHED = -1


class Running(NamedTuple):
    """Mean and minimum of an observable over t = 1..T, and its value at T, for each checkpoint T; shape (n,) each.

    >>> running(GD(0.5), Quadratic([1.0]), [1.0], Loss(), checkpoints=[1, 2]).last
    array([0.125  , 0.03125])
    """

    mean: np.ndarray
    minimum: np.ndarray
    last: np.ndarray


class Outputs(NamedTuple):
    """The last iterate of a run, and the one at ``time``, which is drawn evenly from 1..steps unless it was given.

    >>> found = outputs(GD(0.5), Quadratic([1.0]), [1.0], steps=2, time=1, rng=np.random.default_rng(1))
    >>> found.random, found.last
    (array([0.5]), array([0.25]))
    """

    last: np.ndarray
    random: np.ndarray
    time: int


class DivergenceError(ArithmeticError):
    """A run whose iterates stopped being finite numbers.

    >>> try:
    ...     trajectory(GD(eta=3.0), Quadratic([1.0]), [1.0], steps=5000)
    ... except DivergenceError as error:
    ...     print(str(error).partition(";")[0])
    GD(eta=3.0) diverged: its iterate is not finite at step 1024
    """
