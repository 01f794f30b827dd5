"""What the methods that perturb the weights with noise share: a step on the mean gradient at k times 1 or 2 points."""

from typing import Any

import numpy as np

from flatlab.base import checks
from flatlab.compiler.generic import chosen_by
from flatlab.methods._generic import state, step, workspace
from flatlab.methods.noise_laws import check_law, unit_noise
from flatlab.methods.schedules import check_schedule, rate
from flatlab.objectives import draw, gradients, new_sample, sample_gradient


def check_noise_method(method: Any) -> tuple:
    """Return the clean fields of a method that injects noise."""
    return (
        check_schedule("eta", method.eta, checks.positive),
        check_schedule("s", method.s, checks.nonnegative),
        checks.integer("k", method.k, at_least=1),
        check_law(method.law),
        checks.flag("shared_sample", method.shared_sample),
    )


def _together(objective, method, w, s, work, rng, sides):
    """Add the gradients at all points to the sum, the points in one block.

    The workspace holds noise, point, gradient, sum, both arrays of the block form, the clock and a sample.
    """
    total, points, gradients_there = work[3], work[4], work[5]
    for j in range(method.k):
        for i in range(w.size):
            u = s * unit_noise(method.law, rng) if s > 0 else 0.0
            points[i, sides * j] = w[i] + u
            if sides == 2:
                points[i, 2 * j + 1] = w[i] - u
    gradients(objective, points, gradients_there)
    for i in range(total.size):
        for b in range(sides * method.k):
            total[i] += gradients_there[i, b]


def _one_by_one(objective, method, w, s, work, rng, sides):
    """Add the gradients at all points to the sum, one sample for both points of a pair."""
    noise, point, there, total, sample = work[0], work[1], work[2], work[3], work[7]
    for j in range(method.k):
        if j == 0 or not method.shared_sample:
            draw(objective, sample, rng)
        for i in range(noise.size):
            noise[i] = s * unit_noise(method.law, rng) if s > 0 else 0.0
        for side in range(sides):  # one place for the gradient: a second would be compiled once more
            for i in range(w.size):
                point[i] = w[i] + noise[i] if side == 0 else w[i] - noise[i]
            sample_gradient(objective, sample, point, there)
            for i in range(total.size):
                total[i] += there[i]


_add_gradients = chosen_by(gradients, draw, _together, _one_by_one)


def register_noise_method(cls: type, sides: int) -> None:
    """Register the step on the mean of the gradients at w + U_j, and with two sides also at w - U_j."""

    @workspace.register(cls)
    def _(method, objective, w):
        vectors = np.zeros((4, w.size))
        block = np.empty((2, w.size, sides * method.k))
        clock = np.zeros(1, dtype=np.int64)
        return vectors[0], vectors[1], vectors[2], vectors[3], block[0], block[1], clock, new_sample(objective, w)

    @step.register(cls)
    def _(method, objective, w, work, rng):
        total, clock = work[3], work[6]
        eta, s = rate(method.eta, clock[0]), rate(method.s, clock[0])
        clock[0] += 1
        for i in range(total.size):
            total[i] = 0.0
        _add_gradients(objective, method, w, s, work, rng, sides)
        count = float(sides * method.k)
        for i in range(w.size):
            w[i] -= eta * (total[i] / count)

    @state.register(cls)
    def _(method, work):
        return {"clock": work[6]}
