import numpy as np
import pytest

from flatlab.theory.noise import HuberInstance, NoisyDescent, QuadraticInstance, best_step

SETTINGS = [
    NoisyDescent(c, gap, sigma, t, k)
    for c, gap in ((1.0, 1.0), (2.3, 0.4))
    for sigma in (0.1, 3.0)
    for t, k in ((1, 1), (7, 3), (400, 2))
]


def etas(c):
    return np.concatenate([np.geomspace(1e-6, 1.0, 40), np.linspace(1.02, 1.999, 12)]) / c


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_instance_is_above_its_bound_at_every_step_size(setting):
    for eta in etas(setting.smoothness):
        assert QuadraticInstance(eta, setting).minimum >= setting.warm_quadratic * (1 - 1e-12)
        assert HuberInstance(eta, setting).value >= setting.huber * (1 - 1e-12)


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_instance_uses_the_whole_gap_and_no_more_noise(setting):
    c, gap, sigma, t, _ = setting
    for eta in etas(c):
        for start in ("warm", "cold"):
            found = QuadraticInstance(eta, setting, start)
            assert found.kappa * found.slow**2 / 2 + c * found.fast**2 / 2 == pytest.approx(gap, rel=1e-12)
            assert found.kappa <= c
            assert found.sigma <= sigma * (1 + 1e-12)
        found = HuberInstance(eta, setting)
        slope, ramp = found.slope, found.ramp
        assert slope * ramp - slope**2 / (2 * c) + c * found.fast**2 / 2 == pytest.approx(gap, rel=1e-12)
        assert ramp - eta * t * slope >= slope / c * (1 - 1e-9)
        assert found.sigma <= sigma * (1 + 1e-12)


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
    found = QuadraticInstance(eta, NoisyDescent(c, gap, sigma, t, k), start)
    w = np.zeros(2 + t * k)
    w[:2] = found.slow, found.fast
    curvatures = np.full(w.size, c)
    curvatures[0] = found.kappa
    expected = found.path(np.arange(t + 1))
    for seed in (0, 1):
        path = simulate(Quadratic(curvatures), w, eta, t, k, found.sigma, np.random.default_rng(seed), 2)
        np.testing.assert_allclose(path, expected, rtol=1e-12)
    assert found.minimum == pytest.approx(expected[1:].min(), rel=1e-13)
    assert found.mean == pytest.approx(expected[1:].mean(), rel=1e-12)


@pytest.mark.parametrize("eta", [0.01, 0.3, 0.9, 1.5])
def test_huber_value_equals_a_simulated_path(eta):
    c, gap, sigma, t, k = 1.2, 0.8, 1.5, 6, 3
    found = HuberInstance(eta, NoisyDescent(c, gap, sigma, t, k))
    w = np.zeros(2 + t * k)
    w[:2] = found.ramp, found.fast
    path = simulate(Ramp(found.slope, c), w, eta, t, k, found.sigma, np.random.default_rng(0), 2)
    np.testing.assert_allclose(path, found.value, rtol=1e-12)


@pytest.mark.parametrize("start", ["warm", "cold"])
def test_minimum_is_the_minimum_over_all_steps(start):
    for eta in (*np.geomspace(1e-4, 1.0, 15), 1.3, 1.9, 1.99, 1.999):
        for sigma in (0.3, 4.0):
            found = QuadraticInstance(eta, NoisyDescent(1.0, 1.0, sigma, 300, 2), start)
            assert found.minimum == pytest.approx(found.path(np.arange(1, 301)).min(), rel=1e-12)


def test_minimum_inside_the_run():
    """Close to eta = 2/C the noise grows more slowly than the slope falls: the cold minimum turns within the run."""
    for eta, sigma in ((1.999, 1.5e-3), (1.9993, 1.5e-3), (1.9988, 1.55e-3)):
        found = QuadraticInstance(eta, NoisyDescent(1.0, 1.0, sigma, 300, 2), "cold")
        path = found.path(np.arange(1, 301))
        assert 0 < path.argmin() < 299
        assert found.minimum == pytest.approx(path.min(), rel=1e-14)


@pytest.mark.parametrize("start", ["warm", "cold"])
@pytest.mark.parametrize("measure", ["minimum", "mean"])
def test_best_step_is_found(start, measure):
    for nu, t in ((0.01, 100), (1.0, 1000), (20.0, 30)):
        best = best_step(nu, t, start, measure)
        descent = NoisyDescent(1.0, 1.0, np.sqrt(nu * t), t)

        def value(eta, descent=descent):
            return getattr(QuadraticInstance(eta, descent, start), measure)

        assert value(best.eta) / np.sqrt(nu) == pytest.approx(best.constant, rel=1e-12)
        values = [value(eta) for eta in np.geomspace(1e-5, 1.9999, 1100)]
        assert best.constant <= min(values) / np.sqrt(nu) * (1 + 1e-12)


def test_best_step_constants():
    """Attained close to the bound at small ν, never below it; scale invariant."""
    for nu, seen in ((0.01, 0.850), (0.1, 0.829), (0.5, 0.793), (1.0, 0.766)):
        best = best_step(nu, 1000)
        bound = NoisyDescent(1.0, 1.0, np.sqrt(nu * 1000), 1000).warm_quadratic / np.sqrt(nu)
        assert best.constant >= bound * (1 - 1e-12)
        assert best.constant == pytest.approx(seen, abs=5e-4)
    best = best_step(1e-5, 10**5)
    assert best.constant == pytest.approx(np.sqrt(2 / np.e), rel=1e-3)
    c, gap, t, k = 2.3, 0.4, 1000, 3
    sigma = np.sqrt(0.1 * k * t * c * gap)
    descent = NoisyDescent(c, gap, sigma, t, k)
    scaled = QuadraticInstance(best_step(0.1, t).eta / c, descent).minimum
    assert scaled / descent.unit == pytest.approx(best_step(0.1, t).constant, rel=1e-9)


def test_cold_start_with_minimum_has_another_rate():
    steps = [10**3, 10**4, 10**5, 10**6]
    # sigma, C and D fixed at 1: nu = 1/T, and the value is the constant over the square root of T
    cold = [best_step(1 / t, t, "cold", "minimum").constant / np.sqrt(t) for t in steps]
    warm = [best_step(1 / t, t, "warm", "minimum").constant / np.sqrt(t) for t in steps]
    mean = [best_step(1 / t, t, "cold", "mean").constant / np.sqrt(t) for t in steps]
    slopes = [np.polyfit(np.log(steps), np.log(y), 1)[0] for y in (cold, warm, mean)]
    np.testing.assert_allclose(slopes, [-2 / 3, -1 / 2, -1 / 2], atol=0.01)


def test_refusals():
    descent = NoisyDescent(1.0, 1.0, 1.0, 10)
    for build in (QuadraticInstance, HuberInstance):
        with pytest.raises(ValueError, match="eta must be"):
            build(2.0, descent)
        with pytest.raises(ValueError, match="descent must be a NoisyDescent"):
            build(0.1, (1.0, 1.0, 1.0, 10, 1))
    with pytest.raises(ValueError, match="start must be one of"):
        QuadraticInstance(0.1, descent, start="hot")
    with pytest.raises(ValueError, match="t must be whole"):
        QuadraticInstance(0.1, descent).path(-1)
