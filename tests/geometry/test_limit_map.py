"""The limit map: closed forms against the integrator, what the flow keeps, saddles, the two readings of flatness."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from flatlab.geometry.limit_map import certificate, closed_limit, flatness, flow_limit, limit_map, trace_gradient_along
from flatlab.objectives import (
    Cusp,
    DiagonalNetwork,
    Product,
    QuadraticModels,
    RankOne,
    Valley,
    ValleyRisk,
    conserved,
    gradient,
    hessian_trace,
    trace_gradient,
    value,
)
from flatlab.objectives.valleys import named_profiles, profiles
from flatlab.objectives.valleys.profile_flow import flow_end, flow_end_by_integration

PROFILES = [
    profiles.Constant(1.3),
    profiles.Ramp(2.0, 0.6),
    profiles.Ramp(2.0, -0.6),
    profiles.SoftRamp(1.0, 0.8, 0.3),
    profiles.Parabola(0.7, 1.9),
    profiles.ExponentialTail(0.5, 1.2, 0.8),
    profiles.ExponentialTail(0.0, 1.0, -0.5),
    profiles.PowerTail(0.5, 1.2, 0.7),
    profiles.Wave(2.0, 1.0, 3.0, 0.4),
    profiles.Wave(2.0, -0.7, 2.0, -1.0),
    named_profiles.TwoWells(),
    named_profiles.WavyBowl(),
    named_profiles.Sigmoid(),
    named_profiles.Bump(),
    profiles.ScaledProfile(profiles.Parabola(0.7, 1.9), 1.3, 0.6),
    profiles.ScaledProfile(named_profiles.TwoWells(), 1.3, 0.6),
    profiles.ScaledProfile(named_profiles.Sigmoid(), 1.3, 0.6),
]
FEATURES = np.array([[1.0, 1, 1, 1, -1], [1, 1, -1, -1, 1], [1, -1, 1, -1, 1]])
SMOOTH = [
    (Product(2), [2.0, 0.3]),
    (Product(3), [1.5, 0.4, 0.9]),
    (RankOne([1.0, 2.0], [0.5, -1.0, 0.3], 1.4), [1.0, 1.5, 0.6, -0.8, 0.1]),
    (DiagonalNetwork(FEATURES, [0.4, -1.0, 0.8], 3), np.linspace(0.5, 1.4, 10)),
    *((Valley(profile, 2), [0.3, -0.4, 0.8]) for profile in PROFILES),
    (ValleyRisk(profiles.Parabola(), 2), [0.3, -0.4, 0.8]),
]


def _flow(objective, start, until):
    out = np.empty(len(start))

    def slope(_, w):
        gradient(objective, np.ascontiguousarray(w), out)
        return -out

    return solve_ivp(slope, (0, until), start, method="DOP853", rtol=1e-12, atol=1e-14).y[:, -1]


@pytest.mark.parametrize(("objective", "start"), SMOOTH)
def test_closed_form_is_where_the_flow_ends(objective, start):
    np.testing.assert_allclose(closed_limit(objective, np.array(start)), flow_limit(objective, start), atol=1e-9)


@pytest.mark.parametrize(("objective", "start"), SMOOTH)
def test_limit_is_constant_along_the_flow(objective, start):
    later = _flow(objective, start, 0.3)
    np.testing.assert_allclose(limit_map(objective, later), limit_map(objective, start), atol=1e-10)


@pytest.mark.parametrize(("objective", "start"), SMOOTH)
def test_conserved_quantities_are_conserved(objective, start):
    try:
        before = conserved(objective, np.array(start))
    except (TypeError, ZeroDivisionError):
        pytest.skip("no elementary form")
    np.testing.assert_allclose(conserved(objective, _flow(objective, start, 0.3)), before, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("u", [0.0, 1e-6, 0.03, 0.2])
def test_valley_in_one_dimension(profile, u):
    assert flow_end(profile, 0.8, u) == pytest.approx(flow_end_by_integration(profile, 0.8, u), abs=1e-11)


@pytest.mark.parametrize("profile", PROFILES)
def test_profile_derivatives_are_those_of_its_value(profile):
    h = 1e-3
    for order in range(3):
        ends = [profiles.profile_at(profile, 0.8 + k * h)[order] for k in (-2, -1, 1, 2)]
        slope = (8 * (ends[2] - ends[1]) - (ends[3] - ends[0])) / (12 * h)
        assert profiles.profile_at(profile, 0.8)[order + 1] == pytest.approx(slope, abs=1e-8)


@pytest.mark.parametrize(("objective", "start"), SMOOTH)
def test_trace_gradient_is_the_derivative_of_the_trace(objective, start):
    by_differences = trace_gradient.default(objective, np.array(start))
    np.testing.assert_allclose(trace_gradient(objective, np.array(start)), by_differences, rtol=1e-8, atol=1e-8)


def test_quadratic_models_have_their_trace_gradient(rng):
    half = rng.standard_normal((3, 4, 4))
    objective = QuadraticModels(rng.standard_normal((3, 4)), half + half.transpose(0, 2, 1))
    w = rng.standard_normal(4) / 5
    np.testing.assert_allclose(trace_gradient(objective, w), trace_gradient.default(objective, w), rtol=1e-8, atol=1e-8)


def test_known_certificates():
    x = 2.0
    c = x**2 - x**-2
    assert certificate(Product(2), [x, 1 / x]) == pytest.approx(abs(c) / (c * c + 4) ** 0.25, rel=1e-12)
    assert certificate(Product(2), [1.0, 1.0]) == pytest.approx(0, abs=1e-14)
    # the valley: n |a'| / d, on its risk form |a'| / d
    assert certificate(Valley(profiles.Parabola(1, 2), 2), [0, 0, 0.7]) == pytest.approx(2 / 3 * 1.4, rel=1e-12)
    assert certificate(ValleyRisk(profiles.Parabola(1, 2), 2), [0, 0, 0.7]) == pytest.approx(1.4 / 3, rel=1e-12)
    # rank one with m != n: flattest where n |u|^2 = m |v|^2, which is not balanced
    left, right, s = np.array([1.0, 0.0]), np.array([0.6, 0.8, 0.0]), 1.5
    u = np.sqrt(s * np.sqrt(2 / 3))
    flattest = np.concatenate([u * left, s / u * right])
    objective = RankOne(left, right, s)
    assert certificate(objective, flattest) == pytest.approx(0, abs=1e-13)
    assert hessian_trace(objective, flattest) == pytest.approx(2 * s * np.sqrt(6), rel=1e-12)
    assert certificate(objective, np.concatenate([np.sqrt(s) * left, np.sqrt(s) * right])) > 0.1


def test_the_certificate_is_normalised():
    along = trace_gradient_along(Product(3), np.array([2.0, 0.5, 1.0]))
    assert certificate(Product(3), [2.0, 0.5, 1.0]) == pytest.approx(np.linalg.norm(along) / 3, rel=1e-14)


def test_the_two_readings_are_both_given_and_differ():
    # cost is quadratic in the distance: a point within the cost tolerance may be outside the distance tolerance
    found = flatness(Product(2), [1.05, 1.05])
    assert found.distance == pytest.approx(np.sqrt(2) * 0.05, rel=1e-9)
    assert found.cost_gap == pytest.approx((1.05**2 - 1) ** 2 / 2, rel=1e-9)
    assert found.trace == pytest.approx(1.0, rel=1e-12)
    assert found.by_cost(0.01)
    assert not found.by_distance(0.01)
    assert found.by_distance(0.08)
    assert not flatness(Product(2), [4.0, 0.25]).by_cost(0.01)


@pytest.mark.parametrize(
    ("start", "end"),
    [([3.0, 0.1], 1), ([-3.0, -0.1], -1), ([3.0, -0.1], 1), ([-3.0, 0.1], -1), ([0.1, -3.0], -1), ([0.0, 2.0], 1)],
)
def test_sign_of_the_limit_on_the_hyperbola_is_that_of_the_sum(start, end):
    limit = limit_map(Product(2), start)
    assert np.sign(limit[0]) == np.sign(limit[1]) == end
    assert limit[0] * limit[1] == pytest.approx(1, rel=1e-13)
    assert limit[0] ** 2 - limit[1] ** 2 == pytest.approx(start[0] ** 2 - start[1] ** 2, rel=1e-12)
    if 0.0 not in start:
        np.testing.assert_allclose(limit, flow_limit(Product(2), start), atol=1e-8)


@pytest.mark.parametrize("start", [[1.0, -1.0], [0.0, 0.0], [0.5, 0.5, 0.0, 0.0]])
def test_the_saddle_has_no_limit(start):
    with pytest.raises(ValueError, match=r"^w must not flow to the saddle at 0"):
        limit_map(Product(len(start)), start)


def test_extreme_starts_keep_their_digits():
    limit = limit_map(Product(2), [1e6, 1e-6])
    assert limit[0] * limit[1] == pytest.approx(1, rel=1e-12)
    assert limit_map(Product(2), [1e-9, 1e-9]) == pytest.approx([1, 1], rel=1e-12)
    np.testing.assert_allclose(limit_map(Product(6), np.ones(6)), 1, rtol=1e-14)


def test_a_factorisation_of_opposite_signs_is_integrated():
    objective = RankOne([1.0, 0.0], [1.0, 0.0], 1.0)
    start = np.array([1.0, 0.3, -0.4, 0.2])
    assert closed_limit(objective, start) is None
    limit = limit_map(objective, start)
    assert value(objective, limit) == pytest.approx(0, abs=1e-16)
    assert conserved(objective, limit) == pytest.approx(conserved(objective, start), abs=1e-9)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: limit_map(Product(2), [1.0, 2.0, 3.0]), "w must have 2 entries"),
        (lambda: limit_map(Product(2), [1.0, np.nan]), "w must be a vector of finite numbers"),
        (lambda: certificate(Product(2), [0.0, 0.0]), "w must flow to a minimum"),
        (lambda: limit_map(Valley(profiles.PowerTail(), 1), [0.1, -1.0]), "w must start where the profile is positive"),
        (lambda: flatness(Product(2), [3.0, 3.0], neighbourhood=0.5), "w must lie within 0.5 of the minima"),
        (lambda: flatness(Product(2), [1.0, 1.0], neighbourhood=-1), "neighbourhood must be"),
        (lambda: conserved(Cusp(2), np.ones(2)), "Cusp has no known conserved quantities"),
    ],
)
def test_bad_input_gets_one_sentence(call, words):
    with pytest.raises((ValueError, TypeError), match=f"^{words}"):
        call()


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e3, 1e40])
def test_limit_of_a_product_is_on_the_minima_and_keeps_the_differences_of_squares(size, rng):
    start = size * rng.standard_normal(4)
    start[0] = abs(start[0]) * np.prod(np.sign(start[1:]))
    limit = limit_map(Product(4), start)
    assert np.log(np.abs(limit)).sum() == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(conserved(Product(4), limit), conserved(Product(4), start), rtol=1e-13, atol=1e-13)
    assert (np.sign(limit) == np.sign(start)).all()


def test_a_limit_beyond_the_range_of_numbers_is_refused():
    with pytest.raises(ValueError, match=r"limit of factors above 1e-161, got array"):
        limit_map(Product(3), [1e90, 1e90, 1e-3])
