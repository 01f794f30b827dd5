"""Noise stability optimisation: the gradient averaged over symmetric pairs of perturbed points."""

from typing import Any, NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.compiler.generic import chosen_by
from flatlab.methods._generic import state, step, workspace
from flatlab.methods.noise_laws import Gaussian, check_law, unit_noise
from flatlab.methods.schedules import check_schedule, rate
from flatlab.objectives import draw, gradients, new_sample, sample_gradient

__all__ = ["NSO"]


@checks.validated
class NSO(NamedTuple):
    """Noise stability optimisation, 2k gradient evaluations a step.

    ``w <- w - eta * (1/(2k)) sum_j [g_j(w + U_j) + g_j(w - U_j)]`` with U_1..U_k drawn from the law with scale s. **The
    same sample j of a stochastic oracle serves both signs.** With s = 0 no noise is drawn: with k = 1 that is gradient
    descent bit for bit. The algorithm returns a random iterate, see ``flatlab.outputs``.

    eta : float or schedule; step size, above 0
    s : float or schedule; scale of the noise in each coordinate (the standard deviation, for the laws of this package),
        0 or above
    k : number of pairs, 1 or above
    law : from ``flatlab.methods.noise_laws``; symmetric about 0 with a finite second moment
    shared_sample : use one sample for all 2k evaluations of a step, as is done in practice, instead of one for each
        pair

    Source: QUOTED, arXiv 2306.08553, Algorithm 1 as given on the authors' poster; the shared sample as in the authors'
    code.
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
        return 2 * self.k


def check_noise_method(method: Any) -> tuple:
    """Return the clean fields of a method that injects noise."""
    return (
        check_schedule("eta", method.eta, checks.positive),
        check_schedule("s", method.s, checks.nonnegative),
        checks.integer("k", method.k, at_least=1),
        check_law(method.law),
        checks.flag("shared_sample", method.shared_sample),
    )


@workspace.register(NSO)
def _(method, objective, w):
    vectors = np.zeros((4, w.size))
    block = np.empty((2, w.size, 2 * method.k))
    clock = np.zeros(1, dtype=np.int64)
    return (
        vectors[0],
        vectors[1],
        vectors[2],
        vectors[3],
        block[0],
        block[1],
        clock,
        new_sample(objective, w),
    )


def _pairs_together(objective, method, w, s, total, work, rng):
    """Add the gradients at all 2k points to ``total``, the points in one block."""
    points, gradients_there = work[4], work[5]
    for j in range(method.k):
        for i in range(w.size):
            u = s * unit_noise(method.law, rng) if s > 0 else 0.0
            points[i, 2 * j] = w[i] + u
            points[i, 2 * j + 1] = w[i] - u
    gradients(objective, points, gradients_there)
    for i in range(total.size):
        for b in range(2 * method.k):
            total[i] += gradients_there[i, b]


def _pairs_one_by_one(objective, method, w, s, total, work, rng):
    """Add the gradients at all 2k points to ``total``, one sample for both points of a pair."""
    noise, point, there, sample = work[0], work[1], work[2], work[7]
    for j in range(method.k):
        if j == 0 or not method.shared_sample:
            draw(objective, sample, rng)
        for i in range(noise.size):
            noise[i] = s * unit_noise(method.law, rng) if s > 0 else 0.0
        for side in range(2):  # one place for the gradient: a second would be compiled once more
            for i in range(w.size):
                point[i] = w[i] + noise[i] if side == 0 else w[i] - noise[i]
            sample_gradient(objective, sample, point, there)
            for i in range(total.size):
                total[i] += there[i]


_add_pairs = chosen_by(gradients, draw, _pairs_together, _pairs_one_by_one)


@step.register(NSO)
def _(method, objective, w, work, rng):
    total, clock = work[3], work[6]
    eta, s = rate(method.eta, clock[0]), rate(method.s, clock[0])
    clock[0] += 1
    for i in range(total.size):
        total[i] = 0.0
    _add_pairs(objective, method, w, s, total, work, rng)
    count = 2.0 * method.k
    for i in range(w.size):
        w[i] -= eta * (total[i] / count)


@state.register(NSO)
def _(method, work):
    return {"clock": work[6]}
