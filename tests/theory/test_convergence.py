import math
import time

import numpy as np
import pytest
from scipy import stats

from flatlab.theory import convergence
from flatlab.theory import local_convergence as local
from flatlab.theory.cycle import cycle_gradient_norm
from flatlab.theory.cycle_stability import cycle_multipliers, growth_factors


def gradient_after_a_step(v, eigenvalues, eta, rho):
    w = v / eigenvalues
    ascent = w + rho * v / np.sqrt(v @ v)
    return eigenvalues * (w - eta * eigenvalues * ascent)


def coordinates(v, top):
    return abs(abs(v[0]) / top - 1), np.sqrt(v[1:] @ v[1:]) / abs(v[0])


def spectrum(rng, d, gap=0.9):
    rest = np.sort(rng.uniform(0.1, gap, d - 1))[::-1]
    return np.concatenate([[1.0], rest]) * 10 ** rng.uniform(-1, 1)


def test_critical_norm_zeroes_the_top_coordinate():
    eigenvalues, eta, rho = np.array([2.0, 1.0, 0.5]), 0.3, 0.7
    s = convergence.critical_norm(eigenvalues, eta, rho)
    v = s * np.array([0.6, 0.64, 0.48])
    after = gradient_after_a_step(v, eigenvalues, eta, rho)
    assert abs(after[0]) <= 1e-15 * s
    assert abs(after[1]) > 1e-3 * s
    assert convergence.critical_norm(eigenvalues, 0.5, rho) == math.inf


def test_trapping_ball_is_never_left():
    rng = np.random.default_rng(11)
    kinds = set()
    for _ in range(120):
        eigenvalues = spectrum(rng, int(rng.integers(2, 6)))
        eta = rng.uniform(0.05, 1.95) / eigenvalues[0]
        v = rng.normal(size=eigenvalues.size) * 10 ** rng.uniform(-2, 2)
        ball = convergence.trapping_ball(float(np.linalg.norm(v)), eigenvalues, eta, 1.0)
        for t in range(ball.entry + 40):
            s = float(np.linalg.norm(v))
            if t >= ball.far_steps:
                assert s <= ball.critical_norm * (1 + 1e-12)
            if t >= ball.entry:
                assert s <= ball.radius * (1 + 1e-12)
                assert growth_factors(s, eigenvalues, eta, 1.0)[0] >= ball.growth_floor - 1e-12
                assert ball.growth_floor > 0
            v = gradient_after_a_step(v, eigenvalues, eta, 1.0)
        kinds.add((ball.entry > 1, math.isinf(ball.critical_norm)))
    assert kinds == {(True, False), (False, False), (False, True)}


def test_trapping_ball_formulas():
    eigenvalues, eta, rho = np.array([2.0, 1.0, 0.5]), 0.3, 0.7
    barrier = 0.3 * 0.7 * 4 / (1 - 0.6)
    ball = convergence.trapping_ball(50.0, eigenvalues, eta, rho)
    assert ball.critical_norm == pytest.approx(barrier, rel=1e-13)
    assert ball.far_steps == math.ceil(math.log(50 / barrier) / -math.log(0.85))
    assert ball.entry == ball.far_steps + 1
    assert ball.radius == pytest.approx(0.85 * barrier, rel=1e-13)
    assert ball.growth_floor == pytest.approx(0.4 * 0.15 / 0.85, rel=1e-12)
    ball = convergence.trapping_ball(0.01, eigenvalues, 0.7, rho)
    assert ball.radius == pytest.approx(0.7 * 0.7 * 4 / (1 - 0.65), rel=1e-13)


def test_far_steps_are_needed_along_the_flattest_axis():
    eigenvalues, eta, rho = np.array([2.0, 0.02]), 0.3, 1e-9
    v = np.array([0.0, 1.0])
    barrier = convergence.critical_norm(eigenvalues, eta, rho)
    bound = convergence.trapping_ball(1.0, eigenvalues, eta, rho).far_steps
    steps = 0
    while np.linalg.norm(v) > barrier:
        v, steps = gradient_after_a_step(v, eigenvalues, eta, rho), steps + 1
    assert 0.99 * bound <= steps <= bound


def certified_starts(count, seed, tight=False):
    rng = np.random.default_rng(seed)
    while count:
        eigenvalues = spectrum(rng, int(rng.integers(2, 6)))
        eta = rng.uniform(0.05, 1.95) / eigenvalues[0]
        rho = 10 ** rng.uniform(-2, 1)
        top = cycle_gradient_norm(eigenvalues[0], eta, rho)
        v = np.zeros(eigenvalues.size)
        v[0] = top * (1 + rng.uniform(-0.9, 0.9))
        v[1:] = v[0] * rng.normal(size=v.size - 1) * 10 ** rng.uniform(-3, 0)
        tube = local.local_tube(*coordinates(v, top), eigenvalues, eta, tight=tight)
        if tube.certified:
            count -= 1
            yield eigenvalues, eta, rho, top, v, tube


@pytest.mark.parametrize("tight", [False, True])
def test_theorem_l_is_never_violated(tight):
    ratios = []
    for eigenvalues, eta, rho, top, v, tube in certified_starts(80, 12, tight):
        bounds = local.local_bounds(tube, np.arange(80))
        hit = None
        for t in range(80):
            d, r = coordinates(v, top)
            assert r <= bounds.tangent[t] * (1 + 1e-10) + 1e-300
            assert d <= bounds.radial_error[t] * (1 + 1e-10) + 1e-13
            assert abs(np.linalg.norm(v) / top - 1) <= tube.norm_radius + 1e-12
            if hit is None and max(d, r) <= 1e-4:
                hit = t
            v = gradient_after_a_step(v, eigenvalues, eta, rho)
        promised = local.local_hitting_time(tube, 1e-4)
        if promised < 80:
            assert hit <= promised
            ratios.append(max(promised, 1) / max(hit, 1))
    assert len(ratios) > 15
    assert np.median(ratios) < 3


def test_theorem_l_tight_end_certifies_more():
    arguments = (1.2, 0.1, [1.0, 0.6], 1.5)
    assert not local.local_tube(*arguments).certified
    assert local.local_tube(*arguments, tight=True).certified
    for _, _, _, _, _, tube in certified_starts(20, 13):
        assert tube.contraction < 1


def test_theorem_l_is_attained_at_the_first_step():
    # The start sits at the outer end of the tube, where a flat second direction has the larger ratio.
    eigenvalues, eta, rho = np.array([1.0, 0.2]), 1.5, 0.3
    top = cycle_gradient_norm(1.0, eta, rho)
    v = top * 1.5 * np.array([1.0, 0.2])
    tube = local.local_tube(*coordinates(v, top), eigenvalues, eta)
    assert tube.certified
    assert np.linalg.norm(v) == pytest.approx(top * (1 + tube.norm_radius), rel=1e-13)
    after = coordinates(gradient_after_a_step(v, eigenvalues, eta, rho), top)
    assert local.local_bounds(tube, 1).tangent == pytest.approx(after[1], rel=1e-12)


def test_theorem_l_is_an_equality_on_the_axis():
    eigenvalues, eta, rho = np.array([1.0, 0.6]), 1.5, 0.3
    top = cycle_gradient_norm(1.0, eta, rho)
    v = np.array([1.3 * top, 0.0])
    bounds = local.local_bounds(local.local_tube(0.3, 0.0, eigenvalues, eta), np.arange(10))
    for t in range(10):
        assert coordinates(v, top)[0] == pytest.approx(bounds.radial_error[t], rel=1e-10)
        v = gradient_after_a_step(v, eigenvalues, eta, rho)


def test_theorem_l_fails_without_delta_below_one():
    eigenvalues, eta, rho = np.array([1.0, 0.6]), 1.9, 1.0
    top = cycle_gradient_norm(1.0, eta, rho)
    v = 0.5 * top * np.array([1.0, 1.0954])
    tube = local.local_tube(0.5, 1.0954, eigenvalues, eta)
    assert not tube.certified
    assert tube.norm_radius > 1
    assert tube.contraction == pytest.approx(0.1647, abs=1e-4)
    after = coordinates(gradient_after_a_step(v, eigenvalues, eta, rho), top)
    assert after[1] == pytest.approx(0.1996, abs=1e-4)
    assert after[1] > 1.1 * tube.contraction * 1.0954
    tight = local.local_tube(0.5, 1.0954, eigenvalues, eta, tight=True)
    assert tight.certified
    assert after[1] <= local.local_bounds(tight, 1).tangent


def test_contraction_factor_is_the_maximum_over_the_interval():
    rng = np.random.default_rng(14)
    for _ in range(60):
        eigenvalues = spectrum(rng, 4)
        eta = rng.uniform(0.05, 1.95) / eigenvalues[0]
        top = cycle_gradient_norm(eigenvalues[0], eta, 1.0)
        limit = convergence.critical_norm(eigenvalues, eta, 1.0) / top
        low = rng.uniform(0.05, 0.95)
        high = min(rng.uniform(1.05, 3.0), 1 + 0.9 * (limit - 1))
        inside = []
        for s in np.linspace(low, high, 101):
            factors = growth_factors(s * top, eigenvalues, eta, 1.0)
            inside.append(np.abs(factors[1:]).max() / factors[0])
        assert local.contraction_factor(low, high, eigenvalues, eta) == pytest.approx(max(inside), rel=1e-10)
        largest = np.abs(cycle_multipliers(eigenvalues, eta)[1:]).max()
        assert local.contraction_factor(1, 1, eigenvalues, eta) == pytest.approx(largest, rel=1e-11)


def scanned_hitting_time(tube, tolerance, steps):
    bounds = local.local_bounds(tube, np.arange(steps))
    met = (bounds.tangent <= tolerance) & (bounds.radial_error <= tolerance)
    return int(np.argmax(met)) if met.any() else None


def tubes(count, rng):
    """Tubes whose rates come in any order; in half of them the bound often falls, rises and falls again."""
    for k in range(2 * count):
        low, high = (
            ([-6, -6, -4, -3.3, -3.3], [0, 0, 0, 0, 0]) if k % 2 else ([-1, -1.5, -1, -2.5, -4], [1, 0, 0, -1, -2])
        )
        d0, r0, forcing, q, k = 10.0 ** rng.uniform(low, high) * (rng.uniform(size=5) > [0.05, 0.05, 0, 0, 0])
        yield local.LocalTube(d0, r0, 1 - q, forcing, 0.5, 0.5, 1 - k, True)


def test_local_hitting_time_is_the_least_step():
    for h, r0, d0 in [(1.7, 0.2, 0.0), (0.4, 0.3, 0.1), (1.0, 0.1, 0.2), (1.96, 0.02, 1e-6)]:
        tube = local.local_tube(d0, r0, [1.0, 0.5], h)
        assert tube.certified
        for tolerance in (0.5, 1e-2, 1e-7):
            assert local.local_hitting_time(tube, tolerance) == scanned_hitting_time(tube, tolerance, 5000)


def test_local_hitting_time_is_that_of_a_scan_for_every_shape_of_the_bound(monkeypatch):
    monkeypatch.setattr(local, "_GRID", 4)  # else many of these answers are found without looking further
    rng, shapes, steps = np.random.default_rng(16), set(), 12_000
    for tube in tubes(120, rng):
        bound = local.local_bounds(tube, np.arange(steps)).radial_error
        signs = np.sign(np.diff(bound))
        turns = np.flatnonzero(np.diff(signs, prepend=0) * (signs != 0))
        shapes.add(tuple(signs[turns]))
        levels = [*10.0 ** rng.uniform(-9, 0, 3), *rng.choice(bound, 3), *bound[turns]]
        for level in levels:
            found = scanned_hitting_time(tube, level, steps) if level > 1e-300 else None
            if found is not None:
                assert local.local_hitting_time(tube, level) == found, (tube, level)
    assert {(-1,), (1, -1), (-1, 1, -1)} <= shapes


@pytest.mark.parametrize("gap", [1e-12, 1e-9, 1e-4, 0.1])
@pytest.mark.parametrize("side", ["near 0", "near 2"])
def test_local_hitting_time_is_the_least_step_where_a_scan_is_too_long(gap, side):
    h = gap if side == "near 0" else 2 - gap
    begun = time.perf_counter()
    for r0, d0 in [(0.1 * math.sqrt(gap), 0.1), (1e-3 * math.sqrt(gap), 0.2), (0.0, 0.2), (0.3 * math.sqrt(gap), 0.0)]:
        tube = local.local_tube(d0, r0, [1.0, 0.5], h, tight=True)
        assert tube.certified
        for tolerance in (0.2, 1e-3, 1e-9):
            t = local.local_hitting_time(tube, tolerance)
            assert (np.array(local.local_bounds(tube, t)) <= tolerance).all()
            for earlier in (np.arange(max(t - 1000, 0), t), np.arange(0, t, max(1, t // 1000))):
                assert (np.array(local.local_bounds(tube, earlier)).max(axis=0, initial=tolerance) > tolerance).all()
    assert time.perf_counter() - begun < 1  # a scan takes hours


def test_local_coordinates_and_one_step_inequalities():
    rng = np.random.default_rng(15)
    for _ in range(200):
        eigenvalues = spectrum(rng, 4)
        eta = rng.uniform(0.05, 1.95) / eigenvalues[0]
        v = rng.normal(size=4)
        top, h = cycle_gradient_norm(eigenvalues[0], eta, 1.0), eta * eigenvalues[0]
        d, r = local.local_coordinates(v, eigenvalues, eta, 1.0)
        assert (d, r) == pytest.approx(coordinates(v, top), rel=1e-12)
        after = local.local_coordinates(gradient_after_a_step(v, eigenvalues, eta, 1.0), eigenvalues, eta, 1.0)
        assert after.radial_error <= abs(1 - h) * d + (2 - h) * r**2 / 2 + 1e-12
        factors = np.abs(growth_factors(float(np.linalg.norm(v)), eigenvalues, eta, 1.0))
        assert after.tangent <= factors[1:].max() / factors[0] * r * (1 + 1e-10)


def test_theorem_g_is_never_violated():
    rng = np.random.default_rng(16)
    for _ in range(14):
        eigenvalues = spectrum(rng, int(rng.integers(2, 5)), gap=0.8)
        eta, rho = rng.uniform(0.2, 1.9) / eigenvalues[0], 0.5
        v = rng.normal(size=eigenvalues.size)
        ball = convergence.trapping_ball(float(np.linalg.norm(v)), eigenvalues, eta, rho)
        for _ in range(ball.entry):
            v = gradient_after_a_step(v, eigenvalues, eta, rho)
        norms = cycle_gradient_norm(eigenvalues, eta, rho)
        gamma = (norms[0] * (1 + norms[1] / norms[0]) / 2 - norms[1]) / norms[1]
        bound = convergence.global_bound(v, eigenvalues, eta, rho, 0.4 * gamma)
        assert bound.gamma == pytest.approx(gamma, rel=1e-11)
        hand_over = convergence.hand_over(v, eigenvalues, eta, rho, 1e-6)
        in_tube = reached = None
        for t in range(20000):
            s = np.linalg.norm(v)
            slope = np.linalg.norm(v / norms - v / s)
            if in_tube is None and slope <= bound.epsilon and s > norms[0] * (1 - bound.theta):
                in_tube = t
                d, r = coordinates(v, norms[0])
                assert np.linalg.norm(v[1:]) / s <= bound.sine
                assert r <= bound.tangent
                assert abs(s / norms[0] - 1) <= bound.norm_error
                assert d <= bound.radial_error
            if max(coordinates(v, norms[0])) <= 1e-6:
                reached = t
                break
            v = gradient_after_a_step(v, eigenvalues, eta, rho)
        assert in_tube is not None
        assert in_tube <= bound.iterations
        assert reached is not None
        assert reached <= hand_over.iterations
        assert hand_over.tube.certified
        assert hand_over.iterations == hand_over.to_tube.iterations + hand_over.in_tube


def test_theorem_g_counts_are_the_formulas():
    eigenvalues, eta, rho = np.array([2.0, 1.0]), 0.4, 0.7
    v = np.array([0.3, 0.6])
    b1, b2 = 0.4 * 0.7 * 4 / 1.2, 0.4 * 0.7 * 1 / 1.6
    bound = convergence.global_bound(v, eigenvalues, eta, rho, 0.05)
    j = (v[0] ** 2 / b1 + v[1] ** 2 / b2) / 2 - np.linalg.norm(v)
    total = 2 * (j + b1 / 2) / (eta**2 * rho)
    theta = (1 - b2 / b1) / 2
    barrier = 0.4 * 0.7 * 4 / 0.2
    radius = max(np.linalg.norm(v), 0.6 * barrier)
    alpha = 0.4 * 0.7 * 4 / radius - 0.2
    n_a = total / 0.05**2
    n_b = (math.log(radius / 0.3) + n_a * max(0, -math.log(alpha))) / math.log(1 + 1.2 * theta)
    assert bound.summability == pytest.approx(total, rel=1e-12)
    assert bound.gradient_steps == pytest.approx(n_a, rel=1e-12)
    assert bound.growth_steps == pytest.approx(n_b, rel=1e-11)
    assert bound.iterations == math.floor(n_a + n_b)
    assert bound.growth_floor == pytest.approx(alpha, rel=1e-12)
    assert bound.sine == pytest.approx(0.05 / ((b1 * (1 - theta) - b2) / b2), rel=1e-12)
    angle = math.asin(bound.sine)
    assert bound.tangent == pytest.approx(math.tan(angle), rel=1e-11)
    assert bound.norm_error == pytest.approx(0.05 / math.cos(angle), rel=1e-11)
    assert bound.radial_error == pytest.approx(1 - math.cos(angle) + 0.05, rel=1e-11)


def test_random_starts():
    for p in (0.01, 0.3, 0.9, 0.999):
        size = convergence.gaussian_start_bound(2.5, p)
        assert math.erf(size / 2.5 / math.sqrt(2)) <= p
        for d in (2, 3, 4, 30, 1000):
            size = convergence.sphere_start_bound(2.5, d, p) / 2.5
            chance = stats.beta.cdf(min(size, 1.0) ** 2, 0.5, (d - 1) / 2)
            assert chance <= p
            assert p > 0.3 or chance >= 0.56 * p  # (2 / pi) sqrt(pi / 4) = 0.564 is the limit at d = 2


def test_at_most_one_step_near_the_critical_norm():
    rng = np.random.default_rng(17)
    for _ in range(60):
        eigenvalues = spectrum(rng, 3)
        eta = rng.uniform(0.2, 0.95) / eigenvalues[0]
        barrier, width = convergence.critical_norm(eigenvalues, eta, 1.0), eta * eigenvalues[-1] / 2
        v = rng.normal(size=3)
        v *= barrier * rng.uniform(0.9, 2) / np.linalg.norm(v)
        near = 0
        for _ in range(60):
            near += abs(np.linalg.norm(v) / barrier - 1) < width
            v = gradient_after_a_step(v, eigenvalues, eta, 1.0)
        assert near <= 1


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: convergence.global_bound([1.0, 1.0], [1.0, 1.0], 0.5, 1.0, 0.1), "simple largest"),
        (lambda: convergence.global_bound([90.0, 1.0], [1.0, 0.5], 0.5, 1.0, 0.1), "below the critical norm"),
        (lambda: convergence.global_bound([0.0, 0.1], [1.0, 0.5], 0.5, 1.0, 0.1), "gradient must have a first"),
        (lambda: convergence.global_bound([0.1, 0.1], [1.0, 0.5], 0.5, 1.0, 50.0), "epsilon"),
        (lambda: convergence.trapping_ball(1.0, [1.0], 2.0, 1.0), "eta must be below"),
        (lambda: local.local_bounds(local.local_tube(3.0, 1.0, [1.0, 0.9], 1.0), 3), "tube must be certified"),
        (lambda: local.local_bounds(local.local_tube(0.1, 0.1, [1.0, 0.5], 1.0), -1), "steps"),
        (lambda: local.local_coordinates([0.0, 1.0], [1.0, 0.5], 1.0, 1.0), "u must have a first"),
        (lambda: convergence.sphere_start_bound(1.0, 1, 0.1), "dimension"),
        (lambda: convergence.gaussian_start_bound(1.0, 0.0), "failure_probability"),
    ],
)
def test_wrong_arguments_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
