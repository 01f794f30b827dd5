"""The instances on which noise stability optimisation cannot be fast, each built against a step size or a schedule.

C (``smoothness``) is the Lipschitz constant of the gradient, D^2 (``gap``) the initial gap, sigma the oracle's
deviation, T (``steps``) the number of steps and k (``pairs``) the number of independent samples a step. ``eta`` in
(0, 2/C), or ``etas`` in (0, 1/C], shape (T,), is what the instance is built against. An argument out of range raises
``ValueError``. The proofs, and the names L1 to L5, stand in paper_checks/zhang2024/README.md.
"""

from typing import Any, NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.objectives import CoordinateNoise, FreshNoise, Hats, HuberSlope, Quadratic
from flatlab.theory.noise import HuberInstance, NoisyDescent, NoisySchedule, QuadraticInstance

__all__ = ["Instance", "fresh_quadratic", "huber_ramp", "huber_schedule", "noisy_quadratic", "nonconvex_hats"]


class Instance(NamedTuple):
    """An objective with its oracle, and a start, shape (d,)."""

    objective: Any
    start: np.ndarray


def noisy_quadratic(eta, smoothness, gap, sigma, steps, pairs=1, start="warm", rng=None):
    """Return L1: f = kappa w_1^2/2 + C w_2^2/2, Gaussian oracle noise on w_2 only.

    ``start`` is ``warm``, w_2 drawn with ``rng`` from its stationary law, or ``cold``, w_2 = 0.
    """
    found = QuadraticInstance(eta, NoisyDescent(smoothness, gap, sigma, steps, pairs), start)
    fast = 0.0
    if start == "warm":
        if not isinstance(rng, np.random.Generator):
            raise ValueError(f"rng must be a numpy.random.Generator because the warm start is drawn, got {rng!r}")
        fast = found.fast * rng.standard_normal()
    objective = CoordinateNoise(Quadratic([found.kappa, smoothness]), [0.0, found.sigma])
    return Instance(objective, np.array([found.slow, fast]))


def fresh_quadratic(eta, smoothness, gap, sigma, steps, pairs=1, start="warm"):
    """Return L2, in 2 + kT variables: L1 with a fresh coordinate for every sample, so that all paths are as long."""
    found = QuadraticInstance(eta, NoisyDescent(smoothness, gap, sigma, steps, pairs), start)
    curvatures = np.full(2 + pairs * steps, float(smoothness))
    curvatures[0] = found.kappa
    return Instance(FreshNoise(Quadratic(curvatures), found.sigma, 2), _start(curvatures.size, found.slow, found.fast))


def huber_ramp(eta, smoothness, gap, sigma, steps, pairs=1, room=0.0):
    """Return L3, in 2 + kT variables: a Huber slope that lasts T steps, a second coordinate at its stationary length.

    ``room`` lengthens the ramp, so that weight noise of at most this size never meets the kink; the gap grows by
    ``room * slope``.
    """
    found = HuberInstance(eta, NoisyDescent(smoothness, gap, sigma, steps, pairs))
    start = _start(2 + pairs * steps, found.ramp + checks.nonnegative("room", room), found.fast)
    return Instance(FreshNoise(HuberSlope(found.slope, smoothness), found.sigma, 2), start)


def huber_schedule(etas, smoothness, gap, sigma, pairs=1):
    """Return L4, in 1 + kT variables: a Huber slope that lasts the whole schedule, fresh coordinates from 0."""
    found = NoisySchedule(etas, smoothness, gap, sigma, pairs)
    start = _start(1 + pairs * found.etas.size, found.slope / found.smoothness + found.etas.sum() * found.slope)
    return Instance(FreshNoise(HuberSlope(found.slope, smoothness), found.sigma, 1), start)


def nonconvex_hats(etas, smoothness, gap, sigma, pairs=1):
    """Return L5, in 1 + kT variables: a gentle bowl and a hat for every sample, whose push ends at the plateau's edge.

    The sum of squares of the schedule is at most 2 k D^2/(C sigma^2). The plateaus are wider than the push by a
    relative 1e-9, so that rounding does not carry it over the edge.
    """
    found = NoisySchedule(etas, smoothness, gap, sigma, pairs)
    half_widths = np.repeat(found.etas * found.sigma / found.pairs, found.pairs) * (1 + 1e-9)
    hats = Hats(half_widths, found.smoothness, found.stretch)
    return Instance(FreshNoise(hats, found.sigma, 1), _start(1 + half_widths.size, found.bowl_start))


def _start(size, *first):
    start = np.zeros(size)
    start[: len(first)] = first
    return start
