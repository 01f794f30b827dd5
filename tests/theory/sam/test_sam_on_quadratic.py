import math

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from flatlab.theory.sam import SAMOnQuadratic, TwoCycle

SPECTRUM = np.array([5.0, 3.0, 1.0, 0.25])


def sam_step(w, eigenvalues, eta, rho):
    gradient = eigenvalues * w
    return w - eta * eigenvalues * (w + rho * gradient / anp.sqrt(anp.sum(gradient**2)))


def on_cycle(index, eta, rho):
    w = np.zeros(SPECTRUM.size)
    w[index] = TwoCycle(SPECTRUM[index], eta, rho).radius
    return w


@pytest.mark.parametrize("index", range(4))
@pytest.mark.parametrize("eta", [0.05, 0.2, 0.39])
def test_multipliers_against_the_jacobian(index, eta):
    rho = 0.7
    w = on_cycle(index, eta, rho)
    truth = np.diag(SAMOnQuadratic(SPECTRUM, eta).multipliers(index))
    exact = autograd.jacobian(lambda w: sam_step(w, SPECTRUM, eta, rho))(w)
    np.testing.assert_allclose(exact, truth, rtol=1e-10, atol=1e-10 * np.abs(truth).max())
    size = 1e-5 * w[index]
    columns = [
        (sam_step(w + size * e, SPECTRUM, eta, rho) - sam_step(w - size * e, SPECTRUM, eta, rho)) / (2 * size)
        for e in np.eye(4)
    ]
    np.testing.assert_allclose(np.array(columns).T, truth, atol=1e-6 * np.abs(truth).max())


def test_only_the_top_cycle_attracts():
    for eta in np.linspace(0.01, 0.399, 25):
        assert np.abs(SAMOnQuadratic(SPECTRUM, eta).multipliers()).max() < 1
        for index in range(1, 4):
            assert (SAMOnQuadratic(SPECTRUM, eta).multipliers(index)[:index] < -1).all()


def test_late_ratios_are_the_multipliers():
    eta, rho = 0.3, 0.7
    multipliers = SAMOnQuadratic(SPECTRUM, eta).multipliers()
    w = on_cycle(0, eta, rho) + 1e-9 * np.array([0.0, 1.0, 1.0, 1.0])
    after = sam_step(w, SPECTRUM, eta, rho)
    np.testing.assert_allclose(after[1:] / w[1:], multipliers[1:], rtol=1e-10)


def test_escape_factor_is_the_growth_off_a_saddle_cycle():
    eta, rho, index = 0.3, 0.7, 2
    w = on_cycle(index, eta, rho)
    w[:2] = 1e-12
    after = sam_step(w, SPECTRUM, eta, rho)
    for along in (0, 1):
        factor = SAMOnQuadratic(SPECTRUM, eta).escape_factor(index, along)
        assert abs(after[along] / w[along]) == pytest.approx(factor, rel=1e-11)
        literal = eta * SPECTRUM[along] + (2 - eta * SPECTRUM[index]) * (SPECTRUM[along] / SPECTRUM[index]) ** 2 - 1
        assert factor == pytest.approx(literal, rel=1e-13)
        assert factor > 1


def test_rates_of_an_orbit():
    eta, rho = 0.07, 1.0
    w, distances, leading = on_cycle(0, eta, rho) * 1.001 + 1e-3, [], []
    radius = TwoCycle(5.0, eta, rho).radius
    for _ in range(420):
        w = sam_step(w, SPECTRUM, eta, rho)
        distances.append(np.linalg.norm(np.abs(w) - np.array([radius, 0, 0, 0])))
        leading.append(abs(abs(w[0]) - radius))
    assert distances[-1] / distances[-2] == pytest.approx(SAMOnQuadratic(SPECTRUM, eta).asymptotic_rate, rel=1e-4)
    slope = (math.log(leading[160]) - math.log(leading[120])) / 40
    assert math.exp(slope) == pytest.approx(SAMOnQuadratic(SPECTRUM, eta).leading_coordinate_rate, rel=1e-3)


def test_a_repeated_top_eigenvalue_has_rate_one():
    assert SAMOnQuadratic([2.0, 2.0], 0.2).asymptotic_rate == 1
    assert SAMOnQuadratic([2.0], 0.5).asymptotic_rate == 0


def test_growth_factors_are_one_step():
    rng = np.random.default_rng(8)
    for eta in (0.1, 0.3, 0.8):
        w = rng.normal(size=4)
        factors = SAMOnQuadratic(SPECTRUM, eta, 0.4).growth_factors(np.linalg.norm(SPECTRUM * w))
        np.testing.assert_allclose(sam_step(w, SPECTRUM, eta, 0.4), -factors * w, rtol=1e-11, atol=1e-14)


def test_divergence_above_two():
    law = SAMOnQuadratic(SPECTRUM, 0.5, 0.7).divergence
    assert law.kind == "geometric"
    assert law.increment == 0
    w = np.ones(4)
    for _ in range(60):
        after = sam_step(w, SPECTRUM, 0.5, 0.7)
        assert abs(after[0] / w[0]) >= law.ratio * (1 - 1e-13)
        w, before = after, w
    assert abs(w[0] / before[0]) == pytest.approx(law.ratio, rel=1e-9)


@pytest.mark.parametrize("spectrum", [[4.0, 1.0], [4.0, 4.0, 1.0]])
def test_linear_growth_at_exactly_two(spectrum):
    law = SAMOnQuadratic(spectrum, 0.5, 0.7).divergence
    assert (law.kind, law.ratio, law.increment) == ("linear", 1.0, 1.4)
    spectrum = np.array(spectrum)
    top = spectrum == 4.0
    w = np.linspace(1.0, 0.5, spectrum.size)
    for _ in range(20000):
        w, before = sam_step(w, spectrum, 0.5, 0.7), w
    assert np.linalg.norm(w[top]) - np.linalg.norm(before[top]) == pytest.approx(law.increment, rel=1e-8)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: SAMOnQuadratic(SPECTRUM, 0.2).multipliers(4), "index must be below"),
        (lambda: SAMOnQuadratic(SPECTRUM, 0.2).escape_factor(1, 2), "along"),
        (lambda: SAMOnQuadratic(SPECTRUM, 0.2).divergence, "eta must be at least"),
        (lambda: SAMOnQuadratic(SPECTRUM, 0.5).asymptotic_rate, "eta must be below"),
        (lambda: SAMOnQuadratic(SPECTRUM, 0.2).growth_factors(0.0), "gradient_norm"),
        (lambda: SAMOnQuadratic(SPECTRUM[::-1], 0.2), "eigenvalues must be sorted"),
        (lambda: SAMOnQuadratic(SPECTRUM, 0.2, 0.0), "rho"),
    ],
)
def test_wrong_arguments_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
