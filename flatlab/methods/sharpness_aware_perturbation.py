"""Sharpness-aware perturbation: a sample gradient at a point moved along that sample's own gradient."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.compiler.vectors import norm
from flatlab.methods._generic import step, workspace
from flatlab.methods._perturbed import check_gate, projection_factor, sphere_direction
from flatlab.objectives import draw, gradient, new_sample, sample_gradient

__all__ = ["SharpnessAwarePerturbation"]


@checks.validated
class SharpnessAwarePerturbation(NamedTuple):
    """Sharpness-aware perturbation (SAP): the full gradient and two sample gradients a step.

    Where |grad f(w)| <= gate: draw a sample i and a sign s, let v be grad f_i(w + rho s grad f_i(w) / |grad f_i(w)|)
    less its component along grad f(w), and ``w <- w - eta (grad f(w) + v)``. Elsewhere
    ``w <- w - eta_prime grad f(w)``. Where grad f_i(w) is zero the direction is that of grad f_i at a random point a
    distance ``offset`` away; where that is zero too there is no perturbation of the argument. The mini-batch size is
    the objective's own. The cost counted is that of a step inside the gate, three evaluations.

    eta : step size of a perturbed step, above 0
    eta_prime : step size of a plain step, above 0
    rho : radius of the perturbation, 0 or above
    gate : largest full gradient at which a step is perturbed, 0 or above; infinite to perturb every step
    offset : distance of the substitute point, above 0; the paper suggests the cube of the tolerance
    random_sign : whether s is +1 or -1 with equal probability, as the algorithm asks; False keeps +1
    projected : whether v is made orthogonal to the full gradient, as the algorithm asks

    Source: the paper's Algorithm 2 in words, layout RECONSTRUCTED; paper_checks/ahn2024/README.md.

    >>> method = SharpnessAwarePerturbation(eta=0.1, eta_prime=0.2, rho=0.1, gate=5.0)
    >>> objective = DiagonalNetwork([[1.0, -1.0]], [0.5])
    >>> rng = np.random.default_rng(1)
    >>> trajectory(method, objective, [1.0, 0.5, 0.2, 0.1], steps=2, rng=rng)[-1].round(6)
    array([0.929059, 0.522262, 0.208905, 0.092906])
    """

    eta: float
    eta_prime: float
    rho: float
    gate: float
    offset: float = 1e-9
    random_sign: bool = True
    projected: bool = True
    gradients_per_step = 3
    full_gradients_per_step = 1
    random = True

    def clean_fields(self) -> tuple:
        return (
            checks.positive("eta", self.eta),
            checks.positive("eta_prime", self.eta_prime),
            checks.nonnegative("rho", self.rho),
            check_gate(self.gate),
            checks.positive("offset", self.offset),
            checks.flag("random_sign", self.random_sign),
            checks.flag("projected", self.projected),
        )

    def refuse_unfit(self, objective: NamedTuple) -> None:
        """Refuse to run on an objective that is not a mean over samples."""
        if not draw.is_own(objective):
            raise ValueError(
                "objective must be a mean over samples for the sharpness-aware perturbation, "
                f"got {type(objective).__name__}, which has none"
            )


@workspace.register(SharpnessAwarePerturbation)
def _(method, objective, w):
    return np.empty(w.size), np.empty(w.size), np.empty(w.size), new_sample(objective, w)


@step.register(SharpnessAwarePerturbation)
def _(method, objective, w, work, rng):
    grad, point, moved_grad, sample = work
    gradient(objective, w, grad)
    square = 0.0
    for i in range(grad.size):
        square += grad[i] * grad[i]
    inside = square <= method.gate * method.gate
    # one path for both kinds of step, as for random smoothing; outside the gate the samples weigh nothing
    radius = method.rho if inside else 0.0
    plain = method.eta if inside else method.eta_prime
    perturbed = method.eta if inside else 0.0
    draw(objective, sample, rng)
    sign = -1.0 if method.random_sign and rng.random() < 0.5 else 1.0
    for i in range(w.size):
        point[i] = w[i]
    # one place for the gradient at w, beside w where that is zero, and at the perturbed point: a second place would be
    # compiled into the step once more
    remaining = 2
    while True:
        sample_gradient(objective, sample, point, moved_grad)
        if remaining == 0:
            break
        length = norm(moved_grad)
        if length == 0.0 and remaining == 2:
            sphere_direction(point, rng)
            for i in range(w.size):
                point[i] = w[i] + method.offset * point[i]
            remaining = 1
        else:
            scale = sign * radius / length if length > 0 else 0.0
            for i in range(w.size):
                point[i] = w[i] + scale * moved_grad[i]
            remaining = 0
    factor = projection_factor(grad, moved_grad, square, method.projected)
    for i in range(w.size):
        w[i] -= plain * grad[i] + perturbed * (moved_grad[i] - factor * grad[i])
