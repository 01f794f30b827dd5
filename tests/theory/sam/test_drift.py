import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from flatlab.theory.sam import BounceOffset, TwoCycle, integrate_drift, integrate_ravine_drift, sam_edge

RHOS = np.array([8e-3, 4e-3, 2e-3])


def sam_step(w, gradient, eta, rho):
    g = gradient(w)
    return w - eta * gradient(w + rho * g / np.sqrt(g @ g))


def slope(errors, rhos=RHOS):
    return np.diff(np.log(errors)) / np.diff(np.log(rhos))


def curvature(y):
    return 1 + y**2


def ravine_gradient(w):
    x, y = w
    return np.array([curvature(y) * x, y * x**2])


SPECTRUM = np.array([3.0, 1.4, 0.6, 0.0])
RNG = np.random.default_rng(21)
CUBIC = RNG.normal(size=(4, 4, 4))
CUBIC = sum(CUBIC.transpose(p) for p in [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)]) / 6


def cubic_gradient(w):
    return SPECTRUM * w + CUBIC @ w @ w / 2


@pytest.mark.parametrize("eta", [0.05, 0.3, 0.6])
def test_whole_vector_after_one_and_two_steps(eta):
    for steps in (1, 2):
        errors = []
        for rho in RHOS:
            radius = TwoCycle(3.0, eta, rho).radius
            w = radius * np.eye(4)[0]
            for _ in range(steps):
                w = sam_step(w, cubic_gradient, eta, rho)
            predicted = (-1) ** steps * radius * np.eye(4)[0]
            predicted = predicted + BounceOffset(SPECTRUM, eta, rho).after(steps, CUBIC[0, 0])
            errors.append(np.abs(w - predicted).max())
        np.testing.assert_allclose(slope(errors), 3, atol=0.1)


def test_offset_after_matches_its_closed_form():
    offset = BounceOffset(SPECTRUM, 0.3, 0.1)
    m, c = offset.multipliers, offset.pulls
    tau = CUBIC[0, 0]
    np.testing.assert_allclose(offset.after(1, tau), -c * tau, rtol=1e-13)
    np.testing.assert_allclose(offset.after(2, tau), -(1 + m) * c * tau, rtol=1e-13)
    assert m[3] == 1
    assert c[3] == TwoCycle(3.0, 0.3, 0.1).effective_step


def test_effective_step_forms():
    eta, rho, top = 0.3, 0.1, 3.0
    cycle = TwoCycle(top, eta, rho)
    assert cycle.effective_step == pytest.approx(2 * eta * rho**2 / (2 - 0.9) ** 2, rel=1e-12)
    small = eta * rho**2 / 2
    assert cycle.effective_step / small == pytest.approx(cycle.amplitude_correction, rel=1e-12)
    assert cycle.effective_step / (eta * cycle.radius**2 / 2) == pytest.approx(cycle.sam_to_gd_drift_ratio, rel=1e-12)


@pytest.mark.parametrize("eta", [0.3, 1.1])
def test_drift_in_an_even_ravine_has_error_order_four(eta):
    y0 = 0.5
    for steps in (1, 2):
        errors = []
        for rho in RHOS:
            w = np.array([TwoCycle(curvature(y0), eta, rho).radius, y0])
            for _ in range(steps):
                w = sam_step(w, ravine_gradient, eta, rho)
            errors.append(abs(w[1] - y0 - steps * TwoCycle(curvature(y0), eta, rho).drift(2 * y0)))
        np.testing.assert_allclose(slope(errors), 4, atol=0.1)


def test_gd_at_the_same_amplitude_drifts_less():
    eta, rho, y0 = 0.3, 1e-4, 0.5
    start = np.array([TwoCycle(curvature(y0), eta, rho).radius, y0])
    gd = start - eta * ravine_gradient(start)
    sam = sam_step(start, ravine_gradient, eta, rho)
    assert gd[1] - y0 == pytest.approx(-eta / 2 * start[0] ** 2 * 2 * y0, rel=1e-6)
    ratio = TwoCycle(curvature(y0), eta).sam_to_gd_drift_ratio
    assert (sam[1] - y0) / (gd[1] - y0) == pytest.approx(ratio, rel=1e-5)


def test_theorem_d_is_never_violated():
    # l = (1 + c y + q y^2 / 2) x^2 / 2 at z = 0: T[x, x, y] = c and the fourth derivative is [x, x, y, y] = q.
    rng = np.random.default_rng(22)
    for _ in range(200):
        c, q = rng.uniform(0.2, 3), rng.uniform(0, 3)
        eta, rho = rng.uniform(0.05, 1.9), 10 ** rng.uniform(-3, -0.5)
        angles = np.linspace(0, np.pi, 2001)
        third = c * np.max(3 * np.cos(angles) ** 2 * np.sin(angles))
        fourth = q * np.max(6 * np.cos(angles) ** 2 * np.sin(angles) ** 2)

        def gradient(w, c=c, q=q):
            x, y = w
            return np.array([(1 + c * y + q * y * y / 2) * x, (c + q * y) * x * x / 2])

        w = np.array([TwoCycle(1.0, eta, rho).radius, 0.0])
        moved = sam_step(w, gradient, eta, rho)[1]
        bound = TwoCycle(1.0, eta, rho).drift_remainder(third * (1 + 1e-6), fourth * (1 + 1e-6))
        error = abs(moved - TwoCycle(1.0, eta, rho).drift(c))
        assert error <= bound


def test_theorem_d_is_nearly_attained():
    # The harmonic quartic Im (x + i y)^4 / 24 has norm 1 and [x, x, x, y] entry 1: the last term is all there is.
    ratios = []
    for eta in (0.1, 0.01, 0.001):
        w = np.array([TwoCycle(1.0, eta, 0.1).radius, 0.0])

        def gradient(w):
            cube = (w[0] + 1j * w[1]) ** 3 / 6
            return np.array([w[0] + cube.imag, cube.real])

        moved = sam_step(w, gradient, eta, 0.1)[1]
        ratios.append(abs(moved) / TwoCycle(1.0, eta, 0.1).drift_remainder(0.0, 1.0))
    assert max(ratios) <= 1 + 1e-12
    assert ratios[-1] > 0.999


def test_theorem_d_formula():
    eta, rho, top, m3, m4 = 0.3, 0.1, 3.0, 1.7, 0.9
    a = rho * 0.9 / 1.1
    nu = (m3 * a + m4 * a**2 / 3) / top
    literal = eta * (m3 * (a + rho / 2) * rho * nu + m4 * (a + rho + rho * nu) ** 3 / 6)
    assert TwoCycle(top, eta, rho).drift_remainder(m3, m4) == pytest.approx(literal, rel=1e-12)


def test_flow_has_the_known_solution():
    # lambda = exp(y) and eta so small that the correction is 1 to 1e-12: dy/dtime = -e^y / 2.
    times = np.array([0.0, 0.3, 1.0])
    y = integrate_ravine_drift(np.exp, np.exp, 0.4, times, 1e-13)
    np.testing.assert_allclose(y, -np.log(np.exp(-0.4) + times / 2), rtol=1e-9)


def test_flow_keeps_an_exact_relation_at_finite_step():
    # With lambda = y: time = integral of (2 - eta y)^2 / 2 dy.
    eta, y0 = 0.5, 3.0
    times = np.array([0.1, 0.5, 1.0])
    y = integrate_ravine_drift(lambda y: y, lambda y: 1.0, y0, times, eta)
    elapsed = ((2 - eta * y) ** 3 - (2 - eta * y0) ** 3) / (6 * eta)
    np.testing.assert_allclose(elapsed, times, rtol=1e-9)


def test_flow_in_many_dimensions_is_the_ravine_flow():
    times = np.array([0.5, 2.0])
    flat = integrate_drift(lambda z: 1 + z[1] ** 2, lambda z: np.array([0.0, 2 * z[1]]), [0.0, 0.8], times, 0.4)
    line = integrate_ravine_drift(curvature, lambda y: 2 * y, 0.8, times, 0.4)
    np.testing.assert_allclose(flat[:, 1], line, rtol=1e-9)
    assert (flat[:, 0] == 0).all()


def test_iterates_follow_the_flow():
    eta, errors = 0.5, []
    rhos = np.array([0.08, 0.04, 0.02])
    for rho in rhos:
        y0, steps = 0.8, round(1 / (eta * rho**2))
        w = np.array([TwoCycle(curvature(y0), eta, rho).radius, y0])
        sharpest = curvature(y0)
        for _ in range(steps):
            w = sam_step(w, ravine_gradient, eta, rho)
            assert curvature(w[1]) <= sharpest
            sharpest = curvature(w[1])
        time = [steps * eta * rho**2]
        errors.append(abs(w[1] - integrate_ravine_drift(curvature, lambda y: 2 * y, y0, time, eta)[0]))
    np.testing.assert_allclose(slope(errors, rhos), 2, atol=0.1)


def test_lag_of_the_amplitude_near_the_threshold():
    eta, rho = 1.98, 1e-6

    def gradient(w):
        return np.array([(1 + w[1]) * w[0], w[0] ** 2 / 2])

    w = np.array([TwoCycle(1.0, eta, rho).radius, 0.0])
    for _ in range(2000):
        w, before = sam_step(w, gradient, eta, rho), w
    top = 1 + before[1]
    excess = (w[1] - before[1]) / TwoCycle(top, eta, rho).drift(1.0) - 1
    # The formula is the leading order in 2 - h = 0.02.
    assert excess == pytest.approx(TwoCycle(top, eta, rho).drift_lag(1.0), rel=0.05)


def test_offset_of_an_isolated_minimum():
    spectrum, eta = SPECTRUM[:3], 0.3
    cubic, quartic = CUBIC[:3, :3, :3], RNG.normal(size=(3, 3))

    def value(w):
        forms = anp.dot(quartic, w)
        return anp.sum(spectrum * w**2) / 2 + anp.sum(anp.dot(anp.dot(cubic, w), w) * w) / 6 + anp.sum(forms**4) / 24

    gradient = autograd.grad(value)
    errors, rhos = [], np.array([0.04, 0.02, 0.01])
    for rho in rhos:
        w = TwoCycle(3.0, eta, rho).radius * np.eye(3)[0]
        for _ in range(150):
            w, before = sam_step(w, gradient, eta, rho), w
        errors.append(np.abs((w + before) / 2 - BounceOffset(spectrum, eta, rho).settled(cubic[0, 0])).max())
    np.testing.assert_allclose(slope(errors, rhos), 4, atol=0.25)


def test_curvature_on_a_two_cycle_above_the_edge():
    spectrum, eta = SPECTRUM[:3], 0.5
    cubic, forms = CUBIC[:3, :3, :3], RNG.normal(size=(3, 3))

    def gradient(w):
        return spectrum * w + cubic @ w @ w / 2 + (forms @ w) ** 3 @ forms / 6

    def hessian(w):
        return np.diag(spectrum) + cubic @ w + forms.T * ((forms @ w) ** 2 / 2) @ forms

    errors, rhos = [], np.array([0.01, 0.005, 0.0025])
    for rho in rhos:
        w = TwoCycle(3.0, eta, rho).radius * np.eye(3)[0]
        for _ in range(300):
            w, before = sam_step(w, gradient, eta, rho), w
        edge = sam_edge((np.linalg.norm(gradient(w)) + np.linalg.norm(gradient(before))) / 2, eta, rho)
        weights, nodes = (5 / 18, 8 / 18, 5 / 18), (0.5 - np.sqrt(0.15), 0.5, 0.5 + np.sqrt(0.15))
        u = (w - before) / np.linalg.norm(w - before)
        along = sum(c * u @ hessian(before + x * (w - before)) @ u for c, x in zip(weights, nodes))
        ends = sum(np.linalg.eigvalsh(hessian(point))[-1] for point in (w, before)) / 2
        stated = BounceOffset(spectrum, eta, rho).above_edge(cubic[0, 0], (forms[:, 0] ** 4).sum())
        errors.append(np.abs(np.array([along, ends]) - edge - stated))
    assert (np.abs(stated) > 100 * errors[-1]).all()
    np.testing.assert_allclose([slope(column, rhos) for column in np.transpose(errors)], 4, atol=0.25)


def test_settled_offset_is_the_fixed_point_of_the_recursion():
    offset, tau = BounceOffset(SPECTRUM[:3], 0.3, 0.1), CUBIC[0, 0, :3]
    settled = offset.settled(tau)
    np.testing.assert_allclose(offset.multipliers * settled - offset.pulls * tau, settled, rtol=1e-11)
    assert settled[0] == pytest.approx(offset.slow(tau)[0], rel=1e-12)


def test_slow_offset_is_the_limit_in_slow_directions():
    offset, tau = BounceOffset([1.0, 1e-6], 1.0, 0.1), np.array([0.5, 1.0])
    np.testing.assert_allclose(offset.settled(tau), offset.slow(tau), rtol=1e-5)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: TwoCycle(4.0, 0.5, 0.1).effective_step, "eta must be below"),
        (lambda: TwoCycle(1.0, 0.5, 0.1).drift_remainder(-1.0, 0.0), "third_bound"),
        (lambda: BounceOffset([1.0, 1.0], 0.5, 0.1), "simple largest"),
        (lambda: BounceOffset([1.0, 0.0], 0.5, 0.1).settled([1.0, 1.0]), "eigenvalues must be above 0"),
        (lambda: integrate_ravine_drift(np.exp, np.exp, 0.0, [1.0, 0.5], 0.1), "times"),
        (lambda: integrate_ravine_drift(np.exp, np.exp, 1.0, [1.0], 1.0), "eta must be below"),
    ],
)
def test_wrong_arguments_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
