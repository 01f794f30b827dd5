"""Sharpness-aware minimisation without the normalisation of the ascent step."""

from typing import NamedTuple

from flatlab.base import checks
from flatlab.methods._generic import block_step, block_workspace, step, workspace
from flatlab.methods.sam import _block_workspace, _step, _workspace
from flatlab.objectives import descend

__all__ = ["USAM"]


@checks.validated
class USAM(NamedTuple):
    """Unnormalised SAM, two gradient evaluations a step: ``w <- w - eta * g(w + rho * g(w))``.

    Both gradients use the same sample of a stochastic oracle. With rho = 0 the step is gradient
    descent, bit for bit; where g(w) is zero it stays put.

    eta : step size, above 0
    rho : length of the ascent step for each unit of gradient, 0 or above

    >>> method = USAM(eta=0.1, rho=0.1)
    >>> trajectory(method, Quadratic([3.0, 1.0]), [1.0, 1.0], steps=2)[-1].round(6)
    array([0.3721, 0.7921])
    """

    eta: float
    rho: float
    gradients_per_step = 2

    def clean_fields(self) -> tuple:
        return checks.positive("eta", self.eta), checks.nonnegative("rho", self.rho)


workspace.register(USAM)(_workspace)
block_workspace.register(USAM)(_block_workspace)


@step.register(USAM)
def _(method, objective, w, work, rng):
    _step(method, objective, w, work, rng, False)


@block_step.register(USAM)
def _(method, objective, points, work):
    descend(objective, points, method.eta, method.rho, False, work)
