"""Randomly smoothed perturbation: the gradient at a random point nearby, without its part along the gradient."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.methods._generic import step, workspace
from flatlab.methods._perturbed import check_gate, projection_factor, sphere_direction
from flatlab.objectives import gradient

__all__ = ["RandomlySmoothed"]


@checks.validated
class RandomlySmoothed(NamedTuple):
    """Randomly smoothed perturbation (RS), two gradient evaluations a step inside the gate, one outside.

    Where |grad f(w)| <= gate: draw g uniform on the unit sphere, let v be grad f(w + rho g) less its component along
    grad f(w), and ``w <- w - eta (grad f(w) + v)``. Elsewhere ``w <- w - eta_prime grad f(w)``. At a zero gradient the
    projector is the identity. The full gradient is used throughout, also on a stochastic oracle. The cost counted is
    that of a step inside the gate.

    Parameters
    ----------
    eta : float
        Step size of a perturbed step, above 0.
    eta_prime : float
        Step size of a plain step, above 0.
    rho : float
        Radius of the perturbation, 0 or above.
    gate : float
        Largest gradient at which a step is perturbed, 0 or above; infinite to perturb every step.
    projected : bool
        Whether v is made orthogonal to the gradient, as the algorithm asks.

    Raises
    ------
    ValueError
        If a parameter is out of range.

    Notes
    -----
    Source: the paper's Algorithm 1 for every ingredient; paper_checks/ahn2024/README.md.
    """

    eta: float
    eta_prime: float
    rho: float
    gate: float
    projected: bool = True
    gradients_per_step = 2
    random = True

    def clean_fields(self):
        """Return the fields as clean values."""
        return (
            checks.positive("eta", self.eta),
            checks.positive("eta_prime", self.eta_prime),
            checks.nonnegative("rho", self.rho),
            check_gate(self.gate),
            checks.flag("projected", self.projected),
        )


@workspace.register(RandomlySmoothed)
def _(method, objective, w):
    return np.empty(w.size), np.empty(w.size), np.empty(w.size)


@step.register(RandomlySmoothed)
def _(method, objective, w, work, rng):
    slope, point, bent = work
    gradient(objective, w, slope)
    square = 0.0
    for i in range(slope.size):
        square += slope[i] * slope[i]
    inside = square <= method.gate * method.gate
    # Both kinds of step take one path: a branch around the vectors costs more than a gradient in three dimensions.
    # Outside the gate the second gradient is taken at w itself and weighs nothing.
    radius = method.rho if inside else 0.0
    plain = method.eta if inside else method.eta_prime
    perturbed = method.eta if inside else 0.0
    sphere_direction(point, rng)
    for i in range(w.size):
        point[i] = w[i] + radius * point[i]
    gradient(objective, point, bent)
    factor = projection_factor(slope, bent, square, method.projected)
    for i in range(w.size):
        w[i] -= plain * slope[i] + perturbed * (bent[i] - factor * slope[i])
