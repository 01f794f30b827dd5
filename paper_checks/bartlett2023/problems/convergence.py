"""How near the top cycle an orbit on a quadratic is, and the ranges of the claims that bound the number of steps."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.domains import SEED, LogUniform, Uniform, Whole
from flatlab.theory.sam import TrappingBall

TOLERANCE = 1e-6
MODEST = {
    "d": Whole(2, 20),
    "h": Uniform(0.1, 1.9),
    "rho": LogUniform(1e-3, 1e3),
    "gap": LogUniform(0.02, 0.9),
    "top": LogUniform(1e-2, 1e2),
    "scale": LogUniform(0.3, 30.0),
    "seed": SEED,
}


def trapping_ball(p):
    """Return the trapping ball of the start of a :class:`~paper_checks.bartlett2023.problems.quadratic.Problem`."""
    return TrappingBall(p.theory, np.linalg.norm(p.gradient))


def errors(p, path):
    """Return radial errors ``||u_1| / b_1 - 1|`` and tangents ``|u_{2..d}| / |u_1|`` along a path."""
    u = np.abs(path * p.eigenvalues)
    norm = p.theory.cycle().gradient_norm
    leading = np.maximum(u[:, 0], 1e-100 * norm)
    return np.abs(leading / norm - 1), np.linalg.norm(u[:, 1:] / leading[:, None], axis=1)


def hitting_time(p, steps, method=None):
    """Return the first step at which both errors are at most ``TOLERANCE``; infinity if none of ``steps`` is."""
    path = trajectory(p.sam if method is None else method, p.objective, p.start, steps=steps)
    hit = np.max(errors(p, path), axis=0) <= TOLERANCE
    return int(np.argmax(hit)) if hit.any() else np.inf
