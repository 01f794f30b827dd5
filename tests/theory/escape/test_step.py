import itertools
import math

import numpy as np
import pytest

from flatlab.theory.escape import ClosingDescent, FlowStep, SmoothingAtRest, SphereAverage, StepCost


def orthogonal_part(v, direction):
    unit = direction / np.linalg.norm(direction)
    return v - unit * (unit @ v)


def signed_axes(d):
    """A sphere design: its mean of g g^T is the identity over d, exactly."""
    return np.vstack([np.eye(d), -np.eye(d)])


@pytest.mark.parametrize("projected", [True, False])
@pytest.mark.parametrize(("n", "d"), [(1, 2), (4, 5), (3, 7)])
def test_smoothed_stationary_gradient_is_a_fixed_point(n, d, projected):
    eta, rho, a = 0.15, 0.2, 3.0
    size = SmoothingAtRest(eta, rho, a, n, d, projected).gradient / a
    if n == 1 and projected:
        assert size == 0
        return
    direction = np.random.default_rng(5).normal(size=n)
    z = np.append(size * direction / np.linalg.norm(direction), np.zeros(d - n))
    flat = np.append(np.ones(n), np.zeros(d - n))
    after = []
    for g in signed_axes(d):
        v = a * flat * (z + rho * g)
        if projected:
            v = orthogonal_part(v, z)
        after.append(((z - eta * (a * z + v)) ** 2)[:n].sum())
    assert np.mean(after) == pytest.approx(size**2, rel=1e-12)


@pytest.mark.parametrize("gradient_norm", [0.0, 0.3, 2.0])
def test_rises_are_the_worst_case_of_the_quadratic(gradient_norm):
    eta, beta, size = 0.2, 3.0, 0.8
    x = np.array([gradient_norm / beta, 0.0])

    def rise(v):
        after = x - eta * (beta * x + v)
        return beta * (after @ after - x @ x) / 2

    across = rise(np.array([0.0, size]))
    assert StepCost(eta, beta, size, gradient_norm).projected == pytest.approx(across, rel=1e-12, abs=1e-15)
    angles = 2 * np.pi * np.arange(64) / 64
    rises = [rise(size * np.array([math.cos(t), math.sin(t)])) for t in angles]
    worst = StepCost(eta, beta, size, gradient_norm).unprojected
    assert worst == pytest.approx(max(rises), rel=1e-12)
    assert np.argmax(rises) == 32 or gradient_norm == 0


def test_closing_steps_suffice_and_are_tight_on_a_quadratic():
    eta, gate, epsilon = 0.25, 0.3, 0.01
    # one-dimensional f = mu x^2 / 2, mu = 0.5, smoothness 4
    needed = ClosingDescent(gate, eta, 4.0, 0.5).steps(epsilon)
    distance = gate / 0.5 * (1 - eta * 0.5) ** np.arange(needed + 1)
    assert distance[-1] <= epsilon
    # the bound uses the cost's rate 1 - eta mu, the quadratic's is its square: twice the steps
    assert 2 * np.argmax(distance <= epsilon) - needed in (0, 1)
    assert ClosingDescent(0.001, eta, 4.0, 0.5).steps(0.01) == 0
    assert ClosingDescent(1.0, 2.0, 0.5, 0.5).steps(0.01) == 1


def test_iterate_noise_fraction():
    # second moment of z by iteration of its exact recursion, then the drift a' E|z|^2 / 2
    eta, rho, a, n, d, slope = 0.3, 0.2, 2.5, 3, 5, 0.7
    square = 0.0
    for _ in range(400):
        square = (1 - eta * a) ** 2 * square + (eta * rho) ** 2 * n / d
    smoothed = rho**2 / 2 * n / d * slope
    assert SmoothingAtRest(eta, rho, a, n, d).iterate_noise_fraction == pytest.approx(
        slope * square / 2 / smoothed, rel=1e-12
    )


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
    assert d * SphereAverage(rho, d).drift * (t @ h_gradient) == pytest.approx(along, rel=1e-11)


def test_randomly_smoothed_drift_on_the_same_models():
    # The loss is quartic: two signs of a sphere design of strength 2 are exact for the quadratic part of its gradient.
    rng = np.random.default_rng(3)
    n, d, rho = 4, 9, 0.3
    b, a = quadratic_models(rng, n, d)
    t = tangent(b, rng)
    along = np.mean([t @ loss_gradient(b, a, rho * g) for g in np.vstack([np.eye(d), -np.eye(d)])])
    h_gradient = trace_slope(b, a, t) / d * t / (t @ t)
    assert SphereAverage(rho, d).drift * (t @ h_gradient) == pytest.approx(along, rel=1e-11)


def test_decrease():
    # h = m y^2 / 2: one step y - kappa m y, decrease of h to first order in kappa
    eta, rho, m, y = 1e-4, 1e-3, 2.0, 0.7
    after = y - eta * rho**2 / 2 * m * y
    decrease = m * (y - after) * (y + after) / 2
    assert FlowStep(eta, rho).decrease(m * y) == pytest.approx(decrease, rel=1e-9)
    assert FlowStep(0.2, 0.3, 5).time == pytest.approx(0.2 * 0.09 / 2 * 5, rel=1e-14)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: FlowStep(0.1, 0.1, 0), "gain"),
        (lambda: FlowStep(0.1, 0.0).steps(1.0), "rho"),
        (lambda: StepCost(1.0, 3.0, 0.1, 0.1).unprojected, "eta"),
        (lambda: SmoothingAtRest(0.4, 0.1, 3.0, 2, 3, projected=False), "eta"),
        (lambda: SmoothingAtRest(2.0, 0.1, 1.0, 2, 3), "eta"),
        (lambda: SmoothingAtRest(0.1, 0.1, 3.0, 4, 3), "d must"),
        (lambda: ClosingDescent(0.1, 0.1, 1.0, 2.0), "pl_constant"),
    ],
)
def test_refusals(call, name):
    with pytest.raises(ValueError, match=name):
        call()
