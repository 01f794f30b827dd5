import numpy as np
import pytest

from flatlab.theory.noise import NoisyDescent, NoisySchedule

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


def hat(x, alpha):
    """Cα²/4 for |x| ≤ α, minus C(|x|−α)²/2 up to 3α/2, C(2α−|x|)²/2 up to 2α, then 0."""
    r = np.abs(x)
    inner = C * alpha**2 / 4 - C * np.maximum(r - alpha, 0) ** 2 / 2
    return np.where(r <= 1.5 * alpha, inner, C * np.maximum(2 * alpha - r, 0) ** 2 / 2)


def hat_slope(x, alpha):
    """Return the derivative of the hat."""
    r = np.abs(x)
    return -C * np.sign(x) * np.maximum(np.minimum(r - alpha, 2 * alpha - r), 0)


def schedule(etas, sigma=SIGMA, pairs=PAIRS):
    return NoisySchedule(etas, C, GAP, sigma, pairs)


def test_bounds_written_out():
    c, gap, sigma, t, k = 2.0, 0.5, 3.0, 50, 4
    descent = NoisyDescent(c, gap, sigma, t, k)
    unit = np.sqrt(gap) * np.sqrt(c * sigma**2 / (k * t))
    q, nu = (1 - 1 / 100) ** 100, sigma**2 / (k * t * c * gap)
    first = (np.sqrt(2 * q) - q * np.sqrt(nu) / 4) * unit
    assert descent.warm_quadratic == pytest.approx(min(2 * q * c * gap, first), rel=1e-12)
    assert descent._replace(steps=1).warm_quadratic == pytest.approx(
        min(2 * 0.25 * c * gap, (np.sqrt(0.5) - 0.25 * np.sqrt(50 * nu) / 4) * unit * np.sqrt(50)), rel=1e-12
    )
    assert NoisyDescent(1.0, 1e-4, 0.1, 1).warm_quadratic == pytest.approx(0.5e-4, rel=1e-12)  # the other branch
    assert descent.huber == pytest.approx(np.sqrt(2) * unit - sigma**2 / (2 * k * t), rel=1e-12)
    assert descent.nonconvex == pytest.approx(min(c * gap / 4, unit / np.sqrt(128)), rel=1e-12)
    assert NoisyDescent(c, gap, 1e3, t).nonconvex == pytest.approx(c * gap / 4, rel=1e-14)
    assert NoisyDescent(4.0, gap, 2.0, t).constant_gap(0.75) == pytest.approx(2.0, rel=1e-14)


@pytest.mark.parametrize("etas", SCHEDULES.values(), ids=SCHEDULES)
@pytest.mark.parametrize("sigma", [0.2, 1.5, 20.0])
def test_schedule_value_is_above_the_bound(etas, sigma):
    found = schedule(etas, sigma)
    assert etas @ found.ramp_path / etas.sum() >= found.bound


def test_schedule_bound_is_close_for_small_steps():
    etas = np.full(4000, 0.01)
    assert 1 <= schedule(etas).ramp_path.mean() / schedule(etas).bound < 1.03


def test_schedule_bound_written_out():
    etas = np.array([0.1, 0.3])
    expected = GAP / (0.4 + 1 / (2 * C)) + C * SIGMA**2 / (2 * PAIRS * 0.4) * (0.1 - 0.3 / C)
    assert schedule(etas).bound == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("name", ["decreasing", "cyclic"])
def test_huber_schedule_path_equals_a_simulated_path(name):
    etas = SCHEDULES[name][:8]
    slope = schedule(etas).slope
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
    np.testing.assert_allclose(schedule(etas).ramp_path, norms, rtol=1e-12)


def test_hat_is_smooth_and_its_slope_is_its_derivative():
    alpha = 0.7
    x = np.linspace(-3 * alpha, 3 * alpha, 60_001)
    slopes = hat_slope(x, alpha)
    assert np.abs(np.diff(slopes)).max() <= C * (x[1] - x[0]) * (1 + 1e-9)
    integral = np.concatenate(([0], np.cumsum((slopes[1:] + slopes[:-1]) / 2 * np.diff(x))))
    np.testing.assert_allclose(hat(x, alpha), integral, atol=1e-8)
    assert hat(0.0, alpha) == pytest.approx(C * alpha**2 / 4, rel=1e-14)
    assert (hat(x, alpha) >= 0).all()
    np.testing.assert_array_equal(hat_slope(np.array([-alpha, 0, alpha, 2 * alpha, 5.0]), alpha), 0)
    assert slopes.min() == pytest.approx(-C * alpha / 2, rel=1e-6)


@pytest.mark.parametrize("etas", SHORT.values(), ids=SHORT)
def test_nonconvex_path_is_above_its_bounds(etas):
    found = schedule(etas)
    path = found.bowl_path
    assert path.size == etas.size + 1
    bound = found.nonconvex_bound
    assert path.min() >= bound
    assert bound >= NoisyDescent(C, GAP, SIGMA, etas.size, PAIRS).nonconvex * (1 - 1e-12)
    assert found.stretch == pytest.approx(max(1 / C, 2 * etas.sum()), rel=1e-13)


def test_nonconvex_bound_is_reached_by_the_longest_constant_schedule():
    etas = np.full(10**4, np.sqrt(2 * PAIRS * GAP / (C * SIGMA**2) / 10**4))
    longest = NoisyDescent(C, GAP, SIGMA, 10**4, PAIRS).nonconvex
    assert schedule(etas).nonconvex_bound == pytest.approx(longest, rel=1e-12)


def test_nonconvex_schedule_bound_written_out():
    assert schedule([0.3, 0.5], 0.1, 1).nonconvex_bound == pytest.approx(GAP / (4 * 1.6), rel=1e-13)
    assert schedule([0.1, 0.2], 0.1, 1).nonconvex_bound == pytest.approx(GAP * C / 4, rel=1e-13)


def test_the_limit_on_the_sum_of_squares():
    limit = np.sqrt(2 * PAIRS * GAP / (C * SIGMA**2) / 50)
    assert schedule(np.full(50, limit)).bowl_start > 0
    with pytest.raises(ValueError, match="etas must have a sum of squares"):
        schedule(np.full(50, limit * (1 + 1e-9))).bowl_start  # noqa: B018


def test_nonconvex_path_equals_a_simulated_path():
    etas = SHORT["decreasing"][:6]
    found = schedule(etas)
    w, stretch = found.bowl_start, found.stretch
    alpha = np.repeat(etas[:, None] * SIGMA / PAIRS, PAIRS, axis=1)
    hats = sum(hat(0.0, a) for a in alpha.ravel())
    assert w**2 / (2 * stretch) + hats == pytest.approx(GAP, rel=1e-12)
    for seed in (0, 1):
        rng = np.random.default_rng(seed)
        x, w0, norms = np.zeros_like(alpha), w, []
        for t in range(etas.size + 1):
            slopes = np.array([hat_slope(v, a) for v, a in zip(x.ravel(), alpha.ravel())]).reshape(x.shape)
            norms.append((w0 / stretch) ** 2 + np.sum(slopes**2))
            if t < etas.size:
                noise = np.zeros_like(x)
                noise[t] = SIGMA * rng.choice([-1, 1], PAIRS) / PAIRS
                w0, x = w0 - etas[t] * w0 / stretch, x - etas[t] * (slopes + noise)
        np.testing.assert_allclose(found.bowl_path, norms, rtol=1e-12)


def test_refusals():
    with pytest.raises(ValueError, match="etas must lie in"):
        schedule([0.1, 1.0], pairs=1)
    with pytest.raises(ValueError, match="etas must have a sum of squares"):
        schedule(SCHEDULES["largest"], pairs=1).bowl_path  # noqa: B018
    with pytest.raises(ValueError, match="sigma must be"):
        NoisyDescent(1.0, 1.0, 0.0, 10)
    with pytest.raises(ValueError, match="steps must be"):
        NoisyDescent(1.0, 1.0, 1.0, 0)
