"""Limit map of the gradient flow, and the certificate that a point is close to a flat minimum.

Phi(x) is where the gradient flow x' = -grad f(x) from x ends. With h = tr Hess f / d after Phi, the certificate of x
is |grad h(Phi(x))|: at a minimum the Jacobian of Phi is the orthogonal projector on the kernel of the Hessian, so it
is the length of the part of grad(tr Hess f)/d in that kernel.

======================== ========================================================== =========================
Phi                      how                                                        accuracy, relative
======================== ========================================================== =========================
Product                  one monotone root; the sign of the smallest factor may flip 1e-14
Valley, ValleyRisk       ``flatlab.objectives.valleys.profile_flow``                                   1e-13
DiagonalNetwork          a strictly convex problem in as many numbers as samples    1e-12
RankOne                  a.u and b.v of one sign: closed form                       1e-15
any other                LSODA to a small gradient, then one Newton step across     1e-8 at worst as tested
======================== ========================================================== =========================
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import solve_ivp

from flatlab.base import checks
from flatlab.geometry.curvature import kernel_projector
from flatlab.objectives import (
    closed_limit,
    dimension,
    gradient,
    hessian,
    hessian_trace,
    trace_gradient,
    value,
)
from flatlab.theory.escape import FlatMinimum

RTOL, ATOL = 1e-11, 1e-13
LONGEST = 1e9  # flow time
MOST_EVALUATIONS = 200_000  # a flow that settles takes some hundreds


class Flatness(NamedTuple):
    """How near a point x is to a flat minimum.

    ``limit`` is Phi(x), ``distance`` |x - Phi(x)|, ``cost_gap`` f(x) - f(Phi(x)), ``certificate`` |grad h(Phi(x))| and
    ``trace`` h(x), where h is the trace of the Hessian over d after Phi.

    >>> found = flatness(Quadratic([3.0, 1.0]), [0.3, 0.4])
    >>> round(found.distance, 6), found.by_distance(epsilon=0.1)
    (0.5, False)
    """

    limit: np.ndarray
    distance: float
    cost_gap: float
    certificate: float
    trace: float

    def by_distance(self, epsilon: float, epsilon_prime: float | None = None) -> bool:
        """Return whether the point is (epsilon, epsilon')-flat by distance; epsilon' is sqrt(epsilon) if left out."""
        return FlatMinimum(epsilon, epsilon_prime).by_distance(self.distance, self.certificate)

    def by_cost(self, epsilon: float, epsilon_prime: float | None = None) -> bool:
        """Return whether the point is (epsilon, epsilon')-flat by cost; epsilon' is sqrt(epsilon) if left out."""
        return FlatMinimum(epsilon, epsilon_prime).by_cost(max(self.cost_gap, 0.0), self.certificate)


def flatness(objective: NamedTuple, w: ArrayLike, *, neighbourhood: float = math.inf) -> Flatness:
    """Return the flatness of a point: its limit under the gradient flow, how far that is, and how flat.

    A point is refused whose flow does not end at a minimum, or ends further away than ``neighbourhood``, the radius in
    which the theory is meant to hold.

    Source: definition RECONSTRUCTED, paper_checks/ahn2024/README.md, "Two readings of the definition".
    """
    w = checks.vector("w", w, dimension(objective))
    radius = checks.positive_or_infinite("neighbourhood", neighbourhood)
    limit = limit_map(objective, w)
    distance = float(np.linalg.norm(w - limit))
    if distance > radius:
        raise ValueError(
            f"w must lie within {radius:g} of the minima, got a point whose gradient flow ends {distance:.3g} away"
        )
    gap = float(value(objective, w) - value(objective, limit))
    return Flatness(limit, distance, gap, certificate(objective, limit), hessian_trace(objective, limit) / w.size)


def certificate(objective: NamedTuple, minimum: ArrayLike) -> float:
    """Return |P grad tr Hess f| / d at a minimum, P the orthogonal projector on the kernel of the Hessian.

    Source: DERIVED, paper_checks/ahn2024/README.md, "Limit map and certificate".
    """
    minimum = checks.vector("minimum", minimum, dimension(objective))
    return float(np.linalg.norm(trace_gradient_along(objective, minimum))) / minimum.size


def trace_gradient_along(objective: NamedTuple, minimum: np.ndarray) -> np.ndarray:
    """Return the part of grad tr Hess f in the kernel of the Hessian, shape (d,), at a minimum.

    Source: DERIVED, paper_checks/ahn2024/README.md, "Limit map and certificate".
    """
    matrix = hessian(objective, minimum)
    _refuse_saddle(matrix)
    return kernel_projector(matrix).projector @ trace_gradient(objective, minimum)


def limit_map(objective: NamedTuple, w: ArrayLike) -> np.ndarray:
    """Return Phi(w), in closed form where it is known and by integration otherwise.

    Source: the limit map is the paper's; closed forms DERIVED, paper_checks/ahn2024/README.md, "Test problems".
    """
    w = checks.vector("w", w, dimension(objective))
    closed = closed_limit(objective, w)
    limit = flow_limit(objective, w) if closed is None else closed
    if not np.isfinite(limit).all():
        raise ValueError(f"w must have a limit of finite numbers, got {checks.shown(w)}")
    return limit


def flow_limit(objective: NamedTuple, w: ArrayLike) -> np.ndarray:
    """Return Phi(w) by integrating the gradient flow with a stiff solver, whatever the objective.

    LSODA (relative tolerance 1e-11) runs to a gradient of 1e-8 of its size at the start; one Newton step across the
    kernel of the Hessian, whose error is quadratic in what is left, ends at the minimum. A flow that does not settle,
    or settles at a point that is no minimum, is refused.
    """
    start = end = checks.vector("w", w, dimension(objective))
    grad, evaluations = np.empty(start.size), 0

    def flow(_, x):
        nonlocal evaluations
        evaluations += 1
        if evaluations > MOST_EVALUATIONS or not np.isfinite(x).all():  # the solver itself would go on for ever
            raise ValueError(
                f"w must have a gradient flow that settles, got one that runs away from {checks.shown(start)}"
            )
        gradient(objective, x, grad)
        return -grad

    first = np.linalg.norm(flow(0, start))
    if first > 0:
        stop = 1e-8 * min(first, 1.0)

        def settled(t, x):
            return np.linalg.norm(flow(t, x)) - stop

        settled.terminal = True
        run = solve_ivp(
            flow, (0, LONGEST), start, method="LSODA", jac=lambda _, x: -hessian(objective, x),
            rtol=RTOL, atol=ATOL * max(1.0, np.abs(start).max()), events=settled,
        )  # fmt: skip
        if run.status != 1:
            raise ValueError(
                f"w must have a gradient flow that settles, got {run.message!r} from {checks.shown(start)}"
            )
        end = run.y[:, -1]
    matrix = hessian(objective, end)
    _refuse_saddle(matrix)
    gradient(objective, end, grad)
    return end - np.linalg.pinv(matrix, rcond=1e-7, hermitian=True) @ grad


def _refuse_saddle(matrix):
    values = np.linalg.eigvalsh(matrix)
    if values[0] < -1e-6 * max(values[-1], 1.0):
        raise ValueError(f"w must flow to a minimum, got a point where the Hessian has the eigenvalue {values[0]:.3g}")
