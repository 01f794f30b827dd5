"""Noise stability optimisation: the gradient averaged over symmetric pairs of perturbed points."""

from typing import NamedTuple

from flatlab.base import checks
from flatlab.methods._weight_noise import check_noise_method, register_noise_method
from flatlab.methods.noise_laws import Gaussian

__all__ = ["NSO"]


@checks.validated
class NSO(NamedTuple):
    """Noise stability optimisation, 2k gradient evaluations a step.

    ``w <- w - eta * (1/(2k)) sum_j [g_j(w + U_j) + g_j(w - U_j)]`` with U_1..U_k drawn from the law with scale s. **The
    same sample j of a stochastic oracle serves both signs.** With s = 0 no noise is drawn: with k = 1 that is gradient
    descent bit for bit. The algorithm returns a random iterate.

    eta : float or schedule; step size, above 0
    s : float or schedule; scale of the noise in each coordinate (the standard deviation, for the laws of this package),
        0 or above
    k : number of pairs, 1 or above
    law : from ``flatlab.methods.noise_laws``; symmetric about 0 with a finite second moment
    shared_sample : use one sample for all 2k evaluations of a step, as is done in practice, instead of one for each
        pair

    Source: QUOTED, arXiv 2306.08553, Algorithm 1 as given on the authors' poster; the shared sample as in the authors'
    code.

    >>> method = NSO(eta=0.1, s=0.1, k=2)
    >>> objective = Saturating()
    >>> rng = np.random.default_rng(1)
    >>> trajectory(method, objective, [1.0, 1.0], steps=2, rng=rng)[-1].round(6)
    array([0.897556, 0.897541])
    """

    eta: float | tuple
    s: float | tuple
    k: int = 1
    law: NamedTuple = Gaussian()
    shared_sample: bool = False
    random = True

    def clean_fields(self) -> tuple:
        return check_noise_method(self)

    @property
    def gradients_per_step(self) -> int:
        """Cost of a step in gradient evaluations."""
        return 2 * self.k


register_noise_method(NSO, sides=2)
