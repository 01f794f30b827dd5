"""Naive noise injection: the gradient at one perturbed point, or its mean over independent ones."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.compiler.generic import chosen_by
from flatlab.methods._generic import state, step, workspace
from flatlab.methods.noise_laws import Gaussian, unit_noise
from flatlab.methods.nso import check_noise_method
from flatlab.methods.schedules import rate
from flatlab.objectives import draw, gradients, new_sample, sample_gradient

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
    """

    eta: float
    s: float
    k: int = 1
    law: NamedTuple = Gaussian()
    shared_sample: bool = False
    random = True

    def clean_fields(self) -> tuple:
        """Return the fields as clean values."""
        return check_noise_method(self)

    @property
    def gradients_per_step(self) -> int:
        """Cost of a step in gradient evaluations."""
        return self.k


@workspace.register(NoiseInjection)
def _(method, objective, w):
    vectors = np.zeros((3, w.size))
    block = np.empty((2, w.size, method.k))
    clock = np.zeros(1, dtype=np.int64)
    return vectors[0], vectors[1], vectors[2], block[0], block[1], clock, new_sample(objective, w)


def _points_together(objective, method, w, s, total, work, rng):
    """Add the gradients at all k points to ``total``, the points in one block."""
    points, gradients_there = work[3], work[4]
    for j in range(method.k):
        for i in range(w.size):
            points[i, j] = w[i] + (s * unit_noise(method.law, rng) if s > 0 else 0.0)
    gradients(objective, points, gradients_there)
    for i in range(total.size):
        for b in range(method.k):
            total[i] += gradients_there[i, b]


def _points_one_by_one(objective, method, w, s, total, work, rng):
    """Add the gradients at all k points to ``total``, a sample for each unless they share one."""
    point, there, sample = work[0], work[1], work[6]
    for j in range(method.k):
        if j == 0 or not method.shared_sample:
            draw(objective, sample, rng)
        for i in range(w.size):
            point[i] = w[i] + (s * unit_noise(method.law, rng) if s > 0 else 0.0)
        sample_gradient(objective, sample, point, there)
        for i in range(total.size):
            total[i] += there[i]


_add_points = chosen_by(gradients, draw, _points_together, _points_one_by_one)


@step.register(NoiseInjection)
def _(method, objective, w, work, rng):
    total, clock = work[2], work[5]
    eta, s = rate(method.eta, clock[0]), rate(method.s, clock[0])
    clock[0] += 1
    for i in range(total.size):
        total[i] = 0.0
    _add_points(objective, method, w, s, total, work, rng)
    for i in range(w.size):
        w[i] -= eta * (total[i] / method.k)


@state.register(NoiseInjection)
def _(method, work):
    return {"clock": work[5]}
