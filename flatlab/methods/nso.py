"""Noise stability optimisation: the gradient averaged over symmetric pairs of perturbed points."""

from typing import NamedTuple

import numpy as np

from flatlab import _checks
from flatlab.methods._generic import state, step, workspace
from flatlab.noise_laws import Gaussian, check_law, unit_noise
from flatlab.objectives import draw, gradients, has_block_gradients, new_sample, sample_gradient
from flatlab.schedules import check_schedule, rate

__all__ = ["NSO"]


@_checks.checked
class NSO(NamedTuple):
    """Noise stability optimisation, 2k gradient evaluations a step.

    ``w <- w - eta * (1/(2k)) sum_j [g_j(w + U_j) + g_j(w - U_j)]`` with U_1..U_k drawn from the law with scale s. **The
    same sample j of a stochastic oracle serves both signs.** With s = 0 no noise is drawn: with k = 1 that is gradient
    descent bit for bit. The algorithm returns a random iterate, see ``flatlab.outputs``.

    Parameters
    ----------
    eta : float or schedule
        Step size, above 0.
    s : float or schedule
        Scale of the noise in each coordinate (the standard deviation, for the laws of this package), 0 or above.
    k : int
        Number of pairs, 1 or above.
    law : NamedTuple
        From ``flatlab.noise_laws``; symmetric about 0 with a finite second moment.
    shared_sample : bool
        Use one sample for all 2k evaluations of a step, as is done in practice, instead of one for each pair.

    Raises
    ------
    ValueError
        If a parameter is out of range or the law breaks the assumptions.

    Notes
    -----
    Source: QUOTED, arXiv 2306.08553, Algorithm 1 as given on the authors' poster; the shared sample as in the authors'
    code.
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
        return 2 * self.k


def check_noise_method(method):
    """Return the clean fields of a method that injects noise.

    Parameters
    ----------
    method : NSO or NoiseInjection

    Returns
    -------
    tuple

    Raises
    ------
    ValueError
        If a parameter is out of range or the law breaks the assumptions.
    """
    return (
        check_schedule("eta", method.eta, _checks.positive),
        check_schedule("s", method.s, _checks.nonnegative),
        _checks.whole("k", method.k, at_least=1),
        check_law(method.law),
        _checks.flag("shared_sample", method.shared_sample),
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


@step.register(NSO)
def _(method, objective, w, work, rng):
    noise, point, slope, total, points, slopes, clock, sample = work
    eta, s = rate(method.eta, clock[0]), rate(method.s, clock[0])
    clock[0] += 1
    for i in range(total.size):
        total[i] = 0.0
    if sample is None and has_block_gradients(objective):  # all 2k points at once
        for j in range(method.k):
            for i in range(w.size):
                u = s * unit_noise(method.law, rng) if s > 0 else 0.0
                points[i, 2 * j] = w[i] + u
                points[i, 2 * j + 1] = w[i] - u
        gradients(objective, points, slopes)
        for i in range(total.size):
            for b in range(2 * method.k):
                total[i] += slopes[i, b]
    else:
        for j in range(method.k):
            if j == 0 or not method.shared_sample:
                draw(objective, sample, rng)
            for i in range(w.size):
                noise[i] = s * unit_noise(method.law, rng) if s > 0 else 0.0
                point[i] = w[i] + noise[i]
            sample_gradient(objective, sample, point, slope)
            for i in range(w.size):
                total[i] += slope[i]
                point[i] = w[i] - noise[i]
            sample_gradient(objective, sample, point, slope)
            for i in range(total.size):
                total[i] += slope[i]
    count = 2.0 * method.k
    for i in range(w.size):
        w[i] -= eta * (total[i] / count)


@state.register(NSO)
def _(method, work):
    return {"clock": work[6]}
