"""The valley as a mean over samples: each sample has a transverse coordinate of its own."""

from typing import NamedTuple

from flatlab.base import checks
from flatlab.objectives.questions import (
    closed_limit,
    conserved,
    dimension,
    distance_and_certificate,
    draw,
    gradient,
    hessian,
    hessian_trace,
    new_sample,
    sample_gradient,
    trace_gradient,
    value,
)
from flatlab.objectives.valleys.profiles import check_profile, profile_at
from flatlab.objectives.valleys.valley import Valley, distance_and_slope
from flatlab.objectives.wrappers._minibatch import check_batch, first_order, shuffle_first

__all__ = ["ValleyRisk"]


@checks.validated
class ValleyRisk(NamedTuple):
    """The risk f = (1/n) sum_i f_i, f_i(z, y) = a(y) z_i^2 / 2; the point is w = (z_1, ..., z_n, y), d = n + 1.

    A valley divided by n: its minima are z = 0, where the trace of the Hessian is a(y) and every f_i has a Hessian
    of rank one. A sample is a mini-batch drawn without replacement; batch = n is the full gradient.

    profile : the curvature a, from ``flatlab.objectives.valleys``
    samples : the number n of samples, 1 or above
    batch : size of a mini-batch, 1 to n

    >>> print(round(value(ValleyRisk(named_profile("bowl"), samples=2), [1.0, 1.0, 2.0]), 6))
    2.5
    """

    profile: NamedTuple
    samples: int
    batch: int = 1
    random = True

    def clean_fields(self) -> tuple:
        n = checks.integer("samples", self.samples, at_least=1)
        return check_profile("profile", self.profile), n, check_batch(self.batch, n)


@value.register(ValleyRisk)
def _(objective, w):
    n = w.size - 1
    a, _, _, _ = profile_at(objective.profile, w[n])
    squares = 0.0
    for i in range(n):
        squares += w[i] * w[i]
    return a * squares / (2 * n)


@gradient.register(ValleyRisk)
def _(objective, w, out):
    n = w.size - 1
    a, slope, _, _ = profile_at(objective.profile, w[n])
    squares = 0.0
    for i in range(n):
        squares += w[i] * w[i]
        out[i] = a * w[i] / n
    out[n] = slope * squares / (2 * n)


@new_sample.register(ValleyRisk)
def _(objective, w):
    return first_order(objective.samples)


@draw.register(ValleyRisk)
def _(objective, sample, rng):
    shuffle_first(sample, objective.batch, rng)


@sample_gradient.register(ValleyRisk)
def _(objective, sample, w, out):
    n = w.size - 1
    a, slope, _, _ = profile_at(objective.profile, w[n])
    for i in range(n):
        out[i] = 0.0
    squares = 0.0
    for k in range(objective.batch):
        i = sample[k]
        squares += w[i] * w[i]
        out[i] = a * w[i] / objective.batch
    out[n] = slope * squares / (2 * objective.batch)


@dimension.register(ValleyRisk)
def _(objective):
    return objective.samples + 1


@hessian.register(ValleyRisk)
def _(objective, w):
    return hessian(Valley(objective.profile, objective.samples), w) / objective.samples


@hessian_trace.register(ValleyRisk)
def _(objective, w):
    return hessian_trace(Valley(objective.profile, objective.samples), w) / objective.samples


@trace_gradient.register(ValleyRisk)
def _(objective, w):
    return trace_gradient(Valley(objective.profile, objective.samples), w) / objective.samples


@closed_limit.register(ValleyRisk)
def _(objective, w):
    return closed_limit(Valley(objective.profile, objective.samples), w)


@conserved.register(ValleyRisk)
def _(objective, w):
    return conserved(Valley(objective.profile, objective.samples), w)


@distance_and_certificate.register(ValleyRisk)
def _(objective, w):
    distance, slope = distance_and_slope(objective.profile, w)
    return distance, slope / w.size
