"""Generic starts near a minimum of a curved problem, and SAM's orbit on the quadratic that follows from them."""

from typing import NamedTuple

import numpy as np

from flatlab.evidence.domains import LogUniform
from flatlab.theory.sam import SAMOnQuadratic
from paper_checks.bartlett2023.problems.bounces import CURVED, NEAR_TWO, Bounce, curved_problem

ON_THE_BOUNCE = 0.01
LEAST = 0.05
GENERIC = {**CURVED, "gap": LogUniform(0.02, 0.5), "slow": LogUniform(0.02, 0.5), "scale": LogUniform(0.3, 3.0)}
GENERIC_CORNER = {**NEAR_TWO, "gap": 0.02, "slow": 0.02, "scale": 1.0}


class Start(NamedTuple):
    """A bounce, a start ``z + rho x``, and ``u_t`` on the quadratic from x, until it is on the bounce."""

    bounce: Bounce
    x: np.ndarray
    orbit: np.ndarray

    @property
    def steps(self):
        """Number of steps after which the orbit is on the bounce."""
        return len(self.orbit) - 1

    @property
    def end(self):
        """Where the orbit on the quadratic is then, in units of rho."""
        frame = self.bounce.frame
        x = frame.eigenvectors.T @ self.x
        x[: self.bounce.rank] = (-1) ** self.steps * self.orbit[-1] / self.bounce.spectrum
        return frame.eigenvectors @ x


def generic_start(rng, *, scale, **setting):
    """Return a random start of length ``2 scale / (2 - h)``; one whose u_1 falls below b_1 / 20 is drawn again."""
    bounce = curved_problem(rng, **setting)
    while True:
        x = rng.standard_normal(bounce.frame.minimum.size)
        x *= 2 * scale / (2 - bounce.h) / np.linalg.norm(x)
        orbit = orbit_on_the_quadratic(bounce, x)
        if np.abs(orbit[:, 0]).min() > LEAST * gradient_norm(bounce):
            return Start(bounce, x, orbit)


def orbit_on_the_quadratic(bounce, x):
    """Return ``u_{t+1} = A(s_t) u_t`` in the eigenbasis until it is on the bounce, or u_1 falls below b_1 / 20."""
    theory = SAMOnQuadratic(bounce.spectrum, bounce.eta, 1.0)
    goal = gradient_norm(bounce)
    orbit = [bounce.spectrum * (bounce.frame.eigenvectors.T @ x)[: bounce.rank]]
    while abs(orbit[-1][0]) > LEAST * goal and distance(orbit[-1], goal) > ON_THE_BOUNCE:
        orbit.append(theory.growth_factors(float(np.linalg.norm(orbit[-1]))) * orbit[-1])
    return np.array(orbit)


def gradient_norm(bounce):
    """Return ``b_1`` at rho = 1."""
    return bounce.cycle(1.0).gradient_norm


def distance(u, goal):
    """Return the larger of ``||u_1| / b_1 - 1|`` and the tangent of the angle to e_1; u lies along the last axis."""
    first = np.maximum(np.abs(u[..., 0]), 1e-100 * goal)
    return np.maximum(np.abs(first / goal - 1), np.linalg.norm(u[..., 1:], axis=-1) / first)
