import itertools
import math

import numpy as np
import pytest

from flatlab.theory import escape_drift as drift
from flatlab.theory import escape_parameters as parameters


def quadratic_models(rng, n, d):
    """Models p_i = b_i.x + x.A_i x / 2 at x = 0, labels y = 0: a minimum with gradients b and Hessians A."""
    b = rng.normal(size=(n, d))
    a = rng.normal(size=(n, d, d))
    return b, (a + a.transpose(0, 2, 1)) / 2


def loss_gradient(b, a, x):
    """Gradient of the mean of p_i^2 / 2."""
    p = b @ x + np.einsum("j,ijk,k->i", x, a, x) / 2
    return p @ (b + a @ x) / len(b)


def tangent(b, rng):
    t = rng.normal(size=b.shape[1])
    return t - b.T @ np.linalg.lstsq(b.T, t, rcond=None)[0]


def trace_slope(b, a, t):
    """t . grad of tr Hess f = mean |grad p_i|^2 + residual terms; the latter vanish along a tangent at a minimum."""
    return 2 * np.einsum("ij,ijk,k->", b, a, t) / len(b)


def test_sharpness_aware_drift_is_d_times_the_trace():
    rng = np.random.default_rng(3)
    n, d, rho = 4, 9, 0.3
    b, a = quadratic_models(rng, n, d)
    t = tangent(b, rng)
    along = 0.0
    for i, sign in itertools.product(range(n), (-1, 1)):
        unit = b[i] / np.linalg.norm(b[i])
        along += t @ loss_gradient(b[i : i + 1], a[i : i + 1], sign * rho * unit) / (2 * n)
    h_gradient = trace_slope(b, a, t) / d * t / (t @ t)
    assert t @ drift.sharpness_aware_drift(rho, h_gradient) == pytest.approx(along, rel=1e-11)


def test_randomly_smoothed_drift_on_the_same_models():
    # The loss is quartic: two signs of a sphere design of strength 2 are exact for the quadratic part of its gradient.
    rng = np.random.default_rng(3)
    n, d, rho = 4, 9, 0.3
    b, a = quadratic_models(rng, n, d)
    t = tangent(b, rng)
    along = np.mean([t @ loss_gradient(b, a, rho * g) for g in np.vstack([np.eye(d), -np.eye(d)])])
    h_gradient = trace_slope(b, a, t) / d * t / (t @ t)
    assert t @ drift.randomly_smoothed_drift(rho, h_gradient) == pytest.approx(along, rel=1e-11)


def test_gain_and_decrease():
    gradient = np.array([0.3, -0.2, 0.1, 0.5])
    ratio = drift.sharpness_aware_drift(0.1, gradient) / drift.randomly_smoothed_drift(0.1, gradient)
    assert ratio == pytest.approx(4, rel=1e-14)
    # h = m y^2 / 2: one step y - kappa m y, decrease of h to first order in kappa
    eta, rho, m, y = 1e-4, 1e-3, 2.0, 0.7
    after = y - eta * rho**2 / 2 * m * y
    decrease = m * (y - after) * (y + after) / 2
    assert drift.predicted_decrease(eta, rho, m * y) == pytest.approx(decrease, rel=1e-9)
    assert drift.flow_step(0.2, 0.3, 5) == pytest.approx(0.2 * 0.09 / 2 * 5, rel=1e-14)


@pytest.mark.parametrize(("epsilon", "d"), [(0.1, 2), (0.001, 25)])
def test_parameters_give_the_stated_decrease(epsilon, d):
    delta = 0.4
    p = parameters.randomly_smoothed_parameters(epsilon, delta)
    got = 2 * drift.predicted_decrease(p.eta, p.rho, math.sqrt(epsilon))
    assert got == pytest.approx(drift.randomly_smoothed_decrease_order(epsilon, delta), rel=1e-12)
    p = parameters.sharpness_aware_parameters(epsilon, delta, d)
    got = 2 * drift.predicted_decrease(p.eta, p.rho, math.sqrt(epsilon), gain=d)
    assert got == pytest.approx(drift.sharpness_aware_decrease_order(epsilon, delta, d), rel=1e-12)


def test_iterate_noise_fraction():
    # second moment of z by iteration of its exact recursion, then the drift a' E|z|^2 / 2
    eta, rho, a, n, d, slope = 0.3, 0.2, 2.5, 3, 5, 0.7
    square = 0.0
    for _ in range(400):
        square = (1 - eta * a) ** 2 * square + (eta * rho) ** 2 * n / d
    smoothed = rho**2 / 2 * n / d * slope
    assert drift.iterate_noise_fraction(eta, a) == pytest.approx(slope * square / 2 / smoothed, rel=1e-12)


@pytest.mark.parametrize("projected", [True, False])
def test_normal_noise_fraction(projected):
    # f = (a + s y) |z|^2 / 2, tiny s, at rest: mean step along y over a sphere design
    eta, rho, a, s, n = 0.15, 0.2, 3.0, 1e-6, 4
    d = n + 1
    size = parameters.stationary_gradient_randomly_smoothed(eta, rho, a, n, d, projected=projected) / a
    z = np.append(0.0, size * np.array([0.6, 0.8, 0.0, 0.0]))

    def gradient(x):
        return np.append(s * (x[1:] @ x[1:]) / 2, (a + s * x[0]) * x[1:])

    plain = gradient(z)
    steps = []
    for g in np.vstack([np.eye(d), -np.eye(d)]):
        v = gradient(z + rho * g)
        if projected:
            v = v - plain * (plain @ v) / (plain @ plain)
        steps.append(plain[0] + v[0])
    leading = rho**2 / 2 * n / d * s
    fraction = drift.normal_noise_fraction(eta, a, n, projected=projected)
    assert np.mean(steps) / leading == pytest.approx(1 + fraction, rel=1e-9)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: drift.flow_step(0.1, 0.1, 0), "gain"),
        (lambda: drift.iterate_noise_fraction(2.0, 1.0), "eta"),
    ],
)
def test_refusals(call, name):
    with pytest.raises(ValueError, match=name):
        call()
