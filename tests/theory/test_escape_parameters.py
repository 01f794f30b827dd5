import itertools
import math

import numpy as np
import pytest

from flatlab.theory import escape_parameters as escape


def orthogonal_part(v, direction):
    unit = direction / np.linalg.norm(direction)
    return v - unit * (unit @ v)


def signed_axes(d):
    """A sphere design: its mean of g g^T is the identity over d, exactly."""
    return np.vstack([np.eye(d), -np.eye(d)])


@pytest.mark.parametrize("epsilon", [0.1, 0.01])
@pytest.mark.parametrize("delta", [1.0, 0.5, 0.1])
def test_smoothed_parameters_balance(epsilon, delta):
    p = escape.randomly_smoothed_parameters(epsilon, delta)
    assert p.eta == pytest.approx(delta * epsilon, rel=1e-14)
    assert p.rho == pytest.approx(delta * epsilon**0.5, rel=1e-14)
    assert p.gate == pytest.approx(delta**1.5 * epsilon, rel=1e-14)
    signal = p.eta * p.rho**2 * epsilon
    assert signal == pytest.approx(delta**3 * epsilon**3, rel=1e-13)
    assert p.eta**2 * p.rho**2 == pytest.approx(delta * signal, rel=1e-13)
    assert p.eta * p.rho**3 * epsilon**0.5 == pytest.approx(delta * signal, rel=1e-13)
    assert p.steps == pytest.approx(1 / (delta * signal), abs=1)


@pytest.mark.parametrize(("epsilon", "d"), [(0.1, 2), (0.001, 7), (0.001, 25), (0.037, 3)])
@pytest.mark.parametrize("delta", [1.0, 0.3])
def test_sharpness_aware_parameters_balance(epsilon, d, delta):
    p = escape.sharpness_aware_parameters(epsilon, delta, d)
    nu = min(d, epsilon ** (-1 / 3))
    signal = d * p.eta * p.rho**2 * epsilon
    assert signal == pytest.approx(d * min(1, epsilon * d**3) * delta**3 * epsilon**2, rel=1e-12)
    assert p.gate == pytest.approx((nu * delta) ** 1.5 * epsilon, rel=1e-13)
    assert p.gate**2 <= delta**3 * epsilon * (1 + 1e-12)
    quoted = max(1, 1 / (d**3 * epsilon)) / (d * epsilon**2 * delta**4)
    assert p.steps == math.ceil(quoted * (1 - 1e-13)) or p.steps == math.ceil(quoted)
    assert p.steps == pytest.approx(1 / (delta * signal), abs=1)


def test_one_dimension_gives_the_smoothed_parameters():
    assert escape.sharpness_aware_parameters(0.1, 0.5, 1) == escape.randomly_smoothed_parameters(0.1, 0.5)


def test_constants_enter_once():
    base = escape.randomly_smoothed_parameters(0.1, 0.5)
    p = escape.randomly_smoothed_parameters(0.1, 0.5, c_eta=4.0, c_rho=3.0, c_gate=5.0, c_eta_prime=0.2, c_steps=2.0)
    assert (p.eta, p.rho, p.gate) == pytest.approx((4 * base.eta, 3 * base.rho, 30 * base.gate), rel=1e-14)
    assert p.eta_prime == 0.2
    assert p.steps == pytest.approx(2 * base.steps, abs=2)


@pytest.mark.parametrize("projected", [True, False])
@pytest.mark.parametrize(("n", "d"), [(1, 2), (4, 5), (3, 7)])
def test_smoothed_stationary_gradient_is_a_fixed_point(n, d, projected):
    eta, rho, a = 0.15, 0.2, 3.0
    size = escape.stationary_gradient_randomly_smoothed(eta, rho, a, n, d, projected=projected) / a
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


@pytest.mark.parametrize("n", [2, 5, 12])
def test_sharpness_aware_stationary_gradient_is_a_fixed_point_at_its_worst(n):
    eta, rho, a = 0.15, 0.2, 3.0
    bound = escape.stationary_gradient_sharpness_aware(eta, rho, a, n) * n / a
    low = bound * math.sqrt((2 - eta * a) / (2 - eta * a / n))

    def mean_square(z):
        after = []
        for i, sign in itertools.product(range(n), (-1, 1)):
            v = np.zeros(n)
            v[i] = a * (z[i] + sign * rho)
            after.append(((z - eta * (a * z / n + orthogonal_part(v, z))) ** 2).sum())
        return np.mean(after)

    even = np.full(n, 1 / math.sqrt(n))
    assert mean_square(bound * even) == pytest.approx(bound**2, rel=1e-12)
    # all weight on one axis: no extra noise, the lower end is the fixed point
    axis = np.eye(n)[0]
    assert mean_square(low * axis) == pytest.approx(low**2, rel=1e-12)
    for direction in np.random.default_rng(8).normal(size=(20, n)):
        unit = direction / np.linalg.norm(direction)
        assert mean_square(bound * unit) <= bound**2 * (1 + 1e-12)
        assert mean_square(low * unit) >= low**2 * (1 - 1e-12)


@pytest.mark.parametrize("gradient_norm", [0.0, 0.3, 2.0])
def test_rises_are_the_worst_case_of_the_quadratic(gradient_norm):
    eta, beta, size = 0.2, 3.0, 0.8
    x = np.array([gradient_norm / beta, 0.0])

    def rise(v):
        after = x - eta * (beta * x + v)
        return beta * (after @ after - x @ x) / 2

    across = rise(np.array([0.0, size]))
    assert escape.projected_rise(eta, beta, size, gradient_norm) == pytest.approx(across, rel=1e-12, abs=1e-15)
    angles = 2 * np.pi * np.arange(64) / 64
    rises = [rise(size * np.array([math.cos(t), math.sin(t)])) for t in angles]
    worst = escape.unprojected_rise(eta, beta, size, gradient_norm)
    assert worst == pytest.approx(max(rises), rel=1e-12)
    assert np.argmax(rises) == 32 or gradient_norm == 0


def test_rise_ratio_is_the_limit_of_a_small_gate():
    eta, beta, size = 1e-7, 2.0, 0.5
    gate = 1e-4
    ratio = escape.rise_ratio(eta, beta, size, gate)
    exact = escape.unprojected_rise(eta, beta, size, gate) / escape.projected_rise(eta, beta, size)
    # corrections: 1 (the second-order term itself) over the ratio, and the gate over |v|
    assert exact == pytest.approx(ratio, rel=2 * (gate / size + 1 / ratio))
    p = escape.randomly_smoothed_parameters(1e-3, 0.2)
    assert escape.rise_ratio(p.eta, 1.0, p.rho, p.gate) == pytest.approx(2 * (0.2 * 1e-3) ** -0.5, rel=1e-12)


def test_closing_steps_suffice_and_are_tight_on_a_quadratic():
    eta, gate, epsilon = 0.25, 0.3, 0.01
    # one-dimensional f = mu x^2 / 2, mu = 0.5, smoothness 4
    needed = escape.closing_steps(gate, epsilon, eta, 4.0, 0.5)
    distance = gate / 0.5 * (1 - eta * 0.5) ** np.arange(needed + 1)
    assert distance[-1] <= epsilon
    # the bound uses the cost's rate 1 - eta mu, the quadratic's is its square: twice the steps
    assert 2 * np.argmax(distance <= epsilon) - needed in (0, 1)
    assert escape.closing_steps(0.001, 0.01, eta, 4.0, 0.5) == 0
    assert escape.closing_steps(1.0, 0.01, 2.0, 0.5, 0.5) == 1


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: escape.randomly_smoothed_parameters(0.0, 0.5), "epsilon"),
        (lambda: escape.randomly_smoothed_parameters(0.1, 1.5), "delta"),
        (lambda: escape.sharpness_aware_parameters(0.1, 0.5, 0), "d must"),
        (lambda: escape.randomly_smoothed_parameters(0.1, 0.5, c_rho=0.0), "c_rho"),
        (lambda: escape.unprojected_rise(1.0, 3.0, 0.1, 0.1), "eta"),
        (lambda: escape.stationary_gradient_randomly_smoothed(0.4, 0.1, 3.0, 2, 3, projected=False), "eta"),
        (lambda: escape.stationary_gradient_randomly_smoothed(0.1, 0.1, 3.0, 4, 3), "d must"),
        (lambda: escape.closing_steps(0.1, 0.1, 0.1, 1.0, 2.0), "pl_constant"),
    ],
)
def test_refusals(call, name):
    with pytest.raises(ValueError, match=name):
        call()
