"""Gradient descent with isotropic noise added to the iterate."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.methods._generic import step, workspace
from flatlab.methods._perturbed import sphere_direction
from flatlab.objectives import gradient

__all__ = ["IterateNoise"]


@checks.validated
class IterateNoise(NamedTuple):
    """Noisy gradient descent, one gradient evaluation a step: ``w <- w - eta (grad f(w) + rho g)``, |g| = 1.

    The direction g is uniform on the unit sphere. The noise moves the iterate but not the point at which the gradient
    is taken: the comparison for methods that perturb the latter.

    eta : step size, above 0
    rho : length of the noise in units of a gradient, 0 or above

    >>> method = IterateNoise(eta=0.1, rho=0.1)
    >>> rng = np.random.default_rng(1)
    >>> trajectory(method, Quadratic([3.0, 1.0]), [1.0, 1.0], steps=2, rng=rng)[-1].round(6)
    array([0.484828, 0.811397])
    """

    eta: float
    rho: float
    gradients_per_step = 1
    random = True

    def clean_fields(self) -> tuple:
        return checks.positive("eta", self.eta), checks.nonnegative("rho", self.rho)


@workspace.register(IterateNoise)
def _(method, objective, w):
    return np.empty(w.size), np.empty(w.size)


@step.register(IterateNoise)
def _(method, objective, w, work, rng):
    grad, noise = work
    gradient(objective, w, grad)
    sphere_direction(noise, rng)
    for i in range(w.size):
        w[i] -= method.eta * (grad[i] + method.rho * noise[i])
