"""What the claims on convergence share: random quadratics with exact moments, and a nonconvex problem in replicates.

A quadratic setting:

==============  ===============================================================================
``d``           number of variables
``condition``   largest over smallest curvature
``C``           largest curvature
``oracle``      deviation sigma of the gradient oracle, in units of sqrt(k C D^2); spread evenly
``weight``      C sqrt(d) s over sigma: how much weight noise there is beside the oracle's
``k``           number of pairs, or of points
``estimator``   ``pair`` or ``one point``
``seed``        draws spectrum and start
==============  ===============================================================================
"""

from typing import NamedTuple

import numpy as np

from flatlab.evidence.domains import SEED, Choice, LogUniform, Whole
from flatlab.geometry.smoothing import smoothed_value
from flatlab.methods import NSO, NoiseInjection
from flatlab.methods.schedules import bound_step
from flatlab.objectives import Noisy, Saturating, Smoothed
from flatlab.objectives.observables import OnObjective, SquaredGradientNorm
from flatlab.simulation.ensembles import replicate_rng
from flatlab.simulation.second_moments import running_moments
from flatlab.simulation.trajectories import running
from flatlab.theory.noise import OneStep, UpperBound, step_variances

METHODS = {"pair": NSO, "one point": NoiseInjection}
QUADRATICS = {
    "d": Whole(1, 30, log=True),
    "condition": LogUniform(1.0, 10.0),
    "C": LogUniform(0.1, 10.0),
    "oracle": LogUniform(0.3, 3.0),
    "weight": LogUniform(0.1, 3.0),
    "k": Whole(1, 16, log=True),
    "estimator": Choice(tuple(METHODS)),
    "seed": SEED,
}


class QuadraticProblem(NamedTuple):
    """A diagonal quadratic with the exact variance of one step's gradient."""

    eigenvalues: np.ndarray
    start: np.ndarray
    gap: float
    sigma: float
    s: float
    bound_variance: float
    variances: np.ndarray
    setting: dict

    def step(self, steps):
        """Return the upper bound's own step size for ``steps`` steps."""
        second = self.start.size * self.s**2
        return bound_step(self.eigenvalues.max(), self.gap, self.sigma, second, steps, self.setting["k"])

    def mean(self, steps, eta=None):
        """Return the mean of E|grad F|^2 over 1..T, T = ``steps``, exactly."""
        eta = self.step(steps) if eta is None else eta
        return running_moments(eta, self.eigenvalues, self.variances, self.start**2, [steps]).mean[0]

    def bound(self, steps):
        """Return the upper bound."""
        return UpperBound(self.eigenvalues.max(), self.gap, self.bound_variance, steps).value


def quadratic_problem(setting):
    """Return the :class:`QuadraticProblem` of a setting."""
    rng = np.random.default_rng(setting["seed"])
    d, c = setting["d"], setting["C"]
    eigenvalues = c * setting["condition"] ** -rng.random(d)
    eigenvalues[0] = c
    start = rng.standard_normal(d)
    gap = float(eigenvalues @ start**2 / 2)
    sigma = setting["oracle"] * np.sqrt(setting["k"] * c * gap)
    s = setting["weight"] * sigma / (c * np.sqrt(d))
    oracle = np.full(d, sigma**2 / d)
    kind = "pair" if setting["estimator"] == "pair" else "one_point"
    bound_variance = OneStep(sigma, c, d * s**2, setting["k"]).variance
    variances = step_variances(eigenvalues, oracle, s, setting["k"], kind)
    return QuadraticProblem(eigenvalues, start, gap, sigma, s, bound_variance, variances, setting)


SMOOTHNESS = 2.0  # of sum w_i^2 / (1 + w_i^2)
WELL = {"d": 5, "start": 1.0}


class WellProblem(NamedTuple):
    """The saturating well in five variables, seen through a noisy oracle."""

    sigma: float
    s: float
    k: int
    estimator: str
    shared: bool = False

    @property
    def gap(self):
        """F at the start less its minimum, which is at 0 because f rises with every |w_i|."""
        points = np.stack([np.full(WELL["d"], WELL["start"]), np.zeros(WELL["d"])])
        start, least = smoothed_value(Saturating(), points, self.s)
        return float(start - least)

    def step(self, steps):
        """Return the upper bound's own step size."""
        second = WELL["d"] * self.s**2
        return bound_step(SMOOTHNESS, self.gap, self.sigma, second, steps, self.k, shared_sample=self.shared)

    def bound(self, steps, weight_noise=1.0, oracle_noise=1.0):
        """Return the upper bound, with a part of the variance left out where a factor is 0."""
        second = weight_noise * WELL["d"] * self.s**2
        step = OneStep(oracle_noise * self.sigma, SMOOTHNESS, second, self.k, self.shared)
        return step.upper_bound(self.gap, steps).value

    def means(self, steps, seed, replicates, eta=None):
        """Return, for each replicate, the mean over 1..T of |grad F|^2, shape (replicates,)."""
        eta = self.step(steps) if eta is None else eta
        method = METHODS[self.estimator](eta, self.s, self.k, shared_sample=self.shared)
        seen = OnObjective(Smoothed(Saturating(), self.s, 24), SquaredGradientNorm())
        objective, start = Noisy(Saturating(), self.sigma), np.full(WELL["d"], WELL["start"])
        return np.array(
            [
                running(method, objective, start, seen, checkpoints=[steps], rng=replicate_rng(seed, k)).mean[0]
                for k in range(replicates)
            ]
        )
