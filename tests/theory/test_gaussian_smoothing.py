import itertools

import numpy as np
import pytest
from numpy.polynomial import polynomial

from flatlab.theory import gaussian_smoothing as gs

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(8)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


def tensor_smooth(f, w, s):
    """Mean of f over the tensor grid of eight nodes in each coordinate, exact for degree 15."""
    total = 0.0
    for index in itertools.product(range(NODES.size), repeat=len(w)):
        index = list(index)
        total += np.prod(WEIGHTS[index]) * f(np.asarray(w) + s * NODES[index])
    return total


def test_quadratic_gap_is_exact():
    a = np.array([[2.0, -0.7, 0.3], [-0.7, 1.1, 0.5], [0.3, 0.5, -0.4]])
    w, s = np.array([0.3, -1.0, 2.0]), 0.7
    measured = tensor_smooth(lambda x: x @ a @ x / 2, w, s) - w @ a @ w / 2
    assert gs.quadratic_gap(s, np.linalg.eigvalsh(a)) == pytest.approx(measured, rel=1e-11)


@pytest.mark.parametrize("s", [0.05, 0.6])
def test_quartic_gaps_are_exact(s):
    w, a = np.array([0.3, -1.0, 2.0]), np.array([1.0, 2.0, -0.5])
    measured = tensor_smooth(lambda x: a @ x**4, w, s) - a @ w**4
    assert gs.separable_quartic_gap(s, w, a) == pytest.approx(measured, rel=1e-10)
    measured = tensor_smooth(lambda x: (x @ x) ** 2, w, s) - (w @ w) ** 2
    assert gs.norm_quartic_gap(s, w) == pytest.approx(measured, rel=1e-10)


def test_sixth_order_expansion_is_exact_for_degree_seven():
    coefficients = np.array([0.3, -1.0, 0.5, 2.0, -0.7, 0.2, 1.3, -0.4])
    w, s = 0.8, 0.9
    derivative = {n: polynomial.polyval(w, polynomial.polyder(coefficients, n)) for n in (2, 4, 6)}
    measured = gs.smooth(lambda x: polynomial.polyval(x, coefficients), w, s) - polynomial.polyval(w, coefficients)
    assert gs.smoothing_gap(s, derivative[2], derivative[4], derivative[6]) == pytest.approx(measured, rel=1e-11)


@pytest.mark.parametrize("s", [0.05, 0.5, 1.0, 1.5])
def test_cosh_gap_and_remainder(s):
    w = np.array([0.3, -1.0])
    f = np.cosh(w).sum()
    measured = sum(gs.smooth(np.cosh, w, s)) - f
    assert gs.cosh_gap(s, w) == pytest.approx(measured, rel=1e-10)
    assert gs.cosh_trace_remainder(s, w) == pytest.approx(gs.cosh_gap(s, w) - gs.smoothing_gap(s, f), abs=1e-14 * f)


def test_cosh_remainder_is_of_fourth_order():
    w = np.array([0.3, -1.0])
    ratio = gs.cosh_trace_remainder(1e-3, w) / (1e-12 * np.cosh(w).sum() / 8)
    assert ratio == pytest.approx(1 + 1e-6 / 6, rel=1e-12)


def test_smoothed_derivative_two_ways():
    def f(x):
        return x**2 / (1 + x**2)

    def slope(x):
        return 2 * x / (1 + x**2) ** 2

    w = np.array([0.1, 0.7, -2.0])
    exact = gs.smooth(slope, w, 0.2)
    np.testing.assert_allclose(gs.smooth_derivative(f, w, 0.2), exact, rtol=1e-10)
    np.testing.assert_allclose(gs.smooth(slope, w, 0.5), gs.smooth(slope, w, 0.5, nodes=150), atol=1e-6)
    assert gs.smooth_derivative(lambda x: x**5, 0.7, 0.4) == pytest.approx(
        5 * (0.7**4 + 6 * 0.7**2 * 0.4**2 + 3 * 0.4**4), rel=1e-12
    )


def test_shapes_and_refusals():
    assert isinstance(gs.smooth(np.cos, 0.3, 0.1), float)
    assert gs.smooth(np.cos, np.zeros((2, 3)), 0.1).shape == (2, 3)
    with pytest.raises(ValueError, match="s must be"):
        gs.quadratic_gap(-0.1, [1.0])
    with pytest.raises(ValueError, match="coefficients must have 2 entries"):
        gs.separable_quartic_gap(0.1, [1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match="s must be"):
        gs.smooth_derivative(np.cos, 0.0, 0.0)
    with pytest.raises(ValueError, match="w must be finite"):
        gs.smooth(np.cos, np.nan, 0.1)
