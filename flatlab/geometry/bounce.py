"""SAM's bounce at a minimum of a general objective: its frame, its start, its centre, and the drift flow.

A minimum z with the leading eigenpair (l_1, v_1) of its Hessian carries the bounce ``z ± a v_1``,
``a = rho h / (2 - h)``, ``h = eta l_1 < 2``. Where the minima form a manifold the centre drifts along it.
"""

from typing import NamedTuple

import numpy as np
from scipy import linalg

from flatlab.base import checks
from flatlab.geometry.curvature import FLAT, SIMPLE, kernel_projector, leading_eigenpair
from flatlab.objectives import gradient, hessian, third_derivative
from flatlab.theory.sam import TwoCycle, integrate_drift

__all__ = ["BounceFrame", "bounce_centres", "bounce_frame", "bounce_start", "follow_drift", "nearest_minimum"]

NEAR = 1e-6
NEWTON_STEPS = 30


class BounceFrame(NamedTuple):
    """What the drift law needs at a minimum.

    ``eigenvalues`` (d,) from the largest down with ``eigenvectors`` (d, d) in columns, ``tau = T[v_1, v_1, .]`` (d,),
    the ``projector`` (d, d) on the kernel of the Hessian and its ``kernel_dimension``; ``residual`` is the largest of
    ``|H v_1 - l_1 v_1|`` and ``|H P|``.
    """

    minimum: np.ndarray
    eigenvalues: np.ndarray
    eigenvectors: np.ndarray
    tau: np.ndarray
    projector: np.ndarray
    kernel_dimension: int
    residual: float

    @property
    def sharpness(self):
        """The largest eigenvalue l_1."""
        return float(self.eigenvalues[0])

    @property
    def direction(self):
        """The unit vector v_1."""
        return self.eigenvectors[:, 0]

    @property
    def tangential(self):
        """``P grad lambda_max``, shape (d,)."""
        return self.projector @ self.tau


def bounce_frame(objective, minimum, eta=None, *, near=NEAR, simple=SIMPLE, flat=FLAT):
    """Return the frame of SAM's bounce at a minimum, or say in one sentence why there is none.

    Parameters
    ----------
    objective : NamedTuple
        With closed-form ``hessian`` and ``third_derivative``.
    minimum : array_like, shape (d,)
    eta : float, optional
        Step size; if given it must lie in (0, 2 / l_1).
    near : float
        Largest distance ``|grad f| / l_1`` from a minimum.
    simple, flat : float
        As in :mod:`flatlab.geometry.curvature`.

    Returns
    -------
    BounceFrame

    Raises
    ------
    ValueError
        If the point is not near a minimum, the largest eigenvalue is repeated, or eta is out of range.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Offset recursion").
    """
    minimum = checks.vector("minimum", minimum)
    slope = np.empty_like(minimum)
    gradient(objective, minimum, slope)
    curvature = hessian(objective, minimum)
    pair = leading_eigenpair(curvature, simple=simple)
    values, vectors = linalg.eigh(curvature)
    distance = np.linalg.norm(slope) / max(pair.value, 1e-300)
    if not distance <= near:
        raise ValueError(
            f"minimum must be within {near:g} of a minimum, got a point about {distance:.3g} away by its gradient; "
            "start nearer, for example from nearest_minimum"
        )
    if values[0] < -max(flat, near) * pair.value:
        raise ValueError(f"minimum must be a minimum, got a point where the Hessian has the eigenvalue {values[0]:.3g}")
    if eta is not None:
        TwoCycle(pair.value, eta)  # refuses a step size without a bounce
    kernel = kernel_projector(curvature, flat=flat)
    vectors = vectors[:, ::-1].copy()
    vectors[:, 0] = pair.vector
    values = np.where(np.abs(values[::-1]) <= flat * pair.value, 0.0, values[::-1])
    return BounceFrame(
        minimum,
        values,
        vectors,
        third_derivative(objective, minimum, pair.vector),
        kernel.projector,
        kernel.dimension,
        max(pair.residual, kernel.residual),
    )


def bounce_start(frame, eta, rho):
    """Return ``z + a v_1``, where the bounce of the quadratic approximation starts.

    Parameters
    ----------
    frame : BounceFrame
    eta : float
        Step size, with eta * l_1 < 2.
    rho : float
        Radius of the ascent step, 0 or above.

    Returns
    -------
    ndarray, shape (d,)

    Raises
    ------
    ValueError
        If an argument is out of range or eta * l_1 >= 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Setting and two-cycle").
    """
    return frame.minimum + TwoCycle(frame.sharpness, eta, rho).radius * frame.direction


def bounce_centres(path):
    """Return the midpoints ``(w_t + w_{t+1}) / 2`` of neighbouring iterates.

    Parameters
    ----------
    path : array_like, shape (n, d)
        Every iterate, n >= 2.

    Returns
    -------
    ndarray, shape (n - 1, d)

    Raises
    ------
    ValueError
        If there are fewer than two iterates.

    Notes
    -----
    Source: definition.
    """
    path = checks.matrix("path", path)
    if len(path) < 2:
        raise ValueError(f"path must hold two iterates or more, got {len(path)}")
    return (path[1:] + path[:-1]) / 2


def nearest_minimum(objective, point, rank, *, near=1e-12):
    """Return the minimum next to a point, by Newton steps in the ``rank`` sharpest directions of the Hessian.

    ``z <- z - sum_(i <= rank) u_i u_i^T grad f(z) / l_i``. The step leaves the flat directions alone, so from
    a distance D the result is within O(D^2) of the foot of the perpendicular on the manifold.

    Parameters
    ----------
    objective : NamedTuple
        With a closed-form ``hessian``.
    point : array_like, shape (d,)
    rank : int
        Codimension of the manifold of minima, from 1 to d.
    near : float
        The last step must be this small.

    Returns
    -------
    ndarray, shape (d,)

    Raises
    ------
    ValueError
        If the rank is out of range, or Newton's steps find no minimum near the point.

    Notes
    -----
    Source: Newton's method.
    """
    z = checks.vector("point", point).copy()
    rank = checks.integer("rank", rank, at_least=1)
    if rank > z.size:
        raise ValueError(f"rank must be at most the number of variables {z.size}, got {rank}")
    slope = np.empty_like(z)
    for _ in range(NEWTON_STEPS):
        gradient(objective, z, slope)
        values, vectors = linalg.eigh(hessian(objective, z))
        if not values[-rank] > 0 or not np.isfinite(slope).all():
            break
        step = vectors[:, -rank:] @ (vectors[:, -rank:].T @ slope / values[-rank:])
        z -= step
        if np.linalg.norm(step) <= near * max(1.0, np.linalg.norm(z)):
            return z
    raise ValueError(f"point must be near a minimum, got one from which {NEWTON_STEPS} Newton steps find none")


def follow_drift(objective, minimum, times, eta, *, simple=SIMPLE):
    """Integrate the drift flow on the manifold of minima, ``dz/dtime = -(1/2) (2 / (2 - h))^2 P grad lambda_max``.

    DOP853 at relative tolerance 1e-10 and absolute 1e-13; ``time = eta rho^2 t``.

    Parameters
    ----------
    objective : NamedTuple
        With closed-form ``hessian`` and ``third_derivative``.
    minimum : array_like, shape (d,)
        Where the flow starts.
    times : array_like, shape (n,)
        0 or above, strictly rising.
    eta : float
        Step size, with eta * lambda_max < 2 all along.
    simple : float
        As in :mod:`flatlab.geometry.curvature`.

    Returns
    -------
    ndarray, shape (n, d)

    Raises
    ------
    ValueError
        If the start is no minimum, the two largest eigenvalues meet on the way, or an argument is out of range.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Drift flow"); that SAM follows it is checked numerically, not proved.
    """
    start = bounce_frame(objective, minimum, eta, simple=simple)
    rank = start.minimum.size - start.kernel_dimension

    last = {}

    def look(z):
        """Return the sharpness at z and the tangential part of its gradient, from one decomposition."""
        if "z" not in last or not np.array_equal(last["z"], z):
            curvature = hessian(objective, z)
            values, vectors = linalg.eigh(curvature)
            if z.size > 1 and values[-1] - values[-2] <= simple * values[-1]:
                leading_eigenpair(curvature, simple=simple)  # refuses, in words
            third = third_derivative(objective, z, vectors[:, -1])
            # integration leaves the manifold by its own error: the kernel is told by its dimension, not by a threshold
            across = vectors[:, -rank:]
            last.update(z=z.copy(), top=float(values[-1]), slope=third - across @ (across.T @ third))
        return last

    return integrate_drift(lambda z: look(z)["top"], lambda z: look(z)["slope"], start.minimum, times, eta)
