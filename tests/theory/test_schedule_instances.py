import numpy as np
import pytest

from flatlab.theory import lower_bounds as lb
from flatlab.theory import schedule_instances as si

C, GAP, SIGMA, PAIRS = 1.2, 0.8, 1.5, 3
T = 40
SCHEDULES = {
    "constant": np.full(T, 0.2),
    "largest": np.full(T, 1 / C),
    "decreasing": 0.5 / np.sqrt(1 + np.arange(T)),
    "increasing": np.linspace(0.01, 0.8, T),
    "cyclic": 0.3 + 0.29 * np.cos(np.arange(T)),
    "single": np.array([0.3]),
}
SHORT = {name: etas * 0.15 for name, etas in SCHEDULES.items()}


@pytest.mark.parametrize("etas", SCHEDULES.values(), ids=SCHEDULES)
@pytest.mark.parametrize("sigma", [0.2, 1.5, 20.0])
def test_schedule_value_is_above_the_bound(etas, sigma):
    assert si.huber_schedule_value(etas, C, GAP, sigma, PAIRS) >= lb.schedule_bound(etas, C, GAP, sigma, PAIRS)


def test_schedule_bound_is_close_for_small_steps():
    etas = np.full(4000, 0.01)
    ratio = si.huber_schedule_value(etas, C, GAP, SIGMA, PAIRS) / lb.schedule_bound(etas, C, GAP, SIGMA, PAIRS)
    assert 1 <= ratio < 1.03


def test_schedule_bound_written_out():
    etas = np.array([0.1, 0.3])
    expected = GAP / (0.4 + 1 / (2 * C)) + C * SIGMA**2 / (2 * PAIRS * 0.4) * (0.1 - 0.3 / C)
    assert lb.schedule_bound(etas, C, GAP, SIGMA, PAIRS) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("name", ["decreasing", "cyclic"])
def test_huber_schedule_path_equals_a_simulated_path(name):
    etas = SCHEDULES[name][:8]
    slope = si.huber_schedule_slope(etas, C, GAP, SIGMA, PAIRS)
    w0 = slope / C + etas.sum() * slope
    assert slope * w0 - slope**2 / (2 * C) == pytest.approx(GAP, rel=1e-12)
    rng = np.random.default_rng(0)
    w, fresh, norms = w0, np.zeros((etas.size, PAIRS)), []
    for t, eta in enumerate(etas):
        g0, g = np.clip(C * w, -slope, slope), C * fresh
        norms.append(g0**2 + np.sum(g**2))
        noise = np.zeros_like(fresh)
        noise[t] = SIGMA * rng.choice([-1, 1], PAIRS) / PAIRS
        w, fresh = w - eta * g0, fresh - eta * (g + noise)
    np.testing.assert_allclose(si.huber_schedule_path(etas, C, GAP, SIGMA, PAIRS), norms, rtol=1e-12)


def test_hat_is_smooth_and_its_slope_is_its_derivative():
    alpha = 0.7
    x = np.linspace(-3 * alpha, 3 * alpha, 60_001)
    slopes = si.hat_slope(x, alpha, C)
    assert np.abs(np.diff(slopes)).max() <= C * (x[1] - x[0]) * (1 + 1e-9)
    integral = np.concatenate(([0], np.cumsum((slopes[1:] + slopes[:-1]) / 2 * np.diff(x))))
    np.testing.assert_allclose(si.hat(x, alpha, C), integral, atol=1e-8)
    assert si.hat(0.0, alpha, C) == pytest.approx(C * alpha**2 / 4, rel=1e-14)
    assert (si.hat(x, alpha, C) >= 0).all()
    np.testing.assert_array_equal(si.hat_slope(np.array([-alpha, 0, alpha, 2 * alpha, 5.0]), alpha, C), 0)
    assert slopes.min() == pytest.approx(-C * alpha / 2, rel=1e-6)


@pytest.mark.parametrize("etas", SHORT.values(), ids=SHORT)
def test_nonconvex_path_is_above_its_bounds(etas):
    path = si.nonconvex_path(etas, C, GAP, SIGMA, PAIRS)
    assert path.size == etas.size + 1
    bound = lb.nonconvex_schedule_bound(etas, C, GAP, SIGMA, PAIRS)
    assert path.min() >= bound
    assert bound >= lb.nonconvex_bound(C, GAP, SIGMA, etas.size, PAIRS) * (1 - 1e-12)
    stretch = si.nonconvex_start(etas, C, GAP, SIGMA, PAIRS)[1]
    assert stretch == pytest.approx(GAP / (4 * bound), rel=1e-13)
    flat = lb.nonconvex_schedule_bound(etas, C, GAP, SIGMA, PAIRS, flat=True)
    assert flat >= lb.nonconvex_bound(C, GAP, SIGMA, etas.size, PAIRS, flat=True) * (1 - 1e-12)


def test_nonconvex_bound_is_reached_by_the_longest_constant_schedule():
    etas = np.full(10**4, np.sqrt(2 * PAIRS * GAP / (C * SIGMA**2) / 10**4))
    assert lb.nonconvex_schedule_bound(etas, C, GAP, SIGMA, PAIRS) == pytest.approx(
        lb.nonconvex_bound(C, GAP, SIGMA, 10**4, PAIRS), rel=1e-12
    )


def test_nonconvex_schedule_bound_written_out():
    assert lb.nonconvex_schedule_bound([0.3, 0.5], C, GAP, 0.1) == pytest.approx(GAP / (4 * 1.6), rel=1e-13)
    assert lb.nonconvex_schedule_bound([0.1, 0.2], C, GAP, 0.1) == pytest.approx(GAP * C / 4, rel=1e-13)
    assert lb.nonconvex_schedule_bound([0.3, 0.5], C, GAP, 50.0, flat=True) == pytest.approx(GAP / 3.2, rel=1e-13)


def test_the_limit_on_the_sum_of_squares():
    limit = np.sqrt(2 * PAIRS * GAP / (C * SIGMA**2) / 50)
    assert si.nonconvex_start(np.full(50, limit), C, GAP, SIGMA, PAIRS)[0] > 0
    with pytest.raises(ValueError, match="etas must have a sum of squares"):
        si.nonconvex_start(np.full(50, limit * (1 + 1e-9)), C, GAP, SIGMA, PAIRS)


def test_nonconvex_path_equals_a_simulated_path():
    etas = SHORT["decreasing"][:6]
    w, stretch = si.nonconvex_start(etas, C, GAP, SIGMA, PAIRS)
    alpha = np.repeat(etas[:, None] * SIGMA / PAIRS, PAIRS, axis=1)
    hats = sum(si.hat(0.0, a, C) for a in alpha.ravel())
    assert w**2 / (2 * stretch) + hats == pytest.approx(GAP, rel=1e-12)
    for seed in (0, 1):
        rng = np.random.default_rng(seed)
        x, w0, norms = np.zeros_like(alpha), w, []
        for t in range(etas.size + 1):
            slopes = np.array([si.hat_slope(v, a, C) for v, a in zip(x.ravel(), alpha.ravel())]).reshape(x.shape)
            norms.append((w0 / stretch) ** 2 + np.sum(slopes**2))
            if t < etas.size:
                noise = np.zeros_like(x)
                noise[t] = SIGMA * rng.choice([-1, 1], PAIRS) / PAIRS
                w0, x = w0 - etas[t] * w0 / stretch, x - etas[t] * (slopes + noise)
        np.testing.assert_allclose(si.nonconvex_path(etas, C, GAP, SIGMA, PAIRS), norms, rtol=1e-12)


def test_refusals():
    with pytest.raises(ValueError, match="etas must lie in"):
        lb.schedule_bound([0.1, 1.0], C, GAP, SIGMA)
    with pytest.raises(ValueError, match="etas must have a sum of squares"):
        si.nonconvex_path(SCHEDULES["largest"], C, GAP, SIGMA)
    with pytest.raises(ValueError, match="alpha must be"):
        si.hat(0.0, 0.0, C)
