"""Starts near the top cycle of a quadratic, and how long the angle to e_1 takes to fall from there."""

from typing import NamedTuple

import numpy as np

from flatlab import trajectory
from flatlab.evidence.domains import LogUniform
from paper_checks.bartlett2023.problems.convergence import errors
from paper_checks.bartlett2023.problems.quadratic import Problem, quadratic

FIRST, LAST = 1e-2, 1e-8  # tangent of the angle to e_1 between which steps are counted
EFOLDS = np.log(FIRST / LAST)
SIZES = {"rho": LogUniform(1e-3, 1e3), "top": LogUniform(0.01, 100)}


class Start(NamedTuple):
    """A quadratic whose start has |u_1| = b_1 and an angle to e_1 with tangent ``FIRST``."""

    p: Problem

    @property
    def stated(self):
        """Least t at which ``sum_i (u_0,i / u_0,1)^2 m_i^(2t)`` is at most ``LAST^2``; the sum falls with t."""
        shares = (self.p.gradient[1:] / self.p.gradient[0]) ** 2
        rates = 2 * np.log(np.maximum(np.abs(self.p.theory.multipliers()[1:]), 1e-30))
        low, high = 0, int(2 * EFOLDS / -rates.max()) + 1
        while low < high:
            middle = (low + high) // 2
            there = np.sum(shares * np.exp(rates * middle)) <= LAST**2
            low, high = (low, middle) if there else (middle + 1, high)
        return high


def on_the_cycle(*, third=1.0, **setting):
    """Return the :class:`Start` of a quadratic, its other entries in a random direction.

    third : factor of all eigenvalues after the second.
    """
    p = quadratic(scale=1.0, **setting)
    p.eigenvalues[2:] *= third
    u = np.append(1.0, FIRST * p.start[1:] / np.linalg.norm(p.start[1:]))
    return Start(p._replace(start=p.theory.cycle().gradient_norm * u / p.eigenvalues))


def steps(start, rng, method=None):
    """Count the steps until the tangent is ``LAST``, with |u_1| still near b_1."""
    p = start.p
    path = trajectory(method or p.sam, p.objective, p.start, steps=int(1.2 * start.stated) + 20)
    radial, tangent = errors(p, path)
    return int(np.argmax((tangent <= LAST) & (radial < 0.5)))
