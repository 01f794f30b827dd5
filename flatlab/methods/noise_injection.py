"""Naive noise injection: the gradient at one perturbed point, or its mean over independent ones."""

from typing import NamedTuple

from flatlab.base import checks
from flatlab.methods._weight_noise import check_noise_method, register_noise_method
from flatlab.methods.noise_laws import Gaussian

__all__ = ["NoiseInjection"]


@checks.validated
class NoiseInjection(NamedTuple):
    """One-sided noise injection (weight-perturbed SGD), k gradient evaluations a step.

    ``w <- w - eta * (1/k) sum_j g_j(w + U_j)``, all points independent. ``k = 1`` is the naive method, ``k = 2`` costs
    as much as one pair of :class:`NSO`. With s = 0 no noise is drawn.

    eta : float or schedule; step size, above 0
    s : float or schedule; scale of the noise in each coordinate, 0 or above
    k : number of points, 1 or above
    law : from ``flatlab.methods.noise_laws``; symmetric about 0 with a finite second moment
    shared_sample : use one sample of a stochastic oracle for all k evaluations of a step, instead of one for each

    Source: QUOTED, the baseline called WP-SGD in the authors' code; several points are an extension.

    >>> method = NoiseInjection(eta=0.1, s=0.1)
    >>> rng = np.random.default_rng(1)
    >>> trajectory(method, Quadratic([3.0, 1.0]), [1.0, 1.0], steps=2, rng=rng)[-1].round(6)
    array([0.47283 , 0.815637])
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
        return self.k


register_noise_method(NoiseInjection, sides=1)
