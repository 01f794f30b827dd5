"""The flow of the trace on minima: diagonal networks, where it has a closed form, and the flow of a mean step."""

from typing import NamedTuple

import numpy as np
from scipy.integrate import solve_ivp

from flatlab.geometry.limit_map import limit_map
from flatlab.objectives import DiagonalNetwork
from paper_checks.ahn2024.problems.gradients import gradient_at

PARTS = np.array([0.25, 0.5, 1.0])  # of the last time, at which paths are read


def flow(field, start, time):
    """Return where the flow against a field is at three times, shape (3, d)."""
    return solve_ivp(lambda _, w: -field(w), (0, time), start, "LSODA", PARTS * time, rtol=1e-7, atol=1e-9).y.T


def mean_path(objective, mean, start, time, pace):
    """Return three limits along the flow of grad f and the mean perturbed gradient, its time ``pace`` times as fast."""
    ends = flow(lambda w: pace * (gradient_at(objective, w) + mean(w)), start, time)
    return [limit_map(objective, w) for w in ends]


class Path(NamedTuple):
    """A diagonal network with features of unequal sizes, a minimum, the radius, and the last flow time of the trace."""

    objective: DiagonalNetwork
    minimum: np.ndarray
    rho: float
    time: float

    @property
    def scales(self):
        """The rates at which the flow of the trace scales the entries of a minimum down, shape (d,)."""
        return 8 * np.tile((self.objective.features**2).mean(axis=0), 2)

    def after(self, time):
        """Return where the flow of the trace is: the limit of the minimum with its entries scaled down."""
        return limit_map(self.objective, np.exp(-self.scales * time) * self.minimum)

    def slopes(self, w):
        """Return the gradients of all models, shape (n, d)."""
        a, (u, v) = self.objective.features, np.split(w, 2)
        return 2 * np.hstack([a * u, -a * v])

    def projected_slope(self, w):
        """Return the part along the minima of the gradient of the trace."""
        normals, slope = self.slopes(w), self.scales * w
        return slope - normals.T @ np.linalg.solve(normals @ normals.T, normals @ slope)


def network_path(shape, rho, fall, seed):
    """Return the :class:`Path` of n samples and k coefficients; the products u_j v_j fall by exp(-fall) at most."""
    (n, k), rng = shape, np.random.default_rng(seed)
    features = rng.choice([-1.0, 1.0], (n, k)) * rng.uniform(0.5, 1.5, (n, k))
    objective = DiagonalNetwork(features, rng.standard_normal(n))
    minimum = limit_map(objective, rng.choice([-1.0, 1.0], 2 * k) * rng.uniform(0.6, 1.4, 2 * k))
    made = Path(objective, minimum, rho, 0.0)
    return made._replace(time=fall / (2 * made.scales.max()))
