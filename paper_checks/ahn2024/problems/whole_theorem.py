"""The theorems with their number of steps and the reconstructed step sizes, radius and gate, on valleys of minima.

The ramp is the slowest valley: with the constant of the step count that is taken here, the share ``SHARE`` of delta of
its iterates is not flat. The other valleys get the same constant.
"""

import math
from itertools import cycle
from typing import Any, NamedTuple

import numpy as np

from flatlab import trajectory
from flatlab.evidence.intervals import Interval, mean
from flatlab.geometry.flatness import Flat
from flatlab.methods import GD, RandomlySmoothed, SharpnessAwarePerturbation
from flatlab.objectives import Product, Valley, ValleyRisk
from flatlab.objectives.observables import Loss
from flatlab.objectives.valleys.kink import Kink
from flatlab.objectives.valleys.profiles import ExponentialTail, Parabola, PowerTail, SoftRamp, profile_at
from flatlab.simulation.ensembles import ensemble
from flatlab.simulation.loops import observed
from flatlab.theory.escape import ClosingDescent, EscapeTheorem, valley_time

VALLEYS = ("ramp", "strongly convex", "exponential", "power")
KINDS = (*VALLEYS, "kink", "hyperbola")
STEEPNESS, DROP, SOFTNESS = 1.5, 1.5, 0.2  # of the ramp: slope over sqrt(epsilon), height of h, width over length
SHARE = 0.8
ROWS = 400  # iterates that are looked at, evenly over a run
EVERY = 3, 4, 5  # every third, fourth or fifth of them is closed, so that the shares of runs differ
KINK = Kink(1.0, 10.0, 0.6)


def _ramp_time():
    width = SOFTNESS * DROP / STEEPNESS
    end = -width * math.log(STEEPNESS - 1)
    return valley_time(lambda y: STEEPNESS / (1 + math.exp(-y / width)), DROP / STEEPNESS, end)


RAMP_TIME = _ramp_time()  # flow time of h until |h'| = sqrt(epsilon), times epsilon


def profile_and_place(kind, epsilon, weight):
    """Return the profile of a valley, on which h is ``weight`` times the profile, and where a run starts."""
    if kind == "ramp":
        slope = STEEPNESS * math.sqrt(epsilon)
        return SoftRamp(1.0, slope / weight, SOFTNESS * DROP / slope), DROP / slope
    return {
        "strongly convex": (Parabola(1.0, 2.0), 2.0),
        "exponential": (ExponentialTail(1.0, 1.0, 1.0), -1.5),
        "power": (PowerTail(1.0, 4.0, 0.5), 1.0),
        "kink": (KINK, -0.5),
    }[kind]


class Theorem(NamedTuple):
    """A run with reconstructed sizes; ``first`` is the first flat time on the ramp, in powers of the parameters."""

    method: Any
    objective: Any
    start: np.ndarray
    epsilon: float
    delta: float
    steps: int
    first: float
    replicates: int

    def paths(self, rng):
        """Return iterates of each run, evenly spaced, as many arrays as there are replicates."""
        found = []
        for k, child in enumerate(rng.spawn(self.replicates)):
            every = max(1, self.steps // (ROWS + 7 * k))  # other places in each run, so that the shares differ
            path = trajectory(
                self.method, self.objective, self.start, steps=self.steps, record_every=every, rng=child
            )  # without the last steps % every
            found.append(path[1:])
        return found

    @property
    def starts_far(self):
        """Whether the start is not flat, and not after the closing descent either."""
        rows = self.start[None]
        return all(np.min(self.not_flat(one)) == 1 for one in (rows, self.closed(rows)))

    def closed(self, rows, part=1.0):
        """Return where a part of the closing gradient descent leads from the rows: on n f, with the step size over n.

        The valley n f draws no samples, so that all rows descend together.
        """
        n = self.start.size - 1
        top = max(profile_at(self.objective.profile, float(y))[0] for y in (self.start[-1], rows[:, -1].min()))
        eta = 0.9 * n / top
        steps = ClosingDescent(self.method.gate, eta, top / n, 1 / n).steps(self.epsilon)
        return ensemble(GD(eta / n), Valley(self.objective.profile, n), rows, steps=math.ceil(part * steps))

    def not_flat(self, rows):
        """Return the shares of rows that are not flat by distance and by cost."""
        near, far = (Flat(most, math.sqrt(self.epsilon)) for most in (self.epsilon, math.inf))
        by_distance, level = (observed(one, self.objective, rows) == 1 for one in (near, far))
        by_cost = level & (observed(Loss(), self.objective, rows) <= self.epsilon)
        return 1 - np.mean(by_distance), 1 - np.mean(by_cost)


def shares(p, rng):
    """Return the shares of iterates of random smoothing that are not flat, by distance and by cost."""
    return [mean(column) for column in np.transpose([p.not_flat(rows) for rows in p.paths(rng)])]


def closed_shares(p, rng):
    """Return the shares of SAP's iterates: by distance and by cost after the closing descent, by cost before it."""
    found = []
    for rows, every in zip(p.paths(rng), cycle(EVERY)):
        some = rows[every - 1 :: every]
        found.append((*_between(p.not_flat(p.closed(some)), some, rng), *_between(p.not_flat(rows)[1:], rows, rng)))
    return [mean(column) for column in np.transpose(found)]


def _between(shares, rows, rng):
    """Return shares of rows with the place of the change drawn evenly between the two rows around it."""
    return [min(1.0, share + rng.uniform() / len(rows)) for share in shares]


def smoothed(kind, epsilon, delta, c_eta, c_rho, replicates, fewer=1.0):
    """Return the :class:`Theorem` of random smoothing; ``fewer`` divides the number of steps."""
    size = c_eta * c_rho**2
    p = EscapeTheorem(epsilon, delta, 1, c_eta, 0.1, c_rho, 6.0, 2 * RAMP_TIME / (size * SHARE * fewer))
    if kind == "hyperbola":
        objective, start = Product(2), np.array([2.5, 0.4])
    else:
        profile, place = profile_and_place(kind, epsilon, 2 / 3)
        objective, start = Valley(profile, 2), np.array([0.0, 0.0, place])
    first = 2 * RAMP_TIME / (size * epsilon**3 * delta**3)
    method = RandomlySmoothed(p.eta, p.eta_prime, p.rho, p.gate)
    return Theorem(method, objective, start, epsilon, delta, p.steps, first, replicates)


def sharpness_aware(kind, epsilon, delta, d, c_eta, c_rho, replicates, fewer=1.0):
    """Return the :class:`Theorem` of SAP on the risk form in d dimensions, from just off the minima."""
    size = c_eta * c_rho**2
    p = EscapeTheorem(epsilon, delta, d, c_eta, 0.1, c_rho, 20.0, 2 * RAMP_TIME / (size * SHARE * fewer))
    profile, place = profile_and_place(kind, epsilon, 1 / d)
    method = SharpnessAwarePerturbation(p.eta, p.eta_prime, p.rho, p.gate, offset=epsilon**3)
    start = np.append(np.full(d - 1, 1e-6), place)
    first = 2 * RAMP_TIME * max(1.0, 1 / (d**3 * epsilon)) / (size * d * epsilon**2 * delta**3)
    return Theorem(method, ValleyRisk(profile, d - 1), start, epsilon, delta, p.steps, first, replicates)


FAR = {"the start is not flat": lambda s: sharpness_aware(**s).starts_far}


def full_batches(p):
    return p._replace(objective=p.objective._replace(batch=p.start.size - 1))


def one_run(p, rng, part=None):
    """Return the shares of a single run, closed by a part of the descent, for a breach under which runs are alike."""
    (rows,) = p._replace(replicates=1).paths(rng)
    if part is None:
        return p.not_flat(rows)
    ends = p.closed(rows[EVERY[1] // 2 :: EVERY[1]], part) if part else rows
    return *p.not_flat(ends), p.not_flat(rows)[1]


def in_units(p, found):
    """Return how many iterates are not flat over the stated first flat time, and each share over delta."""
    scales = (p.steps / p.first, *len(found) * (1 / p.delta,))
    return [_scaled(each, scale) for each, scale in zip((found[0], *found), scales)]


def _scaled(number, factor):
    return number.times(factor) if isinstance(number, Interval) else factor * number
