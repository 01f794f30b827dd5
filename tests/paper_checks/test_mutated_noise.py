"""No formula of `theory.noise`, and no step of its methods, can be changed: a claim that is named here fails."""

from dataclasses import replace

import numpy as np
import pytest

from flatlab.evidence.discovery import installed_claims
from flatlab.evidence.judge import judge
from flatlab.methods import ASAM, NSO, RSAM, SAM, USAM, HeavyBall, NoiseInjection
from flatlab.methods.schedules import Given
from flatlab.theory.noise import GaussianNoise, GaussianPosterior, Parity, SensingMean, SensingSample, pac_bayes
from flatlab.theory.noise.lower_bounds import NoisyDescent, NoisySchedule
from flatlab.theory.noise.momentum import HeavyBallOnQuadratic
from flatlab.theory.noise.pac_bayes import invert_binary_kl, monte_carlo_upper
from flatlab.theory.noise.upper_bound import OneStep, UpperBound
from paper_checks.zhang2024 import methods_at_a_radius

CLAIMS = installed_claims()
MOST_SETTINGS = 5  # of the quick budget, besides the corners


def rigorous(of_kl=1.0, grid=True, root=True, confidence=True):
    """Return the rigorous bound with parts of its budget left out."""

    def bound(p, losses, s, levels, delta=0.025, delta_draws=0.025, looks=1):
        count = 2 * (len(np.unique(levels)) if grid else 1) * (np.sqrt(p.samples) if root else 1 / 2)
        budget = of_kl * p.kl(s) + np.log(count / (delta if confidence else 1))
        return invert_binary_kl(pac_bayes.monte_carlo_upper(losses, delta_draws, 1.0, looks), budget / p.samples)

    return bound


def linear(of_kl=1.0, log=True, factor=2.0):
    """Return the linear bound with parts of its complexity left out."""

    def bound(p, empirical, s, beta, delta):
        budget = of_kl * p.kl(s) - (np.log(delta) if log else 0)
        return empirical / beta + p.loss_max * budget / (factor * beta * (1 - beta) * p.samples)

    return bound


def gap(fourth=8, sixth=48):
    def of(noise, trace, bilaplacian=0.0, trilaplacian=0.0):
        return noise.s**2 / 2 * trace + noise.s**4 / fourth * bilaplacian + noise.s**6 / sixth * trilaplacian

    return of


def odd(noise, w, a):
    even = np.sum(288 * a**2 * w**2 * noise.s**4)
    return Parity(even, np.sum(16 * a**2 * (9 * w**4 * noise.s**2 + 18 * w**2 * noise.s**4 + 9 * noise.s**6)))


def shared(one):
    return (one.sigma**2 + one.weight_noise) / one.pairs


def of_step(change):
    """Return a bound or a moment that is changed as a function of its value and its setting."""
    return lambda true: property(lambda p: change(true.fget(p), p))


THEORY = {
    "half of the divergence": ("pac-bayes-memoriser", GaussianPosterior, "rigorous_bound", rigorous(of_kl=0.5)),
    "a quarter of the divergence": ("pac-bayes-memoriser", GaussianPosterior, "kl", lambda p, s: p.distance**2 / 8),
    "the linear bound with a quarter of it": ("pac-bayes-memoriser", GaussianPosterior, "linear_bound", linear(0.25)),
    "no union over the grid": (
        "pac-bayes-coverage",
        GaussianPosterior,
        "rigorous_bound",
        rigorous(grid=False),
    ),
    "no confidence": (
        "pac-bayes-coverage",
        GaussianPosterior,
        "rigorous_bound",
        rigorous(confidence=False),
    ),
    "no root of n": ("pac-bayes-moment", GaussianPosterior, "rigorous_bound", rigorous(root=False)),
    "draws taken as exact": (
        "pac-bayes-draws",
        pac_bayes,
        "monte_carlo_upper",
        lambda losses, delta, loss_max=1.0, looks=1: float(np.mean(losses)),
    ),
    "one look paid for": (
        "pac-bayes-draws",
        pac_bayes,
        "monte_carlo_upper",
        lambda losses, delta, loss_max=1.0, looks=1: monte_carlo_upper(losses, delta, loss_max),
    ),
    "the linear bound without its logarithm": (
        "linear-bound",
        GaussianPosterior,
        "linear_bound",
        linear(log=False),
    ),
    "the linear bound with half of its complexity": (
        "linear-bound",
        GaussianPosterior,
        "linear_bound",
        linear(factor=4.0),
    ),
    "s^4/4 in the smoothed value": ("sixth-order-smoothing", GaussianNoise, "gap", gap(fourth=4)),
    "s^6/24 in the smoothed value": ("sixth-order-smoothing", GaussianNoise, "gap", gap(sixth=24)),
    "9 s^6 for 15 s^6": ("variance-in-k", GaussianNoise, "quartic_gradient", odd),
    "points share their noise": (
        "variance-in-k",
        Parity,
        "one_point",
        lambda p, oracle=0.0, points=1: p.even + p.odd + oracle,
    ),
    "the pair averages the oracle": (
        "noisy-oracle-favours-two-points",
        Parity,
        "pair",
        lambda p, oracle=0.0, pairs=1: (p.even + oracle / 2) / pairs,
    ),
    "a shared sample is averaged": ("one-step-variance", OneStep, "variance", property(shared)),
    "an eighth for a quarter": (
        "pair-variance-bound",
        OneStep,
        "weight_noise",
        property(lambda p: p.hessian_lipschitz**2 * p.fourth_moment / 8),
    ),
    "no 1 + mu": (
        "momentum-stationary",
        HeavyBallOnQuadratic,
        "second_moment",
        of_step(lambda value, p: value / (1 + p.mu))(HeavyBallOnQuadratic.second_moment),
    ),
    "D^2/3G for D^2/4G": (
        "lower-bound-nonconvex",
        NoisySchedule,
        "nonconvex_bound",
        of_step(lambda value, p: value * 4 / 3)(NoisySchedule.nonconvex_bound),
    ),
    "a quarter for a half in L3": (
        "lower-bound-huber",
        NoisyDescent,
        "huber",
        of_step(lambda value, p: value + p.sigma**2 / (4 * p.pairs * p.steps))(NoisyDescent.huber),
    ),
    "the upper bound's root without 8": (
        "upper-bound-quadratic",
        UpperBound,
        "value",
        of_step(lambda value, p: value / np.sqrt(8))(UpperBound.value),
    ),
    "one column in the trace": (
        "sensing-trace",
        SensingSample,
        "hessian_trace",
        lambda p, squares, errors=0.0: (4 * squares + 2 * errors) / p.samples,
    ),
    "p for p^2 in the smoothed loss": (
        "sensing-smoothed-loss",
        SensingSample,
        "smoothing_gap",
        lambda p, s, trace, a, b: s**2 / 2 * trace + s**4 / p.samples * p.columns * (a + b / 2),
    ),
    "d for d + 1 in the mean trace": (
        "sensing-mean-trace",
        SensingMean,
        "hessian_trace",
        lambda p, nuclear, truth: 2 * p.d * nuclear + 2 * p.columns * (nuclear - truth),
    ),
    "d + p for d + 1 + p in the threshold": (
        "sensing-mean-threshold",
        SensingMean,
        "soft_threshold",
        lambda p, s: s**2 * (p.d + p.columns),
    ),
    "s^4/4 in the variance of a value": (
        "first-order-variance",
        GaussianNoise,
        "quadratic_value",
        lambda p, g, h: Parity(p.s**4 / 4 * np.sum(h**2), p.s**2 * np.sum(g**2)),
    ),
    "the largest eigenvalue for all of a quadratic": (
        "gradient-variance-quadratic",
        GaussianNoise,
        "quadratic_gradient",
        lambda p, hessian: Parity(0.0, p.s**2 * np.linalg.norm(hessian, 2) ** 2),
    ),
    "s^4 for 3 s^4 in a quartic": (
        "quartic-smoothing",
        GaussianNoise,
        "separable_quartic_gap",
        lambda p, w, a: 6 * p.s**2 * np.sum(a * w**2) + p.s**4 * np.sum(a),
    ),
    "the surrogate times the root of 2": (
        "surrogate-is-a-minimum",
        GaussianPosterior,
        "surrogate",
        lambda p, loss, trace, epsilon=0.0: (
            (1 + epsilon) * (loss + p.distance * np.sqrt(p.loss_max * trace / p.samples))
        ),
    ),
    "a surrogate of another noise": (
        "surrogate-is-a-minimum",
        GaussianPosterior,
        "surrogate_noise",
        lambda p, trace, epsilon, true=GaussianPosterior.surrogate_noise: 1.1 * true(p, trace, epsilon),
    ),
}
METHODS = {
    "SAM that does not divide by the length": {"SAM": USAM},
    "SAM of half the radius": {"SAM": lambda eta, rho: SAM(eta, rho / 2)},
    "USAM that divides by it": {"USAM": SAM},
    "ASAM without its weights": {"ASAM": SAM},
    "ASAM of the radius squared": {"ASAM": lambda eta, rho: ASAM(eta, rho**2)},
    "RSAM without noise": {"RSAM": lambda eta, rho, s: RSAM(eta, rho, 0.0)},
    "RSAM with the radius for the noise": {"RSAM": lambda eta, rho, s: RSAM(eta, rho, rho)},
    "NSO that draws both points": {"NSO": lambda eta, s, k: NoiseInjection(eta, s, 2 * k)},
    "NSO of one pair only": {"NSO": lambda eta, s, k: NSO(eta, s, 1)},
    "naive noise that mirrors": {"NoiseInjection": lambda eta, s, k: NSO(eta, s, k)},
    "noise that does not change in size": {"Given": lambda values: Given(np.full_like(values, values[0]))},
    "no weight decay": {"HeavyBall": lambda method, mu, decay: HeavyBall(method, mu, 0.0)},
    "no momentum": {"HeavyBall": lambda method, mu, decay: HeavyBall(method, 0.0, decay)},
}


def statuses(name, most=MOST_SETTINGS):
    """Judge a claim at its corners and at a few settings that are drawn."""
    claim = CLAIMS[f"zhang2024/{name}"]
    return {item.status for item in judge(replace(claim, quick=min(claim.quick, most)))}


@pytest.mark.parametrize("name", THEORY)
def test_a_changed_formula_is_seen(monkeypatch, name):
    claim, where, attribute, mutant = THEORY[name]
    monkeypatch.setattr(where, attribute, mutant)
    assert "fails" in statuses(claim)


@pytest.mark.parametrize("name", METHODS)
def test_a_changed_method_is_seen(monkeypatch, name):
    for attribute, mutant in METHODS[name].items():
        monkeypatch.setattr(methods_at_a_radius, attribute, mutant)
    assert "fails" in statuses("methods-at-a-radius", most=1)


@pytest.mark.parametrize("claim", sorted({mutation[0] for mutation in THEORY.values()}))
def test_unchanged_they_hold(claim):
    assert statuses(claim) == {"holds"}


def test_unchanged_the_methods_hold():
    assert statuses("methods-at-a-radius", most=1) == {"holds"}
