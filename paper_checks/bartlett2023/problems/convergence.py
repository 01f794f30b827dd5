"""How near the top cycle an orbit on a quadratic is, when it gets there, and starts near and far from its ball."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.domains import SEED, Choice, LogUniform, Uniform, Whole
from flatlab.theory.sam import PromisedTube, TrappingBall
from paper_checks.bartlett2023.problems.quadratic import (
    MOST_EFOLDS,
    OVERHEAD,
    STABLE,
    efolds_lost,
    quadratic,
    updates,
)

TOLERANCE = 1e-6
LONGEST = 4e7  # updates of a coordinate in one run
MODEST = {
    "d": Whole(2, 20),
    "h": Uniform(0.1, 1.9),
    "rho": LogUniform(1e-3, 1e3),
    "gap": LogUniform(0.02, 0.9),
    "top": LogUniform(1e-2, 1e2),
    "scale": LogUniform(0.3, 30.0),
    "flat": LogUniform(1e-4, 0.9),
    "seed": SEED,
}
AIMED = {
    "d": Whole(2, 50, log=True),
    "h": Uniform(0.01, 1.99),
    "rho": LogUniform(1e-12, 1e12),
    "gap": LogUniform(1e-3, 0.99),
    "flat": LogUniform(1e-4, 0.9),
    "top": LogUniform(1e-6, 1e6),
    "norm": LogUniform(1e-3, 1e3),
    "tilt": LogUniform(1e-9, 1e200),
    "rest": Choice(("second", "last", "any")),
    "seed": SEED,
}
PLAIN = {"d": 2, "h": 0.4, "rho": 0.1, "gap": 0.5, "flat": 0.1, "top": 1.0, "norm": 1.0, "tilt": 1.0, "rest": "any"}


def aimed(*, norm, tilt, rest, **setting):
    """Return a quadratic whose start has a gradient of given size and angle to e_1.

    norm : its size in units of b_1; for h < 1 the size is norm / (1 + norm) in units of s*.
    tilt : tangent of its angle to e_1.
    rest : whether the other part lies along e_2, along e_d or anywhere.
    """
    p = quadratic(scale=1.0, **setting)
    others = p.start[1:] / np.linalg.norm(p.start[1:])
    if rest != "any":
        others = np.eye(others.size)[0 if rest == "second" else -1]
    size = p.theory.cycle().gradient_norm * norm
    if p.h < 1:
        size = p.theory.critical_norm * norm / (1 + norm)
    return p._replace(start=size * np.append(1.0, tilt * others) / np.hypot(1.0, tilt) / p.eigenvalues)


def beyond(*, far, **setting):
    """Return the start of :func:`aimed` at ``far`` times the critical norm, for h < 1."""
    p = aimed(norm=1.0, **setting)
    return p._replace(start=2 * far * p.start)


def trapping_ball(p):
    """Return the trapping ball of the start of a :class:`~paper_checks.bartlett2023.problems.quadratic.Problem`."""
    return TrappingBall(p.theory, np.linalg.norm(p.gradient))


def errors(p, path):
    """Return radial errors ``||u_1| / b_1 - 1|`` and tangents ``|u_{2..d}| / |u_1|`` along a path."""
    u = np.abs(path * p.eigenvalues)
    norm = p.theory.cycle().gradient_norm
    leading = np.maximum(u[:, 0], 1e-100 * norm)
    return np.abs(leading / norm - 1), np.linalg.norm(u[:, 1:] / leading[:, None], axis=1)


def first_step(p, met, most=np.inf, method=None):
    """Return the first step at which ``met(path)`` is true; infinity if none up to ``most`` or ``LONGEST`` is."""
    point, done, length = p.start, 0, 64
    most = min(most, LONGEST / (point.size + OVERHEAD))
    while done <= most:
        path = trajectory(p.sam if method is None else method, p.objective, point, steps=length)
        hit = met(path)
        if hit.any():
            return done + int(np.argmax(hit))
        point, done, length = path[-1], done + length, min(4 * length, max(64, 500_000 // point.size))
    return np.inf


def in_promised_tube(p, epsilon):
    """Return what tells which points of a path lie in the promised tube."""
    norms, theta = p.theory.cycles.gradient_norm, PromisedTube(p.theory, epsilon).theta

    def met(path):
        u = path * p.eigenvalues
        s = np.maximum(np.linalg.norm(u, axis=1, keepdims=True), 1e-200 * norms[0])  # GD may end at 0
        slopes = np.linalg.norm(u / s * (s / norms - 1), axis=1)
        return (slopes <= epsilon) & (s[:, 0] > norms[0] * (1 - theta))

    return met


def hitting_time(p, most=np.inf, method=None):
    """Return the first step at which both errors are at most ``TOLERANCE``; infinity as for :func:`first_step`."""
    return first_step(p, lambda path: np.max(errors(p, path), axis=0) <= TOLERANCE, most, method)


def time_or_more(p, stated, find, most=20_000):
    """Return ``find(steps)`` with ``stated`` steps, or ``most`` if fewer, and one more than these where it is inf."""
    steps = int(min(stated, most))
    found = find(steps)
    return steps + 1 if np.isinf(found) else found


def soon_in_the_ball(build):
    """Return the hypotheses that there is a cycle and the way in from a far start is not too long."""

    def short(s):
        p = build(**s)
        norm = np.log1p(np.linalg.norm(p.gradient) / p.theory.cycle().gradient_norm)
        return norm / (p.eta * p.eigenvalues[-1]) * (p.start.size + OVERHEAD) <= LONGEST / 4

    return {**STABLE, "the way into the ball is not too long": short}


def quick_enough(build):
    """Return the hypotheses that there is a cycle and a run to it is not too long, even from a tilted far start."""

    def short(s):
        p = build(**s)
        norm = np.log1p(np.linalg.norm(p.gradient) / p.theory.cycle().gradient_norm)
        slowest = min(p.eta * p.eigenvalues[-1], p.theory.cycle().below_two)
        if updates(p) + 2 * norm / slowest * (p.start.size + OVERHEAD) > LONGEST / 4:
            return False
        lost = efolds_lost(p) + np.log(np.linalg.norm(p.gradient) / abs(p.gradient[0]))
        steps = lost / np.log(p.theory.escape_factor(1))
        return lost < MOST_EFOLDS and steps * (p.start.size + OVERHEAD) <= LONGEST / 4

    return {**STABLE, "a run to the cycle is not too long, nor does u_1 underflow on it": short}
