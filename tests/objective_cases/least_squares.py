"""Twins of nonlinear least squares and of its mini-batches."""

import autograd.numpy as anp
import numpy as np
import twins
from cases import ObjectiveCase

from flatlab.objectives import LeastSquares, ResidualBatch

ROWS = np.random.default_rng(4).standard_normal((2, 3, 5)) / 2
SHIFTS = np.array([0.4, -0.7, 1.1])


def least_squares(linear, features, shifts, phi):
    """(1/2) sum_i (a_i . w + phi(b_i . w + s_i) - phi(s_i))^2."""

    def value(w):
        residuals = anp.dot(linear, w) + phi(anp.dot(features, w) + shifts) - phi(anp.array(shifts))
        return anp.sum(residuals**2) / 2

    return value


def residual_batch_oracle(linear, features, shifts, phi, size):
    """(m / size) sum over a batch drawn with replacement of the gradient of F_i^2 / 2."""

    def draw(w, rng):
        batch = [int(rng.integers(0, len(shifts))) for _ in range(size)]
        loss = least_squares(linear[batch], features[batch], shifts[batch], phi)
        return twins.gradient(lambda point: len(shifts) / size * loss(point))

    return draw


def _cubic(u):
    return u + u**2 / 2 + u**3 / 6


CASES = {
    "LeastSquares": lambda: ObjectiveCase(
        LeastSquares(*ROWS, SHIFTS, "cubic"), 5, least_squares(*ROWS, SHIFTS, _cubic)
    ),
    "ResidualBatch": lambda: ObjectiveCase(
        ResidualBatch(LeastSquares(*ROWS, SHIFTS, "tanh"), 2),
        5,
        least_squares(*ROWS, SHIFTS, anp.tanh),
        residual_batch_oracle(*ROWS, SHIFTS, anp.tanh, 2),
        same_function=True,
    ),
}
