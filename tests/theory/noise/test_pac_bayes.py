import math

import numpy as np
import pytest
from scipy.stats import binom

from flatlab.theory.noise import GaussianPosterior, binary_kl, invert_binary_kl, monte_carlo_upper


def test_binary_kl():
    assert binary_kl(0.3, 0.3) == 0
    assert binary_kl(0.0, 0.4) == pytest.approx(-math.log(0.6), rel=1e-14)
    assert binary_kl(1.0, 0.4) == pytest.approx(-math.log(0.4), rel=1e-14)
    assert binary_kl(0.2, 1.0) == math.inf
    exact = 0.2 * math.log(0.2 / 0.5) + 0.8 * math.log(0.8 / 0.5)
    assert binary_kl(0.2, 0.5) == pytest.approx(exact, rel=1e-14)


@pytest.mark.parametrize("q", [0.0, 0.01, 0.3, 0.8, 0.999])
@pytest.mark.parametrize("budget", [1e-3, 0.05, 0.7, 5.0])
def test_inversion_against_a_grid(q, budget):
    grid = np.linspace(q, 1, 4001)
    inside = [p for p in grid if binary_kl(q, p) <= budget]
    answer = invert_binary_kl(q, budget)
    assert inside[-1] - 1e-13 <= answer <= inside[-1] + (1 - q) / 4000 + 1e-13


@pytest.mark.parametrize("q", [0.0, 1e-6, 0.01, 0.3, 0.8])
@pytest.mark.parametrize("budget", [1e-3, 0.05, 0.7, 2.0])
def test_inversion_solves_the_equation(q, budget):
    assert binary_kl(q, invert_binary_kl(q, budget)) == pytest.approx(budget, rel=1e-10)


def test_inversion_at_the_ends():
    assert invert_binary_kl(1.0, 0.1) == 1.0
    assert invert_binary_kl(0.3, 0.0) == 0.3
    assert invert_binary_kl(0.3, 1e4) == 1.0
    # near q the divergence is (p − q)²/(2q), near 0 it is p
    assert invert_binary_kl(0.0, 1e-9) == pytest.approx(1e-9, rel=1e-8)
    assert invert_binary_kl(0.999, 1e-3) < 0.99999


@pytest.mark.parametrize("q", [0.01, 0.4, 0.9, 0.999, 1 - 1e-6, 1 - 1e-12])
@pytest.mark.parametrize("exponent", [1, 10, 30, 45, 52, 55, 60, 200, 500, 900, 990])
def test_inversion_near_one_converges(q, exponent):
    # p = 1 - 2^-k solves the equation for the budget kl(q, p), which the entropy gives without cancellation
    entropy = q * math.log(q) + (1 - q) * math.log(1 - q)
    budget = entropy + (1 - q) * exponent * math.log(2) - q * math.log1p(-(2.0**-exponent))
    if budget > 0 and 1 - 2.0**-exponent > q:
        assert 1 - invert_binary_kl(q, budget) == pytest.approx(2.0**-exponent, rel=1e-11, abs=2.0**-53)


def test_rigorous_bound_is_the_stated_formula():
    losses = np.array([0.1, 0.3, 0.2, 0.25]) * 5
    n, r, s, delta, delta_draws = 400, 1.5, 0.4, 0.03, 0.01
    inner = invert_binary_kl(losses.mean() / 5, math.log(2 / delta_draws) / 4)
    outer = (r**2 / (2 * s**2) + math.log(2 * 3 * math.sqrt(n) / delta)) / n
    expected = 5 * invert_binary_kl(inner, outer)
    posterior = GaussianPosterior(n, r, 5.0)
    got = posterior.rigorous_bound(losses, s, [0.2, 0.4, 0.8], delta, delta_draws)
    assert got == pytest.approx(expected, rel=1e-12)
    assert got > losses.mean()
    assert posterior.rigorous_bound(losses, s, [0.2, 0.4, 0.8], delta, delta_draws, looks=3) > got


@pytest.mark.parametrize("risk", [0.05, 0.3, 0.5])
def test_coverage_of_the_bound_by_enumeration(risk):
    """Posterior = prior and a constant predictor: the training error is binomial, so violations are summed exactly."""
    n, delta = 60, 0.2
    budget = math.log(2 * math.sqrt(n) / delta) / n
    missed = sum(binom.pmf(j, n, risk) for j in range(n + 1) if invert_binary_kl(j / n, budget) < risk)
    assert missed <= delta
    tight = sum(binom.pmf(j, n, risk) for j in range(n + 1) if invert_binary_kl(j / n, 0.0) < risk)
    assert tight > delta  # without the slack the bound would not hold


def test_coverage_of_the_monte_carlo_limit_by_enumeration():
    m, delta, mean = 40, 0.1, 0.3
    limits = [monte_carlo_upper(np.repeat([1.0, 0.0], [j, m - j]), delta) for j in range(m + 1)]
    assert sum(binom.pmf(j, m, mean) for j in range(m + 1) if limits[j] < mean) <= delta / 2


def moment(n, p):
    """E exp(n kl(mean‖p)) for n Bernoulli draws; the proof of the rigorous bound says 2√n at most, for every p."""
    return sum(binom.pmf(j, n, p) * math.exp(n * binary_kl(j / n, p)) for j in range(n + 1))


def test_the_moment_of_the_proof_is_below_twice_the_root():
    assert moment(1, 0.3) == pytest.approx(2.0, rel=1e-14)  # equality
    for n in (*range(2, 9), 50, 400):
        assert moment(n, 0.2) <= 2 * math.sqrt(n)
    assert moment(20, 0.2) == pytest.approx(moment(20, 0.5), rel=1e-11)


def test_losses_outside_the_range_are_refused():
    grid, posterior = [0.1], GaussianPosterior(100, 1.0)
    for bad in ([1.1, 0.2], [-0.1, 0.2]):
        with pytest.raises(ValueError, match=r"losses must lie in \[0, loss_max = 1\]"):
            posterior.rigorous_bound(bad, 0.1, grid)
    assert posterior._replace(loss_max=2.0).rigorous_bound([1.1, 0.2], 0.1, grid) <= 2
    with pytest.raises(ValueError, match="empirical must be"):
        posterior.surrogate(1.2, 10.0)
    with pytest.raises(ValueError, match="empirical must be"):
        posterior.linear_bound(1.2, 1.0, 0.5, 0.1)
    with pytest.raises(ValueError, match="s must be one of"):
        posterior.rigorous_bound([0.2], 0.15, grid)
    with pytest.raises(ValueError, match="looks must be at most"):
        posterior.rigorous_bound([0.2], 0.1, grid, looks=2)
    with pytest.raises(ValueError, match="delta must be below"):
        posterior.rigorous_bound([0.2], 0.1, grid, delta=0.5, delta_draws=0.5)


def test_surrogate_is_the_linear_bound_minimised_over_the_noise():
    """On a loss that is its own second-order expansion, without the log term, at the best noise level."""
    empirical, alpha, r, n, eps, b = 0.2, 30.0, 2.0, 500, 0.3, 1.0
    beta, posterior = 1 / (1 + eps), GaussianPosterior(n, r, b)

    def through_the_noise(s):
        bound = posterior.linear_bound(0.0, s, beta, 1 - 1e-16)
        return empirical / beta + s**2 / 2 * alpha * (1 / beta - 1) + bound

    s = posterior.surrogate_noise(alpha, eps)
    surrogate = posterior.surrogate(empirical, alpha, eps)
    assert surrogate == pytest.approx(through_the_noise(s), rel=1e-12)
    for other in (0.98 * s, 1.02 * s):
        assert through_the_noise(other) > surrogate


def test_linear_bound_is_weaker_than_inversion():
    """kl ≥ the linear exponent for every β, so at equal budget the inversion is at least as good."""
    q, kl, n, delta = 0.1, 4.0, 300, 0.05
    best = invert_binary_kl(q, (kl - math.log(delta)) / n)
    posterior = GaussianPosterior(n, math.sqrt(2 * kl))
    assert all(posterior.linear_bound(q, 1.0, beta, delta) >= best for beta in np.linspace(0.05, 0.95, 19))
