import numpy as np
import pytest

from flatlab.theory import lower_bound_instances as li
from flatlab.theory import lower_bounds as lb

SETTINGS = [
    (c, gap, sigma, t, k)
    for c, gap in ((1.0, 1.0), (2.3, 0.4))
    for sigma in (0.1, 3.0)
    for t, k in ((1, 1), (7, 3), (400, 2))
]


def etas(c):
    return np.concatenate([np.geomspace(1e-6, 1.0, 40), np.linspace(1.02, 1.999, 12)]) / c


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_instance_is_above_its_bound_at_every_step_size(setting):
    c = setting[0]
    for eta in etas(c):
        assert li.quadratic_minimum(eta, *setting) >= lb.warm_quadratic_bound(*setting) * (1 - 1e-12)
        assert li.huber_value(eta, *setting) >= lb.huber_bound(*setting) * (1 - 1e-12)


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_instance_uses_the_whole_gap_and_no_more_noise(setting):
    c, gap, sigma, t, _ = setting
    for eta in etas(c):
        for start in ("warm", "cold"):
            kappa, slow, fast, noise = li.quadratic_instance(eta, *setting, start=start)
            assert kappa * slow**2 / 2 + c * fast**2 / 2 == pytest.approx(gap, rel=1e-12)
            assert kappa <= c
            assert noise <= sigma * (1 + 1e-12)
        slope, ramp, fast, noise = li.huber_instance(eta, *setting)
        assert slope * ramp - slope**2 / (2 * c) + c * fast**2 / 2 == pytest.approx(gap, rel=1e-12)
        assert ramp - eta * t * slope >= slope / c * (1 - 1e-9)
        assert noise <= sigma * (1 + 1e-12)


def simulate(gradient, w, eta, steps, pairs, sigma, rng, fresh):
    """NSO with noise ±sigma on coordinate fresh + t·pairs + j for sample j of step t; squared norms at t = 0..T."""
    norms = []
    for t in range(steps + 1):
        g = gradient(w)
        norms.append(g @ g)
        if t == steps:
            break
        step = eta[t] if np.ndim(eta) else eta
        mean = np.zeros_like(w)
        for j in range(pairs):
            noise = np.zeros_like(w)
            noise[fresh + t * pairs + j] = sigma * rng.choice([-1, 1])
            u = 0.3 * rng.standard_normal(w.size)
            if gradient.linear:  # the same sample at both signs, so its noise survives and U cancels
                mean += ((gradient(w + u) + noise) + (gradient(w - u) + noise)) / 2
            else:
                mean += g + noise
        w = w - step * mean / pairs
    return np.array(norms)


class Quadratic:
    linear = True

    def __init__(self, curvatures):
        self.curvatures = curvatures

    def __call__(self, w):
        return self.curvatures * w


class Ramp:
    linear = False

    def __init__(self, slope, c):
        self.slope, self.c = slope, c

    def __call__(self, w):
        g = self.c * w
        g[0] = np.clip(g[0], -self.slope, self.slope)
        return g


@pytest.mark.parametrize("start", ["warm", "cold"])
@pytest.mark.parametrize("eta", [0.05, 0.5, 1.6])
def test_quadratic_path_equals_a_simulated_path(eta, start):
    c, gap, sigma, t, k = 1.2, 0.8, 1.5, 6, 3
    kappa, slow, fast, noise = li.quadratic_instance(eta, c, gap, sigma, t, k, start)
    w = np.zeros(2 + t * k)
    w[:2] = slow, fast
    curvatures = np.full(w.size, c)
    curvatures[0] = kappa
    expected = li.quadratic_path(np.arange(t + 1), eta, c, gap, sigma, t, k, start)
    for seed in (0, 1):
        path = simulate(Quadratic(curvatures), w, eta, t, k, noise, np.random.default_rng(seed), 2)
        np.testing.assert_allclose(path, expected, rtol=1e-12)
    assert li.quadratic_minimum(eta, c, gap, sigma, t, k, start) == pytest.approx(expected[1:].min(), rel=1e-13)
    assert li.quadratic_mean(eta, c, gap, sigma, t, k, start) == pytest.approx(expected[1:].mean(), rel=1e-12)


@pytest.mark.parametrize("eta", [0.01, 0.3, 0.9, 1.5])
def test_huber_value_equals_a_simulated_path(eta):
    c, gap, sigma, t, k = 1.2, 0.8, 1.5, 6, 3
    slope, ramp, fast, noise = li.huber_instance(eta, c, gap, sigma, t, k)
    w = np.zeros(2 + t * k)
    w[:2] = ramp, fast
    path = simulate(Ramp(slope, c), w, eta, t, k, noise, np.random.default_rng(0), 2)
    np.testing.assert_allclose(path, li.huber_value(eta, c, gap, sigma, t, k), rtol=1e-12)


@pytest.mark.parametrize("start", ["warm", "cold"])
def test_minimum_is_the_minimum_over_all_steps(start):
    for eta in (*np.geomspace(1e-4, 1.0, 15), 1.3, 1.9, 1.99, 1.999):
        for sigma in (0.3, 4.0):
            path = li.quadratic_path(np.arange(1, 301), eta, 1.0, 1.0, sigma, 300, 2, start)
            got = li.quadratic_minimum(eta, 1.0, 1.0, sigma, 300, 2, start)
            assert got == pytest.approx(path.min(), rel=1e-12)


def test_minimum_inside_the_run():
    """Close to eta = 2/C the noise grows more slowly than the slope falls: the cold minimum turns within the run."""
    for eta, sigma in ((1.999, 1.5e-3), (1.9993, 1.5e-3), (1.9988, 1.55e-3)):
        path = li.quadratic_path(np.arange(1, 301), eta, 1.0, 1.0, sigma, 300, 2, "cold")
        assert 0 < path.argmin() < 299
        assert li.quadratic_minimum(eta, 1.0, 1.0, sigma, 300, 2, "cold") == pytest.approx(path.min(), rel=1e-14)


@pytest.mark.parametrize("start", ["warm", "cold"])
@pytest.mark.parametrize("measure", ["minimum", "mean"])
def test_best_step_is_found(start, measure):
    rule = {"minimum": li.quadratic_minimum, "mean": li.quadratic_mean}[measure]
    for nu, t in ((0.01, 100), (1.0, 1000), (20.0, 30)):
        best = li.best_step_constant(nu, t, start, measure)
        sigma = np.sqrt(nu * t)
        assert rule(best.eta, 1.0, 1.0, sigma, t, 1, start) / np.sqrt(nu) == pytest.approx(best.constant, rel=1e-12)
        values = [rule(eta, 1.0, 1.0, sigma, t, 1, start) for eta in np.geomspace(1e-5, 1.9999, 1100)]
        assert best.constant <= min(values) / np.sqrt(nu) * (1 + 1e-12)


def test_best_step_constants():
    """Attained close to the bound at small ν, never below it; scale invariant."""
    for nu, seen in ((0.01, 0.850), (0.1, 0.829), (0.5, 0.793), (1.0, 0.766)):
        best = li.best_step_constant(nu, 1000)
        bound = lb.warm_quadratic_bound(1.0, 1.0, np.sqrt(nu * 1000), 1000) / np.sqrt(nu)
        assert best.constant >= bound * (1 - 1e-12)
        assert best.constant == pytest.approx(seen, abs=5e-4)
    best = li.best_step_constant(1e-5, 10**5)
    assert best.constant == pytest.approx(np.sqrt(2 / np.e), rel=1e-3)
    c, gap, t, k = 2.3, 0.4, 1000, 3
    sigma = np.sqrt(0.1 * k * t * c * gap)
    scaled = li.quadratic_minimum(li.best_step_constant(0.1, t).eta / c, c, gap, sigma, t, k)
    assert scaled / lb.unit(c, gap, sigma, t, k) == pytest.approx(li.best_step_constant(0.1, t).constant, rel=1e-9)


def test_cold_start_with_minimum_has_another_rate():
    steps = [10**3, 10**4, 10**5, 10**6]
    # sigma, C and D fixed at 1: nu = 1/T, and the value is the constant over the square root of T
    cold = [li.best_step_constant(1 / t, t, "cold", "minimum").constant / np.sqrt(t) for t in steps]
    warm = [li.best_step_constant(1 / t, t, "warm", "minimum").constant / np.sqrt(t) for t in steps]
    mean = [li.best_step_constant(1 / t, t, "cold", "mean").constant / np.sqrt(t) for t in steps]
    slopes = [np.polyfit(np.log(steps), np.log(y), 1)[0] for y in (cold, warm, mean)]
    np.testing.assert_allclose(slopes, [-2 / 3, -1 / 2, -1 / 2], atol=0.01)


def test_bounds_written_out():
    c, gap, sigma, t, k = 2.0, 0.5, 3.0, 50, 4
    unit = np.sqrt(gap) * np.sqrt(c * sigma**2 / (k * t))
    q, nu = (1 - 1 / 100) ** 100, sigma**2 / (k * t * c * gap)
    first = (np.sqrt(2 * q) - q * np.sqrt(nu) / 4) * unit
    assert lb.warm_quadratic_bound(c, gap, sigma, t, k) == pytest.approx(min(2 * q * c * gap, first), rel=1e-12)
    assert lb.warm_quadratic_bound(c, gap, sigma, 1, k) == pytest.approx(
        min(2 * 0.25 * c * gap, (np.sqrt(0.5) - 0.25 * np.sqrt(50 * nu) / 4) * unit * np.sqrt(50)), rel=1e-12
    )
    assert lb.warm_quadratic_bound(1.0, 1e-4, 0.1, 1, 1) == pytest.approx(0.5e-4, rel=1e-12)  # the other branch
    assert lb.huber_bound(c, gap, sigma, t, k) == pytest.approx(np.sqrt(2) * unit - sigma**2 / (2 * k * t), rel=1e-12)
    assert lb.nonconvex_bound(c, gap, sigma, t, k) == pytest.approx(min(c * gap / 4, unit / np.sqrt(128)), rel=1e-12)
    assert lb.nonconvex_bound(c, gap, sigma, t, k, flat=True) == pytest.approx(
        min(c * gap / 2, unit / np.sqrt(32)), rel=1e-12
    )
    assert lb.constant_gap(4.0, 2.0, 0.75) == pytest.approx(4.0, rel=1e-14)
    assert lb.constant_gap(4.0, 2.0, 0.75, "warm_quadratic") == pytest.approx(4.0 * np.sqrt(np.e), rel=1e-14)


def test_refusals():
    with pytest.raises(ValueError, match="sigma must be"):
        lb.huber_bound(1.0, 1.0, 0.0, 10)
    with pytest.raises(ValueError, match="steps must be"):
        lb.warm_quadratic_bound(1.0, 1.0, 1.0, 0)
    with pytest.raises(ValueError, match="eta must be"):
        li.quadratic_instance(2.0, 1.0, 1.0, 1.0, 10)
    with pytest.raises(ValueError, match="eta must be"):
        li.huber_instance(2.0, 1.0, 1.0, 1.0, 10)
    with pytest.raises(ValueError, match="start must be one of"):
        li.quadratic_instance(0.1, 1.0, 1.0, 1.0, 10, start="hot")
    with pytest.raises(ValueError, match="t must be whole"):
        li.quadratic_path(-1, 0.1, 1.0, 1.0, 1.0, 10)
