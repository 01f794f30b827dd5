"""Runs of SAM over a time ``eta rho^2 t`` that does not depend on rho, and the minimum under the bounce at the end."""

import numpy as np

from flatlab.evidence.domains import Uniform
from flatlab.geometry.bounce import bounce_centres, follow_drift, nearest_minimum
from flatlab.objectives import hessian
from paper_checks.bartlett2023.problems.bounces import SEPARATED, curved_problem, pooled_order, replicates

DISTANCES = np.geomspace(0.02, 0.08, 5)  # a + rho
SHORT = DISTANCES / 2
GAP, LOOKS = 0.1, 9  # relative, and the times of the flow at which it is looked at, counted with the start
CURVED_FOR_LONG = {**SEPARATED, "h": Uniform(0.2, 1.2), "time": Uniform(0.3, 0.6)}
CURVED_FOR_LONG_CORNERS = ({"h": 0.5, "model": "tanh", "d": 8, "m": 3, "time": 0.5, "seed": 4},)


def even_steps(bounce, rho, time):
    """Return the even number of steps that covers ``time = eta rho^2 t``."""
    return 2 * int(np.ceil(time / (bounce.eta * rho**2) / 2))


def pairs(*, seed, time=0.0, **setting):
    """Return replicates of two pooled curved problems, and the time.

    A problem on which another eigenvalue comes near the largest within that time is drawn again.
    """

    def draw(rng):
        while True:
            bounce = curved_problem(rng, **setting)
            if not time or _is_apart(bounce, time):
                return bounce

    return replicates(draw, seed, pooled=2), time


def _is_apart(bounce, time):
    """Return whether the second eigenvalue stays below ``1 - GAP`` of the largest along the drift flow."""
    try:
        path = follow_drift(bounce.objective, bounce.frame.minimum, np.linspace(0, time, LOOKS)[1:], bounce.eta)
    except ValueError:  # they meet
        return False
    *_, second, largest = np.transpose([np.linalg.eigvalsh(hessian(bounce.objective, z)) for z in path])
    return bool((second < (1 - GAP) * largest).all())


def minimum_under(bounce, rho, steps, method=None):
    """Return the minimum under the bounce centre after a number of steps."""
    centre = bounce_centres(bounce.late(rho, steps, method))[0]
    return nearest_minimum(bounce.objective, centre, bounce.rank)


def order(flow, reaches=DISTANCES, method=None):
    """Return what observes the order in rho of the distance between the minimum under the bounce and a flow."""

    def observe(case, rng):
        found, time = case
        return pooled_order(found, lambda bounce: _from_flow(bounce, flow, reaches, time, method), reaches)

    return observe


def order_together(flow, reaches=DISTANCES, method=None):
    """Return what observes that order of all problems together: of a single one terms of orders 2 and 4 may cancel."""

    def observe(case, rng):
        found, time = case
        errors = [_from_flow(bounce, flow, reaches, time, method) for pool in found for bounce in pool]
        return np.polyfit(np.log(reaches), np.log(np.linalg.norm(np.hstack(errors), axis=1)), 1)[0]

    return observe


def _from_flow(bounce, flow, reaches, time, method):
    """Return the minimum under the bounce less the point of the flow, for each radius."""
    radii = [bounce.rho(reach) for reach in reaches]
    steps = [even_steps(bounce, rho, time) for rho in radii]
    times, where = np.unique(bounce.eta * np.array(steps) * np.square(radii), return_inverse=True)
    ends = [minimum_under(bounce, rho, n, method and method(bounce.eta)) for rho, n in zip(radii, steps)]
    return ends - flow(bounce, times)[where]
