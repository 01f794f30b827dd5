"""SAM with momentum along one axis: a start near a cycle with given signs, and the run from there."""

from typing import NamedTuple

import numpy as np

from flatlab.compiler.kernel import interpret
from flatlab.methods import SAM, HeavyBall, step, workspace
from flatlab.objectives import Quadratic
from flatlab.theory.sam import MomentumSAM

NEAR = 0.5  # share of the distance at which a start would lose the signs
EFOLDS = 40


class Cycle(NamedTuple):
    """SAM with momentum along one axis, signs, and by how much the start and the point before it are off the cycle."""

    theory: MomentumSAM
    eta: float
    signs: np.ndarray
    off: np.ndarray

    @property
    def points(self):
        """The points of the cycle."""
        return forced_orbit(self.theory, self.eta, self.signs)

    @property
    def repeats(self):
        """Number of turns in which a deviation shrinks by ``EFOLDS``."""
        beta, s = self.theory.beta, self.eta * self.theory.eigenvalue * (1 - self.theory.beta)
        slowest = np.abs(np.roots([1.0, -(1 + beta - s), beta])).max()
        return int(EFOLDS / -np.log(slowest) / self.signs.size) + 1


def forced_orbit(theory, eta, signs):
    """Return the periodic solution of ``w_{t+1} = (1 + beta - s) w_t - beta w_{t-1} - s rho signs_t``, (p,)."""
    beta, s = theory.beta, eta * theory.eigenvalue * (1 - theory.beta)
    ahead = np.roll(np.eye(signs.size), 1, axis=1)  # takes w_t to w_{t+1}
    recursion = ahead - (1 + beta - s) * np.eye(signs.size) + beta * ahead.T
    return np.linalg.solve(recursion, -s * theory.rho * signs)


def cycle(beta, share, rho, top, signs, seed):
    """Return a :class:`Cycle`; ``share`` is that of the largest step size, ``signs`` a word of + and -."""
    theory = MomentumSAM(top, rho, beta)
    eta = share * theory.threshold
    word = np.array([1.0 if sign == "+" else -1.0 for sign in signs])
    room = np.abs(forced_orbit(theory, eta, word)).min() / reach(beta, 2 * share * (1 + beta))
    return Cycle(theory, eta, word, NEAR * room * np.random.default_rng(seed).uniform(-1.0, 1.0, 2))


def reach(beta, s):
    """Return the most by which ``y_{t+1} = (1 + beta - s) y_t - beta y_{t-1}`` grows from starts in a unit square."""
    pair, largest = np.eye(2), 1.0  # rows y_{t-1} and y_t, from either unit vector
    for _ in range(200):
        pair = np.array([pair[1], (1 + beta - s) * pair[1] - beta * pair[0]])
        largest = max(largest, np.abs(pair).sum(axis=1).max())
    return largest


def late(p, rng, method=None):
    """Return the last turn of a run from near the cycle."""
    theory, points = p.theory, p.points
    method = HeavyBall((method or SAM)(p.eta * (1 - theory.beta), *([] if method else [theory.rho])), theory.beta)
    objective, w = Quadratic([theory.eigenvalue]), np.array([points[0] + p.off[0]])
    work = workspace(method, objective, w)
    work[1][:] = w - (points[-1] + p.off[1])  # its velocity
    turns = np.empty((p.repeats, points.size))
    for turn in turns:
        for t in range(points.size):
            turn[t] = w[0]
            interpret(step, method, objective, w, work, None)
    return turns[-1]
