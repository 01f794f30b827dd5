import numpy as np
import pytest

from flatlab.theory import _fields
from flatlab.theory.sam import TwoCycle

ETA, RHO = 0.3, 0.7
SPECTRUM = np.array([5.0, 3.0, 1.0, 0.25])


def sam_step(w, eigenvalues, eta, rho):
    gradient = eigenvalues * w
    ascent = w + rho * gradient / np.sqrt(gradient @ gradient)
    return w - eta * eigenvalues * ascent


@pytest.mark.parametrize("index", range(4))
def test_a_step_of_sam_flips_the_cycle(index):
    w = np.zeros(4)
    w[index] = TwoCycle(SPECTRUM, ETA, RHO).radius[index]
    np.testing.assert_allclose(sam_step(w, SPECTRUM, ETA, RHO), -w, rtol=1e-13)


@pytest.mark.parametrize("index", range(4))
def test_gradient_and_ascent_point_on_the_cycle(index):
    w, cycle = np.zeros(4), TwoCycle(SPECTRUM[index], ETA, RHO)
    w[index] = cycle.radius
    gradient = SPECTRUM * w
    size = np.linalg.norm(gradient)
    assert cycle.gradient_norm == pytest.approx(size, rel=1e-13)
    ascent = np.linalg.norm(w + RHO * gradient / size)
    assert cycle.ascent_distance == pytest.approx(ascent, rel=1e-13)


def test_orbits_reach_the_radius():
    rng = np.random.default_rng(1)
    for eta in (0.05, 0.2, 0.39):
        w = rng.normal(size=4)
        for _ in range(6000):
            w = sam_step(w, SPECTRUM, eta, RHO)
        assert np.linalg.norm(w) == pytest.approx(TwoCycle(5.0, eta, RHO).radius, rel=1e-10)


def test_size_on_the_cycle_rises_with_curvature():
    assert (np.diff(TwoCycle(SPECTRUM, ETA, RHO).gradient_norm) < 0).all()


@pytest.mark.parametrize(
    ("spectrum", "words"),
    [([1.0, 2.0], "sorted"), ([1.0, 0.0], "above 0"), ([1.0, -1.0], "above 0"), ([], "eigenvalues")],
)
def test_spectrum_is_checked(spectrum, words):
    with pytest.raises(ValueError, match=words):
        _fields.descending("eigenvalues", spectrum)


def test_zeros_only_where_allowed():
    assert _fields.descending("eigenvalues", [2.0, 0.0], zero_allowed=True)[1] == 0
    with pytest.raises(ValueError, match="the first above 0"):
        _fields.descending("eigenvalues", [0.0, 0.0], zero_allowed=True)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: TwoCycle(4.0, 0.5, 1.0), "eta must be below"),
        (lambda: TwoCycle(1.0, 0.5, -1.0), "rho"),
        (lambda: TwoCycle([1.0, np.nan], 0.5, 1.0), "eigenvalue"),
        (lambda: TwoCycle("x", 0.5, 1.0), "eigenvalue"),
        (lambda: TwoCycle(1.0, 0.0, 1.0), "eta"),
        (lambda: TwoCycle(1.0, 0.5, 1e200).drift_remainder(1e200, 0.0), "drift_remainder must have a finite value"),
    ],
)
def test_wrong_arguments_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
