"""Noise stability optimisation: its bounds, the instances that prove them, and what weight noise does."""

from flatlab.theory.noise.gaussian import GaussianNoise, Parity
from flatlab.theory.noise.instances import BestStep, HuberInstance, QuadraticInstance, best_step
from flatlab.theory.noise.lower_bounds import NoisyDescent, NoisySchedule
from flatlab.theory.noise.momentum import HeavyBallOnQuadratic
from flatlab.theory.noise.pac_bayes import GaussianPosterior, binary_kl, invert_binary_kl, monte_carlo_upper
from flatlab.theory.noise.quadratic import NoisyQuadratic, step_variances
from flatlab.theory.noise.sensing import SensingMean, SensingSample, bias_floor, naive_noise_floor, step_from_authors
from flatlab.theory.noise.upper_bound import OneStep, UpperBound

__all__ = [
    "BestStep",
    "GaussianNoise",
    "GaussianPosterior",
    "HeavyBallOnQuadratic",
    "HuberInstance",
    "NoisyDescent",
    "NoisyQuadratic",
    "NoisySchedule",
    "OneStep",
    "Parity",
    "QuadraticInstance",
    "SensingMean",
    "SensingSample",
    "UpperBound",
    "best_step",
    "bias_floor",
    "binary_kl",
    "invert_binary_kl",
    "monte_carlo_upper",
    "naive_noise_floor",
    "step_from_authors",
    "step_variances",
]
