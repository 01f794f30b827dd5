import math

import pytest

from flatlab.theory.escape import EscapeTheorem, FlatMinimum


@pytest.mark.parametrize("read", [FlatMinimum.by_distance, FlatMinimum.by_cost])
def test_both_halves_are_needed(read):
    assert read(FlatMinimum(0.01), 0.01, 0.1)
    assert not read(FlatMinimum(0.01), 0.0101, 0.1)
    assert not read(FlatMinimum(0.01), 0.01, 0.1001)
    assert read(FlatMinimum(0.01, 0.2), 0.01, 0.2)
    assert not read(FlatMinimum(0.01, 0.04), 0.01, 0.05)


def test_the_readings_differ():
    # f = |z|^2 / 2 at |z| = 0.1: distance 0.1, cost 0.005
    assert FlatMinimum(0.01).by_cost(0.1**2 / 2, 0.0)
    assert not FlatMinimum(0.01).by_distance(0.1, 0.0)


def test_regimes():
    assert EscapeTheorem(1e-6, 1.0).branch_dimension == pytest.approx(100, rel=1e-13)
    assert FlatMinimum(1e-6).trivial_dimension(2.0) == pytest.approx(2000, rel=1e-13)
    assert FlatMinimum(1e-6, 0.1).trivial_dimension(2.0) == pytest.approx(20, rel=1e-13)
    assert EscapeTheorem(1e-6, 1.0, 50).nu == 50
    assert EscapeTheorem(1e-6, 1.0, 400).nu == pytest.approx(100, rel=1e-13)


def test_trivial_certificate_on_a_rank_one_family():
    # f_i = a(y) z_i^2 / 2, f their mean over d - 1 samples: h = a(y) / d, so |grad h| = |a'| / d with C = |a'|.
    slope, epsilon = 0.7, 1e-4
    bound = FlatMinimum(epsilon).trivial_dimension(slope)
    for d in (60, 69, 71, 90):
        assert FlatMinimum(epsilon).by_distance(0.0, slope / d) == (d >= bound)


@pytest.mark.parametrize("epsilon", [0.1, 0.01])
@pytest.mark.parametrize("delta", [1.0, 0.5, 0.1])
def test_smoothed_parameters_balance(epsilon, delta):
    p = EscapeTheorem(epsilon, delta)
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
    p = EscapeTheorem(epsilon, delta, d)
    nu = min(d, epsilon ** (-1 / 3))
    signal = d * p.eta * p.rho**2 * epsilon
    assert signal == pytest.approx(d * min(1, epsilon * d**3) * delta**3 * epsilon**2, rel=1e-12)
    assert p.gate == pytest.approx((nu * delta) ** 1.5 * epsilon, rel=1e-13)
    assert p.gate**2 <= delta**3 * epsilon * (1 + 1e-12)
    quoted = max(1, 1 / (d**3 * epsilon)) / (d * epsilon**2 * delta**4)
    assert p.steps == math.ceil(quoted * (1 - 1e-13)) or p.steps == math.ceil(quoted)
    assert p.steps == pytest.approx(1 / (delta * signal), abs=1)


def test_constants_enter_once():
    base = EscapeTheorem(0.1, 0.5)
    p = EscapeTheorem(0.1, 0.5, c_eta=4.0, c_rho=3.0, c_gate=5.0, c_eta_prime=0.2, c_steps=2.0)
    assert (p.eta, p.rho, p.gate) == pytest.approx((4 * base.eta, 3 * base.rho, 30 * base.gate), rel=1e-14)
    assert p.eta_prime == 0.2
    assert p.steps == pytest.approx(2 * base.steps, abs=2)


@pytest.mark.parametrize(("epsilon", "d"), [(0.1, 2), (0.001, 25)])
def test_parameters_give_the_stated_decrease(epsilon, d):
    delta = 0.4
    # Lemmas 2 and 4: delta^3 epsilon^3, and d min(1, epsilon d^3) delta^3 epsilon^2
    got = 2 * EscapeTheorem(epsilon, delta).flow_step.decrease(math.sqrt(epsilon))
    assert got == pytest.approx(delta**3 * epsilon**3, rel=1e-12)
    got = 2 * EscapeTheorem(epsilon, delta, d).flow_step.decrease(math.sqrt(epsilon))
    assert got == pytest.approx(d * min(1, epsilon * d**3) * delta**3 * epsilon**2, rel=1e-12)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: FlatMinimum(0.1).by_distance(-0.1, 0.1), "distance"),
        (lambda: FlatMinimum(0.1).by_cost(-0.1, 0.1), "cost_gap"),
        (lambda: FlatMinimum(0.1).by_distance(0.1, float("nan")), "certificate"),
        (lambda: FlatMinimum(0.1).by_cost(0.2, -0.1), "certificate"),
        (lambda: FlatMinimum(0.1).trivial_dimension(0), "third_bound"),
        (lambda: FlatMinimum(0.0), "epsilon"),
        (lambda: FlatMinimum(0.1, 0.0), "epsilon_prime"),
        (lambda: EscapeTheorem(0.0, 0.5), "epsilon"),
        (lambda: EscapeTheorem(0.1, 1.5), "delta"),
        (lambda: EscapeTheorem(0.1, 0.5, 0), "gain must"),
        (lambda: EscapeTheorem(0.1, 0.5, c_rho=0.0), "c_rho"),
        (lambda: EscapeTheorem(1e-200, 0.5).steps, "epsilon"),
    ],
)
def test_refusals(call, name):
    with pytest.raises(ValueError, match=name):
        call()
