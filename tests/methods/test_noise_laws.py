"""Noise laws: moments, symmetry, refusals; schedules."""

import math
from typing import NamedTuple

import numpy as np
import pytest

from flatlab import trajectory
from flatlab.methods import NoiseInjection, noise_laws
from flatlab.methods.noise_laws import (
    Breached,
    Cauchy,
    Gaussian,
    Laplace,
    Rademacher,
    UncentredBinomial,
    Uniform,
    check_law,
    norm_moments,
    unit_noise,
)
from flatlab.methods.schedules import Cosine, Exponential, Given, InverseRoot, Linear, bound_step, check_schedule, rate
from flatlab.objectives import Quadratic
from flatlab.theory.noise import UpperBound

LAWS = [Gaussian(), Uniform(), Laplace(), Rademacher()]


def _draws(law, count=400_000):
    """One step of size 1 on curvature 1 from 0 moves every coordinate by minus its noise."""
    method = NoiseInjection(1.0, 1.0, law=law)
    return trajectory(method, Quadratic(np.ones(count)), np.zeros(count), steps=1, rng=np.random.default_rng(3))[1]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: type(law).__name__)
def test_moments_are_the_stated_ones(law):
    u = _draws(law)
    for power, stated in ((1, 0.0), (2, law.second_moment), (3, 0.0), (4, law.fourth_moment)):
        values = u**power
        assert abs(values.mean() - stated) <= 6.5 * values.std() / np.sqrt(u.size) + 1e-12


def test_the_uncentred_law_has_mean_and_variance_one():
    u = -_draws(Breached(UncentredBinomial()))
    assert set(np.unique(u)) == {0.0, 2.0}
    assert abs(u.mean() - 1) < 6.5 / np.sqrt(u.size)


def test_the_cauchy_law_has_heavy_tails():
    u = np.abs(_draws(Breached(Cauchy())))
    assert abs((u > 1).mean() - 0.5) < 6.5 * 0.5 / np.sqrt(u.size)


@pytest.mark.jit_free
@pytest.mark.parametrize("law", [*LAWS, UncentredBinomial(), Cauchy()], ids=lambda law: type(law).__name__)
def test_one_draw_is_a_number(law):
    assert math.isfinite(unit_noise(law, np.random.default_rng(1)))


@pytest.mark.parametrize("law", LAWS, ids=lambda law: type(law).__name__)
def test_norm_moments_are_those_of_independent_coordinates(law):
    second, fourth = norm_moments(law, 0.5, 4)
    assert second == pytest.approx(4 * 0.25)
    lengths = np.sum((0.5 * _draws(law).reshape(-1, 4)) ** 2, axis=1) ** 2
    assert abs(lengths.mean() - fourth) <= 6.5 * lengths.std() / np.sqrt(lengths.size) + 1e-12


def test_gaussian_norm_moments_are_those_of_a_chi_square():
    np.testing.assert_allclose(norm_moments(Gaussian(), 0.3, 7), (7 * 0.3**2, 7 * 9 * 0.3**4), rtol=1e-14)


def test_a_law_of_ones_own_must_say_that_it_is_symmetric():
    class Silent(NamedTuple):
        pass

    @unit_noise.register(Silent)
    def _(law, rng):
        return rng.standard_normal()

    with pytest.raises(ValueError, match="symmetric"):
        check_law(Silent())
    Silent.symmetric = True
    with pytest.raises(ValueError, match="second moment"):
        check_law(Silent())
    Silent.second_moment = 1.0
    assert check_law(Silent()) == Silent()


@pytest.mark.parametrize(("s", "size", "word"), [(-1.0, 2, "s must"), (1.0, 0, "size")])
def test_norm_moments_refuse(s, size, word):
    with pytest.raises(ValueError, match=word):
        norm_moments(Gaussian(), s, size)


def test_scripted_values_are_finite():
    with pytest.raises(ValueError, match="draws"):
        noise_laws.Scripted([1.0, np.nan])


@pytest.mark.jit_free
@pytest.mark.parametrize(
    ("schedule", "formula"),
    [
        (0.3, lambda t: 0.3),
        (Given([0.5, 0.2, 0.1]), lambda t: (0.5, 0.2, 0.1)[min(t, 2)]),
        (InverseRoot(0.4), lambda t: 0.4 / np.sqrt(1 + t)),
        (Exponential(0.4, 0.9), lambda t: 0.4 * 0.9**t),
        (Linear(0.4, 0.1, 3), lambda t: 0.4 - 0.3 * min(t, 3) / 3),
        (Cosine(0.4, 0.1, 4), lambda t: 0.1 + 0.15 * (1 + np.cos(np.pi * min(t, 4) / 4))),
    ],
    ids=["constant", "given", "inverse root", "exponential", "linear", "cosine"],
)
def test_schedules_follow_their_formula(schedule, formula):
    for t in range(7):
        assert rate(schedule, t) == pytest.approx(formula(t), rel=1e-14)


@pytest.mark.parametrize(
    ("build", "word"),
    [
        (lambda: Given([]), "values"),
        (lambda: Given([0.1, -0.1]), "values"),
        (lambda: InverseRoot(0.0), "first"),
        (lambda: Exponential(0.1, 1.1), "factor"),
        (lambda: Exponential(0.1, 0.0), "factor"),
        (lambda: Linear(0.1, -0.1, 3), "last"),
        (lambda: Linear(0.1, 0.1, 0), "steps"),
        (lambda: Cosine(-0.1, 0.1, 3), "first"),
        (lambda: check_schedule("eta", (1, 2), lambda name, value: value), "eta"),
    ],
)
def test_wrong_schedules_are_refused_by_name(build, word):
    with pytest.raises(ValueError, match=word):
        build()


def test_the_bounds_own_step():
    found = bound_step(2.0, 1.5, 0.7, 0.3, 1000, 4)
    v = (0.49 + 4 * 0.3) / 4
    assert 1 / found == pytest.approx(2.0 / 2 + np.sqrt(2.0**2 / 4 + 2.0 * v * 1000 / (2 * 1.5)), rel=1e-14)
    shared = bound_step(2.0, 1.5, 0.7, 0.3, 1000, 4, shared_sample=True)
    assert shared == pytest.approx(UpperBound(2.0, 1.5, 0.49 + 0.3, 1000).step_size, rel=1e-14)
    assert bound_step(2.0, 1.5, 0.0, 0.0, 10) == 0.5
    with pytest.raises(ValueError, match="pairs"):
        bound_step(2.0, 1.5, 0.7, 0.3, 1000, 0)
