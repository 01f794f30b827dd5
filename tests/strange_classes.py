"""Objectives and methods of somebody else: right ones, and one for each way to be wrong."""

import math
from typing import NamedTuple

import numpy as np

from flatlab.methods import block_step, block_workspace, step, workspace
from flatlab.objectives import draw, gradient, gradients, hessian, hessian_trace, new_sample, sample_gradient, value


def objective(evaluate, slope, **others):
    """Return a new class of objectives with the fields ``a`` and ``b`` and the functions given."""

    class Strange(NamedTuple):
        a: np.ndarray
        b: np.ndarray

    if evaluate:
        value.register(Strange)(evaluate)
    if slope:
        gradient.register(Strange)(slope)
    questions = {
        "gradients": gradients, "draw": draw, "new_sample": new_sample, "sample_gradient": sample_gradient,
        "hessian": hessian, "hessian_trace": hessian_trace,
    }  # fmt: skip
    for name, answer in others.items():
        if name == "random":
            Strange.random = answer
        else:
            questions[name].register(Strange)(answer)
    return Strange


def method(advance, make=None, together=None, **attributes):
    """Return a new class of methods with the field ``eta`` and the functions given."""

    class Stranger(NamedTuple):
        eta: float

    workspace.register(Stranger)(make or (lambda method, objective, w: (np.zeros(w.size),)))
    step.register(Stranger)(advance)
    if together:
        block_step.register(Stranger)(together)
        block_workspace.register(Stranger)(lambda method, objective, points: (np.zeros(points.shape),))
    for name, attribute in attributes.items():
        setattr(Stranger, name, attribute)
    return Stranger


def bowl(objective, w):
    """Return sum a w^2 / 2 + b w^4 / 4."""
    total = 0.0
    for i in range(w.size):
        total += objective.a[i] * w[i] ** 2 / 2 + objective.b[i] * w[i] ** 4 / 4
    return total


def bowl_gradient(objective, w, out):
    for i in range(out.size):
        out[i] = objective.a[i] * w[i] + objective.b[i] * w[i] ** 3


def bowl_gradients(objective, points, out):
    for i in range(points.shape[0]):
        for k in range(points.shape[1]):
            out[i, k] = objective.a[i] * points[i, k] + objective.b[i] * points[i, k] ** 3


def bowl_hessian(objective, w):
    return np.diag(objective.a + 3 * objective.b * w**2)


def returns_its_vector(objective, w, out):
    return objective.a * w + objective.b * w**3


def writes_past_the_end(objective, w, out):
    for i in range(w.size + 1):
        out[i] = 1.0


def leaves_an_entry(objective, w, out):
    for i in range(1, out.size):
        out[i] = objective.a[i] * w[i] + objective.b[i] * w[i] ** 3


def adds_to_what_is_there(objective, w, out):
    for i in range(out.size):
        out[i] += objective.a[i] * w[i] + objective.b[i] * w[i] ** 3


def changes_the_point(objective, w, out):
    for i in range(out.size):
        w[i] *= 2.0
        out[i] = w[i]


def misspelt(objective, w, out):
    for i in range(out.size):
        out[i] = objective.missing * w[i]


def unknown_name(objective, w, out):
    for i in range(out.size):
        out[i] = undefined_factor * w[i]  # noqa: F821


def half_as_much_again(objective, w, out):
    for i in range(out.size):
        out[i] = 1.5 * (objective.a[i] * w[i] + objective.b[i] * w[i] ** 3)


def one_entry_off(objective, w, out):
    bowl_gradient(objective, w, out)
    out[0] += 1e-4 * w[0]


def inverse_gradient(objective, w, out):
    """The gradient of 1 / w_0."""
    out[:] = 0.0
    out[0] = -1 / float(w[0]) ** 2


def too_few_arguments(objective, w):
    return w


def noise(objective, w):
    return np.zeros(w.size)


def draw_noise(objective, sample, rng):
    for i in range(sample.size):
        sample[i] = rng.standard_normal()


def noisy_gradient(objective, sample, w, out):
    gradient(objective, w, out)
    for i in range(out.size):
        out[i] += sample[i]


def biased_gradient(objective, sample, w, out):
    gradient(objective, w, out)
    for i in range(out.size):
        out[i] = 1.5 * out[i] + sample[i]


_leak = np.random.default_rng(0)


def draw_from_elsewhere(objective, sample, rng):
    for i in range(sample.size):
        sample[i] = _leak.standard_normal() + rng.standard_normal()


def descent(method, objective, w, work, rng):
    gradient(objective, w, work[0])
    for i in range(w.size):
        w[i] -= method.eta * work[0][i]


def descent_together(method, objective, points, work):
    gradients(objective, points, work[0])
    for i in range(points.shape[0]):
        for k in range(points.shape[1]):
            points[i, k] -= method.eta * work[0][i, k]


def ascent_together(method, objective, points, work):
    gradients(objective, points, work[0])
    for i in range(points.shape[0]):
        for k in range(points.shape[1]):
            points[i, k] += method.eta * work[0][i, k]


def noisy_descent(method, objective, w, work, rng):
    gradient(objective, w, work[0])
    for i in range(w.size):
        w[i] -= method.eta * (work[0][i] + rng.standard_normal())


def returns_the_next_point(method, objective, w, work, rng):
    gradient(objective, w, work[0])
    return w - method.eta * work[0]


def reads_beyond_its_workspace(method, objective, w, work, rng):
    gradient(objective, w, work[0])
    for i in range(w.size):
        w[i] -= method.eta * work[1][i]


def changes_the_objective(method, objective, w, work, rng):
    descent(method, objective, w, work, rng)
    objective.a[0] += 1.0


def leaps_to_infinity(method, objective, w, work, rng):
    gradient(objective, w, work[0])
    w[0] = math.inf


def reads_what_nobody_set(method, objective, w, work, rng):
    gradient(objective, w, work[0])
    w[0] += work[0][0] + _leak.standard_normal()


def looks_at_the_value(method, objective, w, work, rng):
    gradient(objective, w, work[0])
    if value(objective, w) > 0:
        for i in range(w.size):
            w[i] -= method.eta * work[0][i]
