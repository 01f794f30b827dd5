"""Naive noise injection: the gradient at one perturbed point, or its mean over independent ones."""

from typing import NamedTuple

import numpy as np

from flatlab import _checks
from flatlab.methods._generic import state, step, workspace
from flatlab.methods.nso import check_noise_method
from flatlab.noise_laws import Gaussian, unit_noise
from flatlab.objectives import draw, gradients, has_block_gradients, new_sample, sample_gradient
from flatlab.schedules import rate

__all__ = ["NoiseInjection"]


@_checks.checked
class NoiseInjection(NamedTuple):
    """One-sided noise injection (weight-perturbed SGD), k gradient evaluations a step.

    ``w <- w - eta * (1/k) sum_j g_j(w + U_j)``, all points independent. ``k = 1`` is the naive method, ``k = 2`` costs
    as much as one pair of :class:`NSO`. With s = 0 no noise is drawn.

    Parameters
    ----------
    eta : float or schedule
        Step size, above 0.
    s : float or schedule
        Scale of the noise in each coordinate, 0 or above.
    k : int
        Number of points, 1 or above.
    law : NamedTuple
        From ``flatlab.noise_laws``; symmetric about 0 with a finite second moment.
    shared_sample : bool
        Use one sample of a stochastic oracle for all k evaluations of a step, instead of one for each.

    Raises
    ------
    ValueError
        If a parameter is out of range or the law breaks the assumptions.

    Notes
    -----
    Source: QUOTED, the baseline called WP-SGD in the authors' code; several points are an extension.
    """

    eta: float
    s: float
    k: int = 1
    law: tuple = Gaussian()
    shared_sample: bool = False
    random = True

    def checked(self):
        """Return the fields as clean values."""
        return check_noise_method(self)

    @property
    def gradients_per_step(self):
        """Cost of a step in gradient evaluations."""
        return self.k


@workspace.register(NoiseInjection)
def _(method, objective, w):
    vectors = np.zeros((3, w.size))
    block = np.empty((2, w.size, method.k))
    clock = np.zeros(1, dtype=np.int64)
    return vectors[0], vectors[1], vectors[2], block[0], block[1], clock, new_sample(objective, w)


@step.register(NoiseInjection)
def _(method, objective, w, work, rng):
    point, slope, total, points, slopes, clock, sample = work
    eta, s = rate(method.eta, clock[0]), rate(method.s, clock[0])
    clock[0] += 1
    for i in range(total.size):
        total[i] = 0.0
    if sample is None and has_block_gradients(objective):
        for j in range(method.k):
            for i in range(w.size):
                points[i, j] = w[i] + (s * unit_noise(method.law, rng) if s > 0 else 0.0)
        gradients(objective, points, slopes)
        for i in range(total.size):
            for b in range(method.k):
                total[i] += slopes[i, b]
    else:
        for j in range(method.k):
            if j == 0 or not method.shared_sample:
                draw(objective, sample, rng)
            for i in range(w.size):
                point[i] = w[i] + (s * unit_noise(method.law, rng) if s > 0 else 0.0)
            sample_gradient(objective, sample, point, slope)
            for i in range(total.size):
                total[i] += slope[i]
    for i in range(w.size):
        w[i] -= eta * (total[i] / method.k)


@state.register(NoiseInjection)
def _(method, work):
    return {"clock": work[5]}
