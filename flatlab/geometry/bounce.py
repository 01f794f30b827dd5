"""SAM's bounce at a minimum of a general objective: its frame, its start, its centre, and the drift flow.

A minimum z with the leading eigenpair (l_1, v_1) of its Hessian carries the bounce ``z ± a v_1``,
``a = rho h / (2 - h)``, ``h = eta l_1 < 2``. Where the minima form a manifold the centre drifts along it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
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

    >>> frame = bounce_frame(Valley(Ramp(level=1.0, slope=0.5), transverse=1), [0.0, 2.0])
    >>> frame.sharpness, frame.tangential
    (2.0, array([0. , 0.5]))
    """

    minimum: np.ndarray
    eigenvalues: np.ndarray
    eigenvectors: np.ndarray
    tau: np.ndarray
    projector: np.ndarray
    kernel_dimension: int
    residual: float

    @property
    def sharpness(self) -> float:
        """The largest eigenvalue l_1."""
        return float(self.eigenvalues[0])

    @property
    def direction(self) -> np.ndarray:
        """The unit vector v_1."""
        return self.eigenvectors[:, 0]

    @property
    def tangential(self) -> np.ndarray:
        """``P grad lambda_max``, shape (d,)."""
        return self.projector @ self.tau


def bounce_frame(
    objective: NamedTuple,
    minimum: ArrayLike,
    eta: float | None = None,
    *,
    near: float = NEAR,
    simple: float = SIMPLE,
    flat: float = FLAT,
) -> BounceFrame:
    """Return the frame of SAM's bounce at a minimum, or say in one sentence why there is none.

    Parameters
    ----------
    objective
        With closed-form ``hessian`` and ``third_derivative``.
    eta
        Step size; if given it must lie in (0, 2 / l_1).
    near
        Largest distance ``|grad f| / l_1`` from a minimum.
    simple, flat
        As in :mod:`flatlab.geometry.curvature`.

    Raises
    ------
    ValueError
        If the point is not near a minimum, the largest eigenvalue is repeated, or eta is out of range.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Offset recursion").
    """
    minimum, near = checks.vector("minimum", minimum), checks.nonnegative("near", near)
    flat = checks.between("flat", flat, 0, 1, ends="[]")
    grad = np.empty_like(minimum)
    gradient(objective, minimum, grad)
    curvature = hessian(objective, minimum)
    pair = leading_eigenpair(curvature, simple=simple)
    values, vectors = linalg.eigh(curvature)
    distance = np.linalg.norm(grad) / max(pair.value, 1e-300)
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


def bounce_start(frame: BounceFrame, eta: float, rho: float) -> np.ndarray:
    """Return ``z + a v_1``, where the bounce of the quadratic approximation starts; needs ``eta l_1 < 2``.

    Source: DERIVED (paper_checks/bartlett2023, "Setting and two-cycle").
    """
    return frame.minimum + TwoCycle(frame.sharpness, eta, rho).radius * frame.direction


def bounce_centres(path: ArrayLike) -> np.ndarray:
    """Return the midpoints ``(w_t + w_{t+1}) / 2`` of neighbouring iterates, one row fewer than the path."""
    path = checks.matrix("path", path)
    if len(path) < 2:
        raise ValueError(f"path must hold two iterates or more, got {len(path)}")
    return (path[1:] + path[:-1]) / 2


def nearest_minimum(objective: NamedTuple, point: ArrayLike, rank: int, *, near: float = 1e-12) -> np.ndarray:
    """Return the minimum next to a point, by Newton steps in the ``rank`` sharpest directions of the Hessian.

    ``z <- z - sum_(i <= rank) u_i u_i^T grad f(z) / l_i`` until a step is shorter than ``near``, relative to z. Steps
    leave the flat directions alone, so from a distance D the result is within O(D^2) of the foot of the perpendicular
    on the manifold of minima, whose codimension is the rank. A solver for systems of equations (SciPy's ``root``)
    would move along the manifold, and wants as many equations as variables.

    Raises ValueError where Newton's steps find no minimum near the point.
    """
    z = checks.vector("point", point).copy()
    rank, near = checks.integer("rank", rank, at_least=1), checks.nonnegative("near", near)
    if rank > z.size:
        raise ValueError(f"rank must be at most the number of variables {z.size}, got {rank}")
    grad = np.empty_like(z)
    for _ in range(NEWTON_STEPS):
        gradient(objective, z, grad)
        values, vectors = linalg.eigh(hessian(objective, z))
        if not values[-rank] > 0 or not np.isfinite(grad).all():
            break
        step = vectors[:, -rank:] @ (vectors[:, -rank:].T @ grad / values[-rank:])
        z -= step
        if np.linalg.norm(step) <= near * max(1.0, np.linalg.norm(z)):
            return z
    raise ValueError(f"point must be near a minimum, got one from which {NEWTON_STEPS} Newton steps find none")


def follow_drift(
    objective: NamedTuple, minimum: ArrayLike, times: ArrayLike, eta: float, *, simple: float = SIMPLE
) -> np.ndarray:
    """Integrate the drift flow on the manifold of minima, ``dz/dtime = -(1/2) (2 / (2 - h))^2 P grad lambda_max``.

    DOP853 at relative tolerance 1e-10 and absolute 1e-13; ``time = eta rho^2 t``.

    Parameters
    ----------
    objective
        With closed-form ``hessian`` and ``third_derivative``.
    minimum
        Where the flow starts, shape (d,).
    times
        0 or above, strictly rising, shape (n,).
    eta
        Step size, with ``eta lambda_max < 2`` all along.
    simple
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
    latest = {}  # one decomposition serves the sharpness and its gradient

    def at(z):
        """Return the sharpness at z and the tangential part of its gradient."""
        if "z" not in latest or not np.array_equal(latest["z"], z):
            curvature = hessian(objective, z)
            values, vectors = linalg.eigh(curvature)
            if z.size > 1 and values[-1] - values[-2] <= simple * values[-1]:
                leading_eigenpair(curvature, simple=simple)  # refuses, in words
            third = third_derivative(objective, z, vectors[:, -1])
            # integration leaves the manifold by its own error: the kernel is told by its dimension, not by a threshold
            across = vectors[:, -rank:]
            latest.update(z=z.copy(), sharpness=float(values[-1]), tangential=third - across @ (across.T @ third))
        return latest

    return integrate_drift(lambda z: at(z)["sharpness"], lambda z: at(z)["tangential"], start.minimum, times, eta)
