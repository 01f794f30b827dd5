import math
import time
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from flatlab.theory.sam import (
    HiddenObjective,
    LocalBound,
    LocalTube,
    SAMOnQuadratic,
    SphereStart,
    TrappingBall,
    TwoCycle,
    certified_tube,
    contraction_factor,
    gaussian_start_bound,
    global_bound,
    hand_over,
    local_convergence,
    local_errors,
    sphere_start_bound,
)


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
    s = SAMOnQuadratic(eigenvalues, eta, rho).critical_norm
    v = s * np.array([0.6, 0.64, 0.48])
    after = gradient_after_a_step(v, eigenvalues, eta, rho)
    assert abs(after[0]) <= 1e-15 * s
    assert abs(after[1]) > 1e-3 * s
    assert SAMOnQuadratic(eigenvalues, 0.5, rho).critical_norm == math.inf


def test_trapping_ball_is_never_left():
    rng = np.random.default_rng(11)
    kinds = set()
    for _ in range(120):
        eigenvalues = spectrum(rng, int(rng.integers(2, 6)))
        eta = rng.uniform(0.05, 1.95) / eigenvalues[0]
        v = rng.normal(size=eigenvalues.size) * 10 ** rng.uniform(-2, 2)
        sam = SAMOnQuadratic(eigenvalues, eta, 1.0)
        ball = TrappingBall(sam, np.linalg.norm(v))
        for t in range(ball.entry + 40):
            s = float(np.linalg.norm(v))
            if t >= ball.far_steps:
                assert s <= sam.critical_norm * (1 + 1e-12)
            if t >= ball.entry:
                assert s <= ball.radius * (1 + 1e-12)
                assert sam.growth_factors(s)[0] >= ball.growth_floor - 1e-12
                assert ball.growth_floor > 0
            v = gradient_after_a_step(v, eigenvalues, eta, 1.0)
        kinds.add((ball.entry > 1, math.isinf(sam.critical_norm)))
    assert kinds == {(True, False), (False, False), (False, True)}


def test_trapping_ball_formulas():
    eigenvalues, eta, rho = np.array([2.0, 1.0, 0.5]), 0.3, 0.7
    barrier = 0.3 * 0.7 * 4 / (1 - 0.6)
    ball = TrappingBall(SAMOnQuadratic(eigenvalues, eta, rho), 50.0)
    assert ball.sam.critical_norm == pytest.approx(barrier, rel=1e-13)
    assert ball.far_steps == math.ceil(math.log(50 / barrier) / -math.log(0.85))
    assert ball.entry == ball.far_steps + 1
    assert ball.radius == pytest.approx(0.85 * barrier, rel=1e-13)
    assert ball.growth_floor == pytest.approx(0.4 * 0.15 / 0.85, rel=1e-12)
    ball = TrappingBall(SAMOnQuadratic(eigenvalues, 0.7, rho), 0.01)
    assert ball.radius == pytest.approx(0.7 * 0.7 * 4 / (1 - 0.65), rel=1e-13)


def test_far_steps_are_needed_along_the_flattest_axis():
    eigenvalues, eta, rho = np.array([2.0, 0.02]), 0.3, 1e-9
    v = np.array([0.0, 1.0])
    sam = SAMOnQuadratic(eigenvalues, eta, rho)
    barrier, bound = sam.critical_norm, TrappingBall(sam, 1.0).far_steps
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
        sam = SAMOnQuadratic(eigenvalues, eta, rho)
        top = sam.cycle().gradient_norm
        v = np.zeros(eigenvalues.size)
        v[0] = top * (1 + rng.uniform(-0.9, 0.9))
        v[1:] = v[0] * rng.normal(size=v.size - 1) * 10 ** rng.uniform(-3, 0)
        tube = LocalTube(sam, *coordinates(v, top), tight=tight)
        if tube.certified:
            count -= 1
            yield eigenvalues, eta, rho, top, v, tube


@pytest.mark.parametrize("tight", [False, True])
def test_theorem_l_is_never_violated(tight):
    ratios = []
    for eigenvalues, eta, rho, top, v, tube in certified_starts(80, 12, tight):
        bounds = tube.bound.at(np.arange(80))
        hit = None
        for t in range(80):
            d, r = coordinates(v, top)
            assert r <= bounds.tangent[t] * (1 + 1e-10) + 1e-300
            assert d <= bounds.radial_error[t] * (1 + 1e-10) + 1e-13
            assert abs(np.linalg.norm(v) / top - 1) <= tube.norm_radius + 1e-12
            if hit is None and max(d, r) <= 1e-4:
                hit = t
            v = gradient_after_a_step(v, eigenvalues, eta, rho)
        promised = tube.bound.hitting_time(1e-4)
        if promised < 80:
            assert hit <= promised
            ratios.append(max(promised, 1) / max(hit, 1))
    assert len(ratios) > 15
    assert np.median(ratios) < 3


def test_theorem_l_tight_end_certifies_more():
    arguments = (SAMOnQuadratic([1.0, 0.6], 1.5), 1.2, 0.1)
    assert not LocalTube(*arguments).certified
    assert LocalTube(*arguments, tight=True).certified
    for _, _, _, _, _, tube in certified_starts(20, 13):
        assert tube.contraction < 1


def test_theorem_l_is_attained_at_the_first_step():
    # The start sits at the outer end of the tube, where a flat second direction has the larger ratio.
    eigenvalues, eta, rho = np.array([1.0, 0.2]), 1.5, 0.3
    top = TwoCycle(1.0, eta, rho).gradient_norm
    v = top * 1.5 * np.array([1.0, 0.2])
    tube = LocalTube(SAMOnQuadratic(eigenvalues, eta), *coordinates(v, top))
    assert tube.certified
    assert np.linalg.norm(v) == pytest.approx(top * (1 + tube.norm_radius), rel=1e-13)
    after = coordinates(gradient_after_a_step(v, eigenvalues, eta, rho), top)
    assert tube.bound.at(1).tangent == pytest.approx(after[1], rel=1e-12)


def test_theorem_l_is_an_equality_on_the_axis():
    eigenvalues, eta, rho = np.array([1.0, 0.6]), 1.5, 0.3
    top = TwoCycle(1.0, eta, rho).gradient_norm
    v = np.array([1.3 * top, 0.0])
    bounds = LocalTube(SAMOnQuadratic(eigenvalues, eta), 0.3, 0.0).bound.at(np.arange(10))
    for t in range(10):
        assert coordinates(v, top)[0] == pytest.approx(bounds.radial_error[t], rel=1e-10)
        v = gradient_after_a_step(v, eigenvalues, eta, rho)


def test_theorem_l_fails_without_delta_below_one():
    eigenvalues, eta, rho = np.array([1.0, 0.6]), 1.9, 1.0
    top = TwoCycle(1.0, eta, rho).gradient_norm
    v = 0.5 * top * np.array([1.0, 1.0954])
    tube = LocalTube(SAMOnQuadratic(eigenvalues, eta), 0.5, 1.0954)
    assert not tube.certified
    assert tube.norm_radius > 1
    assert tube.contraction == pytest.approx(0.1647, abs=1e-4)
    after = coordinates(gradient_after_a_step(v, eigenvalues, eta, rho), top)
    assert after[1] == pytest.approx(0.1996, abs=1e-4)
    assert after[1] > 1.1 * tube.contraction * 1.0954
    tight = LocalTube(SAMOnQuadratic(eigenvalues, eta), 0.5, 1.0954, tight=True)
    assert tight.certified
    assert after[1] <= tight.bound.at(1).tangent


def test_contraction_factor_is_the_maximum_over_the_interval():
    rng = np.random.default_rng(14)
    for _ in range(60):
        eigenvalues = spectrum(rng, 4)
        eta = rng.uniform(0.05, 1.95) / eigenvalues[0]
        sam = SAMOnQuadratic(eigenvalues, eta)
        top = sam.cycle().gradient_norm
        limit = sam.critical_norm / top
        low = rng.uniform(0.05, 0.95)
        high = min(rng.uniform(1.05, 3.0), 1 + 0.9 * (limit - 1))
        inside = []
        for s in np.linspace(low, high, 101):
            factors = sam.growth_factors(s * top)
            inside.append(np.abs(factors[1:]).max() / factors[0])
        assert contraction_factor(sam, low, high) == pytest.approx(max(inside), rel=1e-10)
        largest = np.abs(sam.multipliers()[1:]).max()
        assert contraction_factor(sam, 1, 1) == pytest.approx(largest, rel=1e-11)


def scanned_hitting_time(bound, tolerance, steps):
    bounds = bound.at(np.arange(steps))
    met = (bounds.tangent <= tolerance) & (bounds.radial_error <= tolerance)
    return int(np.argmax(met)) if met.any() else None


def bounds_of_every_shape(count, rng):
    """Bounds whose rates come in any order; in half of them the bound often falls, rises and falls again."""
    for k in range(2 * count):
        low, high = (
            ([-6, -6, -4, -3.3, -3.3], [0, 0, 0, 0, 0]) if k % 2 else ([-1, -1.5, -1, -2.5, -4], [1, 0, 0, -1, -2])
        )
        d0, r0, forcing, q, k = 10.0 ** rng.uniform(low, high) * (rng.uniform(size=5) > [0.05, 0.05, 0, 0, 0])
        yield LocalBound(d0, r0, 1 - q, 1 - k, forcing)


def test_local_hitting_time_is_the_least_step():
    for h, r0, d0 in [(1.7, 0.2, 0.0), (0.4, 0.3, 0.1), (1.0, 0.1, 0.2), (1.96, 0.02, 1e-6)]:
        bound = LocalTube(SAMOnQuadratic([1.0, 0.5], h), d0, r0).bound
        for tolerance in (0.5, 1e-2, 1e-7):
            assert bound.hitting_time(tolerance) == scanned_hitting_time(bound, tolerance, 5000)


def test_local_hitting_time_is_that_of_a_scan_for_every_shape_of_the_bound(monkeypatch):
    monkeypatch.setattr(local_convergence, "_GRID", 4)  # else many of these answers are found without looking further
    rng, shapes, steps = np.random.default_rng(16), set(), 12_000
    for bound in bounds_of_every_shape(120, rng):
        errors = bound.at(np.arange(steps)).radial_error
        signs = np.sign(np.diff(errors))
        turns = np.flatnonzero(np.diff(signs, prepend=0) * (signs != 0))
        shapes.add(tuple(signs[turns]))
        levels = [*10.0 ** rng.uniform(-9, 0, 3), *rng.choice(errors, 3), *errors[turns]]
        for level in levels:
            found = scanned_hitting_time(bound, level, steps) if level > 1e-300 else None
            if found is not None:
                assert bound.hitting_time(level) == found, (bound, level)
    assert {(-1,), (1, -1), (-1, 1, -1)} <= shapes


@pytest.mark.parametrize("gap", [1e-12, 1e-9, 1e-4, 0.1])
@pytest.mark.parametrize("side", ["near 0", "near 2"])
def test_local_hitting_time_is_the_least_step_where_a_scan_is_too_long(gap, side):
    h = gap if side == "near 0" else 2 - gap
    begun = time.perf_counter()
    for r0, d0 in [(0.1 * math.sqrt(gap), 0.1), (1e-3 * math.sqrt(gap), 0.2), (0.0, 0.2), (0.3 * math.sqrt(gap), 0.0)]:
        bound = LocalTube(SAMOnQuadratic([1.0, 0.5], h), d0, r0, tight=True).bound
        for tolerance in (0.2, 1e-3, 1e-9):
            t = bound.hitting_time(tolerance)
            assert (np.array(bound.at(t)) <= tolerance).all()
            for earlier in (np.arange(max(t - 1000, 0), t), np.arange(0, t, max(1, t // 1000))) if t else ():
                assert (np.array(bound.at(earlier)).max(axis=0, initial=tolerance) > tolerance).all()
    assert time.perf_counter() - begun < 1  # a scan takes hours


def test_local_errors_and_one_step_inequalities():
    rng = np.random.default_rng(15)
    for _ in range(200):
        eigenvalues = spectrum(rng, 4)
        eta = rng.uniform(0.05, 1.95) / eigenvalues[0]
        v = rng.normal(size=4)
        sam = SAMOnQuadratic(eigenvalues, eta, 1.0)
        top, h = sam.cycle().gradient_norm, eta * eigenvalues[0]
        d, r = local_errors(sam, v)
        assert (d, r) == pytest.approx(coordinates(v, top), rel=1e-12)
        after = local_errors(sam, gradient_after_a_step(v, eigenvalues, eta, 1.0))
        assert after.radial_error <= abs(1 - h) * d + (2 - h) * r**2 / 2 + 1e-12
        factors = np.abs(sam.growth_factors(np.linalg.norm(v)))
        assert after.tangent <= factors[1:].max() / factors[0] * r * (1 + 1e-10)


def test_theorem_g_is_never_violated():
    rng = np.random.default_rng(16)
    for _ in range(14):
        eigenvalues = spectrum(rng, int(rng.integers(2, 5)), gap=0.8)
        eta, rho = rng.uniform(0.2, 1.9) / eigenvalues[0], 0.5
        v = rng.normal(size=eigenvalues.size)
        sam = SAMOnQuadratic(eigenvalues, eta, rho)
        ball = TrappingBall(sam, np.linalg.norm(v))
        for _ in range(ball.entry):
            v = gradient_after_a_step(v, eigenvalues, eta, rho)
        norms = sam.cycles.gradient_norm
        gamma = (norms[0] * (1 + norms[1] / norms[0]) / 2 - norms[1]) / norms[1]
        bound = global_bound(sam, v, 0.4 * gamma)
        assert bound.tube.gamma == pytest.approx(gamma, rel=1e-11)
        whole = hand_over(sam, v, 1e-6)
        in_tube = reached = None
        for t in range(20000):
            s = np.linalg.norm(v)
            slope = np.linalg.norm(v / norms - v / s)
            if in_tube is None and slope <= bound.epsilon and s > norms[0] * (1 - bound.tube.theta):
                in_tube = t
                d, r = coordinates(v, norms[0])
                assert np.linalg.norm(v[1:]) / s <= bound.tube.sine
                assert r <= bound.tube.tangent
                assert abs(s / norms[0] - 1) <= bound.tube.norm_error
                assert d <= bound.tube.radial_error
            if max(coordinates(v, norms[0])) <= 1e-6:
                reached = t
                break
            v = gradient_after_a_step(v, eigenvalues, eta, rho)
        assert in_tube is not None
        assert in_tube <= bound.iterations
        assert reached is not None
        assert reached <= whole.iterations
        assert whole.tube.certified
        assert whole.iterations == whole.to_tube.iterations + whole.in_tube


def test_theorem_g_counts_are_the_formulas():
    eigenvalues, eta, rho = np.array([2.0, 1.0]), 0.4, 0.7
    v = np.array([0.3, 0.6])
    b1, b2 = 0.4 * 0.7 * 4 / 1.2, 0.4 * 0.7 * 1 / 1.6
    bound = global_bound(SAMOnQuadratic(eigenvalues, eta, rho), v, 0.05)
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
    assert bound.ball.growth_floor == pytest.approx(alpha, rel=1e-12)
    assert bound.tube.sine == pytest.approx(0.05 / ((b1 * (1 - theta) - b2) / b2), rel=1e-12)
    angle = math.asin(bound.tube.sine)
    assert bound.tube.tangent == pytest.approx(math.tan(angle), rel=1e-11)
    assert bound.tube.norm_error == pytest.approx(0.05 / math.cos(angle), rel=1e-11)
    assert bound.tube.radial_error == pytest.approx(1 - math.cos(angle) + 0.05, rel=1e-11)


def test_the_steps_of_a_sphere_hold_for_every_start_with_its_first_coordinate():
    rng, ratios = np.random.default_rng(18), []
    for _ in range(40):
        eigenvalues = spectrum(rng, int(rng.integers(2, 4)), gap=0.5)
        eta = rng.uniform(0.3, 1.9) / eigenvalues[0]
        sam, p = SAMOnQuadratic(eigenvalues, eta, 0.4), rng.uniform(0.01, 0.9)
        radius = min(1.0, 0.99 * sam.critical_norm / eigenvalues[0])
        start = SphereStart(sam, radius, p)
        steps = start.steps(1e-3)
        w = rng.normal(size=eigenvalues.size)
        w[0] = radius * p * math.sqrt(math.pi / 2 / w.size)
        w[1:] *= math.sqrt(radius**2 - w[0] ** 2) / np.linalg.norm(w[1:])
        v = eigenvalues * w
        assert start.leading == pytest.approx(abs(v[0]), rel=1e-13)
        assert global_bound(sam, v, 1e-3).summability <= start.summability * (1 + 1e-13)
        flattest = HiddenObjective(sam).summability_bound(radius * eigenvalues * np.eye(w.size)[-1])
        assert start.summability == pytest.approx(flattest, rel=1e-12)
        for t in range(min(steps, 3000) + 100):
            v = gradient_after_a_step(v, eigenvalues, eta, 0.4)
            if max(coordinates(v, sam.cycle().gradient_norm)) > 1e-3:
                last = t + 1
        assert last < steps
        ratios.append(steps / last)
    assert min(ratios) < 300


def test_digits_are_kept_near_h_2_and_near_the_cycle():
    for below in (1e-3, 1e-9, 1e-13):
        spectrum_, eta, rho = np.array([3.7, 3.7 * (1 - 1e-9), 0.3]), (2 - below) / 3.7, 0.7
        sam = SAMOnQuadratic(spectrum_, eta, rho)
        exact = [Fraction(float(x)) for x in (*spectrum_, eta, rho)]
        h = exact[3] * exact[0]
        b = [exact[3] * exact[4] * l**2 / (2 - exact[3] * l) for l in exact[:3]]
        assert sam.cycle().radius == pytest.approx(float(exact[4] * h / (2 - h)), rel=4e-16)
        assert sam.cycle().gradient_norm == pytest.approx(float(b[0]), rel=8e-16)
        assert certified_tube(sam).gamma == pytest.approx(float((b[0] / b[1] - 1) / 2), rel=4e-15)
        u = float(b[0]) * np.array([1.0, 1e-7, 1e-8])
        s = Fraction(math.sqrt(sum(Fraction(x) ** 2 for x in u)))
        squares = sum(Fraction(x) ** 2 for x in u)
        s = (s + squares / s) / 2  # one step of Heron's rule leaves an error of 1e-32
        j = sum(Fraction(x) ** 2 / y for x, y in zip(u, b)) / 2 - s
        total = 2 * (j + b[0] / 2) / (exact[3] ** 2 * exact[4])
        assert HiddenObjective(sam).summability_bound(u) == pytest.approx(float(total), rel=1e-12)
        assert HiddenObjective(sam).summability_bound(float(b[0]) * np.eye(3)[0]) >= 0


def test_random_starts():
    for p in (0.01, 0.3, 0.9, 0.999):
        size = gaussian_start_bound(2.5, p)
        assert math.erf(size / 2.5 / math.sqrt(2)) <= p
        for d in (2, 3, 4, 30, 1000):
            size = sphere_start_bound(2.5, d, p) / 2.5
            chance = stats.beta.cdf(min(size, 1.0) ** 2, 0.5, (d - 1) / 2)
            assert chance <= p
            assert p > 0.3 or chance >= 0.56 * p  # (2 / pi) sqrt(pi / 4) = 0.564 is the limit at d = 2


def test_at_most_one_step_near_the_critical_norm():
    rng = np.random.default_rng(17)
    for _ in range(60):
        eigenvalues = spectrum(rng, 3)
        eta = rng.uniform(0.2, 0.95) / eigenvalues[0]
        barrier, width = SAMOnQuadratic(eigenvalues, eta).critical_norm, eta * eigenvalues[-1] / 2
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
        (lambda: global_bound(SAMOnQuadratic([1.0, 1.0], 0.5), [1.0, 1.0], 0.1), "simple largest"),
        (lambda: global_bound(SAMOnQuadratic([1.0, 0.5], 0.5), [90.0, 1.0], 0.1), "below the critical norm"),
        (lambda: global_bound(SAMOnQuadratic([1.0, 0.5], 0.5), [0.0, 0.1], 0.1), "gradient must have a first"),
        (lambda: global_bound(SAMOnQuadratic([1.0, 0.5], 0.5), [0.1, 0.1], 50.0), "epsilon"),
        (lambda: TrappingBall(SAMOnQuadratic([1.0], 2.0), 1.0), "eta must be below"),
        (lambda: LocalTube(SAMOnQuadratic([1.0, 0.9], 1.0), 3.0, 1.0).bound, "must give a certified tube"),
        (lambda: LocalTube(SAMOnQuadratic([1.0, 0.5], 1.0), 0.1, 0.1).bound.at(-1), "steps"),
        (lambda: local_errors(SAMOnQuadratic([1.0, 0.5], 1.0), [0.0, 1.0]), "u must have a first"),
        (lambda: sphere_start_bound(1.0, 1, 0.1), "dimension"),
        (lambda: gaussian_start_bound(1.0, 0.0), "failure_probability"),
    ],
)
def test_wrong_arguments_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
