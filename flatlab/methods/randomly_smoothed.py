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

    eta : step size of a perturbed step, above 0
    eta_prime : step size of a plain step, above 0
    rho : radius of the perturbation, 0 or above
    gate : largest gradient at which a step is perturbed, 0 or above; infinite to perturb every step
    projected : whether v is made orthogonal to the gradient, as the algorithm asks

    Source: the paper's Algorithm 1 for every ingredient; paper_checks/ahn2024/README.md.

    >>> method = RandomlySmoothed(eta=0.1, eta_prime=0.2, rho=0.1, gate=5.0)
    >>> rng = np.random.default_rng(1)
    >>> trajectory(method, Quadratic([3.0, 1.0]), [1.0, 1.0], steps=2, rng=rng)[-1].round(6)
    array([0.486501, 0.816538])
    """

    eta: float
    eta_prime: float
    rho: float
    gate: float
    projected: bool = True
    gradients_per_step = 2
    full_gradients_per_step = 2
    random = True

    def clean_fields(self) -> tuple:
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
    grad, point, moved_grad = work
    gradient(objective, w, grad)
    square = 0.0
    for i in range(grad.size):
        square += grad[i] * grad[i]
    inside = square <= method.gate * method.gate
    # Both kinds of step take one path: a branch around the vectors costs more than a gradient in three dimensions.
    # Outside the gate the second gradient is taken at w itself and weighs nothing.
    radius = method.rho if inside else 0.0
    plain = method.eta if inside else method.eta_prime
    perturbed = method.eta if inside else 0.0
    sphere_direction(point, rng)
    for i in range(w.size):
        point[i] = w[i] + radius * point[i]
    gradient(objective, point, moved_grad)
    factor = projection_factor(grad, moved_grad, square, method.projected)
    for i in range(w.size):
        w[i] -= plain * grad[i] + perturbed * (moved_grad[i] - factor * grad[i])
