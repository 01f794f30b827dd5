import math
from fractions import Fraction

import numpy as np
import pytest
from theory.sam.orbits import coordinates, gradient_after_a_step, spectrum

from flatlab.theory.sam import HiddenObjective, SAMOnQuadratic, TrappingBall, certified_tube, global_bound, hand_over


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


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: global_bound(SAMOnQuadratic([1.0, 1.0], 0.5), [1.0, 1.0], 0.1), "simple largest"),
        (lambda: global_bound(SAMOnQuadratic([1.0, 0.5], 0.5), [90.0, 1.0], 0.1), "below the critical norm"),
        (lambda: global_bound(SAMOnQuadratic([1.0, 0.5], 0.5), [0.0, 0.1], 0.1), "gradient must have a first"),
        (lambda: global_bound(SAMOnQuadratic([1.0, 0.5], 0.5), [0.1, 0.1], 50.0), "epsilon"),
        (lambda: TrappingBall(SAMOnQuadratic([1.0], 2.0), 1.0), "eta must be below"),
    ],
)
def test_wrong_arguments_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
