import itertools
import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import j1

from flatlab.theory.escape import SphereAverage, WavyValley


def average_first_coordinate(function, d):
    """E function(g1) by quadrature over the polar angle."""
    weight = quad(lambda t: math.sin(t) ** (d - 2), 0, math.pi, epsabs=1e-14, limit=400)[0]
    total = quad(lambda t: function(math.cos(t)) * math.sin(t) ** (d - 2), 0, math.pi, epsabs=1e-14, limit=400)[0]
    return total / weight


@pytest.mark.parametrize("d", [2, 3, 5, 8])
def test_coefficients_are_those_of_even_monomials(d):
    # (g1 rho)^2k has the k-th Laplacian (2k)! and no other at 0
    rho = 0.7
    square, fourth = (average_first_coordinate(lambda t, k=k: (rho * t) ** k, d) for k in (2, 4))
    sphere = SphereAverage(rho, d)
    assert sphere.drift / d * 2 == pytest.approx(square, rel=1e-11)
    assert sphere.bias * 24 == pytest.approx(fourth, rel=1e-11)


def test_sextic_average_is_exact():
    # f = (xyz - 1)^2 / 2 at (0.3, -1.1, 0.8): f, Laplacian, 4|x|^2, 24.
    x = np.array([0.3, -1.1, 0.8])
    rho = 0.9
    p = x.prod()
    laplacians = [(p - 1) ** 2 / 2, ((p / x) ** 2).sum(), 4 * (x @ x), 24.0]
    nodes, weights = np.polynomial.legendre.leggauss(8)
    angles = 2 * np.pi * np.arange(16) / 16
    total = 0.0
    for (t, w), a in itertools.product(zip(nodes, weights), angles):
        s = math.sqrt(1 - t * t)
        g = np.array([s * math.cos(a), s * math.sin(a), t])
        total += w / 2 / 16 * ((x + rho * g).prod() - 1) ** 2 / 2
    sphere = SphereAverage(rho, 3)
    coefficients = [1, sphere.drift / 3, sphere.bias, rho**6 / (2**3 * 6 * 3 * 5 * 7)]
    assert np.dot(coefficients, laplacians) == pytest.approx(total, rel=1e-12)
    # The gradient's remainder after the drift is rho^4 x / 15.
    assert sphere.bias * 8 * x == pytest.approx(rho**4 * x / 15, rel=1e-13)


def test_hyperbola_has_no_bias():
    x, y, rho = 1.3, -0.4, 0.7
    angles = 2 * np.pi * np.arange(12) / 12
    u, v = x + rho * np.cos(angles), y + rho * np.sin(angles)
    mean = np.array([((u * v - 1) * v).mean(), ((u * v - 1) * u).mean()])
    plain = (x * y - 1) * np.array([y, x])
    assert mean == pytest.approx(plain + SphereAverage(rho, 2).drift * np.array([x, y]), rel=1e-13)


@pytest.mark.parametrize("d", [2, 3, 6, 40])
def test_cusp_bias(d):
    expected = 2 * average_first_coordinate(lambda t: max(0.5 * t, 0.0) ** 3, d)
    assert SphereAverage(0.5, d).cusp_bias == pytest.approx(expected, rel=1e-10)


def test_cusp_bias_on_the_line_is_the_cube():
    assert SphereAverage(0.5, 1).cusp_bias == pytest.approx(0.125, rel=1e-13)


@pytest.mark.parametrize("d", [2, 3, 4, 7, 30])
@pytest.mark.parametrize("s", [0.0, 0.4, 3.0, 9.0])
def test_wave_factor(d, s):
    expected = average_first_coordinate(lambda t: math.cos(s * t), d)
    assert SphereAverage(0.2, d).wave_factor(s / 0.2) == pytest.approx(expected, rel=1e-10, abs=1e-14)


@pytest.mark.parametrize(("d", "transverse"), [(2, 1), (3, 1), (4, 3), (9, 5)])
@pytest.mark.parametrize("rho", [0.05, 0.7, 2.1])
def test_ravine_slope_against_quadrature(d, transverse, rho):
    k, y, distance = 2.3, 0.4, 0.6
    slope = -k * math.sin(k * y)

    def integrand(t):
        # given g1 = t the mean of |g_z|^2 is (1 - t^2) n / (d - 1); the cross term has mean zero
        mean_square = distance**2 + rho**2 * (1 - t * t) * transverse / (d - 1)
        return -k * math.sin(k * (y + rho * t)) * mean_square / 2

    expected = average_first_coordinate(integrand, d)
    got = WavyValley(k, transverse, d).slope(rho, slope, distance)
    assert got == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("d", [2000, 200_000])
def test_wave_factor_in_high_dimension(d):
    # s^2 = d: the Gaussian limit exp(-s^2 / 2d) with its first correction in 1 / d
    got = SphereAverage(1.0, d).wave_factor(math.sqrt(d))
    assert got == pytest.approx(math.exp(-0.5) * (1 - 1 / (4 * d)), rel=3 / d**2)


@pytest.mark.parametrize("d", [3, 4, 9, 40, 160])
def test_both_forms_of_the_factor_agree_where_they_meet(d):
    order = d / 2 - 1
    below, above = (SphereAverage(1.0, d).wave_factor(order * (1 + sign * 1e-13)) for sign in (-1, 1))
    assert below == pytest.approx(above, rel=1e-10)


def test_planar_law_is_the_bessel_function():
    k, rho, slope = 6.0, 0.31, -1.7
    expected = rho**2 / 2 * slope * j1(k * rho) / (k * rho)
    assert WavyValley(k, 1, 2).slope(rho, slope) == pytest.approx(expected, rel=1e-13)


def test_small_radius_is_the_trace():
    # tr / d = n a / d on the valley
    assert WavyValley(3.0, 4, 5).slope(1e-6, 2.0) == pytest.approx(1e-12 / 2 * 4 * 2.0 / 5, rel=1e-11)


def test_sign_flip():
    assert WavyValley(1.0, 1, 2).sign_flip_radius == pytest.approx(3.8317059702075125, rel=1e-13)
    root = WavyValley(2.0, 1, 3).sign_flip_radius * 2.0
    assert math.tan(root) == pytest.approx(root, rel=1e-11)
    for d in (2, 3, 4, 11, 100, 1001):
        valley = WavyValley(1.5, 1, d)
        radius = valley.sign_flip_radius
        assert all(valley.drift_factor(c * radius) > 0 for c in np.linspace(0, 0.999, 60))
        assert valley.drift_factor(1.001 * radius) < 0


def test_refusals():
    with pytest.raises(ValueError, match=r"transverse must be at most d - 1 = 2, got 3"):
        WavyValley(1.0, 3, 3)
    with pytest.raises(ValueError, match="rho"):
        SphereAverage(-0.1, 2)
    with pytest.raises(ValueError, match="wavenumber"):
        WavyValley(0.0, 1, 2)
