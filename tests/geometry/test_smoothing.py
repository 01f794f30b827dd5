"""The smoothed objective: closed forms against quadrature, paths, refusals."""

import numpy as np
import pytest

from flatlab import objectives
from flatlab.geometry.smoothing import quadrature_expectation, smoothed_gradient, smoothed_value
from flatlab.objectives import (
    CoshSum,
    Cubic,
    DenseQuadratic,
    DoubleWell,
    HuberSlope,
    NormQuartic,
    Quadratic,
    Saturating,
    SeparableQuartic,
    Smoothed,
    Valley,
    gradient,
    value,
)
from flatlab.objectives.valleys.profiles import Parabola

MATRIX = np.array([[2.0, 0.5], [0.5, 1.0]])
CLOSED = [
    Quadratic([2.0, 0.5]),
    DenseQuadratic(MATRIX),
    SeparableQuartic([1.0, -0.5]),
    NormQuartic(),
    Cubic([1.0, -0.5]),
    CoshSum(),
    Saturating(),
]


def _numeric(objective, w, s, nodes):
    slope = np.empty(w.size)

    def at(u):
        gradient(objective, w + u, slope)
        return np.append(slope, value(objective, w + u))

    found = quadrature_expectation(at, w.size, s, nodes)
    return found[-1], found[:-1]


@pytest.mark.parametrize("s", [0.0, 0.3])
@pytest.mark.parametrize("objective", CLOSED, ids=lambda o: type(o).__name__)
def test_closed_forms_are_the_expectation(objective, s):
    w = np.array([0.7, -0.4])
    level, slope = _numeric(objective, w, s, 40)
    tolerance = {"rtol": 1e-9, "atol": 1e-9} if isinstance(objective, Saturating) else {"rtol": 1e-12, "atol": 1e-13}
    np.testing.assert_allclose(smoothed_value(objective, w, s), level, **tolerance)
    np.testing.assert_allclose(smoothed_gradient(objective, w, s), slope, **tolerance)


@pytest.mark.parametrize("s", [0.05, 0.4])
def test_the_smoothed_double_well(s):
    for x in (-1.2, 0.1, 0.9):
        level, slope = _numeric(DoubleWell(), np.array([x]), s, 200)
        assert smoothed_value(DoubleWell(), [x], s) == pytest.approx(level, rel=1e-10)
        np.testing.assert_allclose(smoothed_gradient(DoubleWell(), [x], s), slope, rtol=1e-9, atol=1e-10)


def test_the_gradient_is_that_of_the_value():
    step = 1e-5
    for objective in (Saturating(), CoshSum(), NormQuartic()):
        w = np.array([0.6, -0.9])
        for i in range(2):
            ends = [smoothed_value(objective, w + sign * step * np.eye(2)[i], 0.4) for sign in (1, -1)]
            assert smoothed_gradient(objective, w, 0.4)[i] == pytest.approx((ends[0] - ends[1]) / 2 / step, rel=1e-8)


def test_other_objectives_go_through_quadrature():
    w = np.array([0.3, 0.5])
    level, slope = _numeric(Valley(Parabola()), w, 0.2, 6)
    assert smoothed_value(Valley(Parabola()), w, 0.2) == pytest.approx(level, rel=1e-12)
    np.testing.assert_allclose(smoothed_gradient(Valley(Parabola()), w, 0.2), slope, rtol=1e-12)
    smooth = Smoothed(HuberSlope(0.5, 1.0), 0.2)
    assert smoothed_value(HuberSlope(0.5, 1.0), w, 0.2) == value(smooth, w)


@pytest.mark.parametrize("objective", [Saturating(), NormQuartic(), Valley(Parabola()), HuberSlope(0.5, 1.0)], ids=str)
def test_a_path_is_answered_point_by_point(objective):
    path = np.random.default_rng(1).standard_normal((3, 4, 2))
    values, slopes = smoothed_value(objective, path, 0.3), smoothed_gradient(objective, path, 0.3)
    assert values.shape == (3, 4)
    assert slopes.shape == (3, 4, 2)
    assert values[1, 2] == pytest.approx(smoothed_value(objective, path[1, 2], 0.3), rel=1e-14)
    np.testing.assert_allclose(slopes[1, 2], smoothed_gradient(objective, path[1, 2], 0.3), rtol=1e-13)


@pytest.mark.jit_free
def test_smoothed_is_the_closed_form():
    w, out = np.array([0.6, -0.9]), np.empty(2)
    gradient(Smoothed(Saturating(), 0.5), w, out)
    np.testing.assert_allclose(out, smoothed_gradient(Saturating(), w, 0.5), rtol=1e-10)
    assert objectives.hessian_trace(Smoothed(CoshSum(), 0.5), w) == pytest.approx(
        np.exp(0.125) * np.cosh(w).sum(), rel=1e-12
    )


@pytest.mark.parametrize(
    ("build", "word"),
    [
        (lambda: smoothed_value(Saturating(), [1.0], -0.1), "s must"),
        (lambda: smoothed_value(Saturating(), [np.nan], 0.1), "w must"),
        (lambda: smoothed_value(Saturating(), 1.0, 0.1), "w must"),
        (lambda: smoothed_value(3.0, [1.0], 0.1), "objective"),
        (
            lambda: smoothed_gradient(objectives.Noisy(objectives.Cusp(5), 0.1), np.ones(5), 0.1),
            "more than 4 variables",
        ),
        (lambda: Smoothed(NormQuartic(), 0.1), "separable"),
        (lambda: Smoothed(Saturating(), -0.1), "s must"),
        (lambda: Smoothed(Saturating(), 0.1, 0), "nodes"),
        (lambda: quadrature_expectation(np.sum, 0, 0.1), "size"),
        (lambda: DoubleWell(sharp_width=0.0), "sharp_width"),
        (lambda: DoubleWell(bowl=-1.0), "bowl"),
        (lambda: SeparableQuartic([]), "coefficients"),
        (lambda: Cubic([np.inf]), "coefficients"),
        (lambda: HuberSlope(-0.1, 1.0), "slope"),
        (lambda: HuberSlope(0.1, 0.0), "curvature"),
        (lambda: objectives.Hats([0.1, 0.0], 1.0, 1.0), "half_widths"),
        (lambda: objectives.Hats([0.1], 1.0, 0.0), "stretch"),
        (lambda: objectives.CoordinateNoise(Quadratic([1.0]), [0.1, 0.2]), "deviations"),
        (lambda: objectives.CoordinateNoise(Quadratic([1.0]), [-0.1]), "deviations"),
        (lambda: objectives.CoordinateNoise(3.0, [0.1]), "base"),
        (lambda: objectives.FreshNoise(Quadratic([1.0]), 0.1, 1), "first"),
        (lambda: objectives.FreshNoise(Quadratic([1.0]), -0.1, 0), "sigma"),
        (lambda: objectives.FreshNoise(3.0, 0.1, 0), "base"),
    ],
)
def test_wrong_arguments_are_refused_by_name(build, word):
    with pytest.raises(ValueError, match=word):
        build()


@pytest.mark.parametrize(
    "objective", [Saturating(), HuberSlope(0.5, 2.0), objectives.Hats([0.3, 0.2], 2.0, 1.0)], ids=str
)
def test_the_stated_smoothness_is_attained_and_never_exceeded(objective):
    x = np.linspace(-3, 3, 4001)
    slopes = np.empty((x.size, 3))
    for out, shift in zip(slopes, x):
        gradient(objective, np.full(3, shift), out)
    steepest = np.abs(np.diff(slopes, axis=0)).max() / (x[1] - x[0])
    assert 1.99 < steepest < 2 + 1e-9
