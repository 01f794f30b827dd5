"""A noisy descent, and the quadratic of L1 built against a fixed step size, with its exact second moments."""

from typing import NamedTuple

import numpy as np

from flatlab.evidence.domains import LogUniform, Whole
from flatlab.methods.noise_laws import Rademacher, norm_moments
from flatlab.simulation.second_moments import running_moments
from flatlab.theory.noise import NoisyDescent, OneStep, QuadraticInstance

SCALES = {"C": LogUniform(0.1, 10.0), "gap": LogUniform(0.1, 10.0)}
DOMAIN = {
    **SCALES,
    "T": Whole(1, 100_000, log=True),
    "k": Whole(1, 16, log=True),
    "nu": LogUniform(1e-6, 3.0),
    "h": LogUniform(1e-4, 1.999),
}
PLAIN = {"C": 1.0, "gap": 1.0, "k": 1}
STABLE = {"eta C is in (0, 2)": lambda s: 0 < s.h < 2}
# for runs of the method, with weight noise of size s
PATHS = {**DOMAIN, "T": Whole(1, 200, log=True), "k": Whole(1, 4), "s": LogUniform(0.01, 1.0)}
PATH_CORNERS = (
    {**PLAIN, "T": 200, "k": 1, "nu": 0.1, "h": 0.05, "s": 0.3},
    {**PLAIN, "T": 50, "k": 4, "nu": 0.1, "h": 1.9, "s": 0.3},
)


def noisy_descent(*, C, gap, T, k, nu):
    """Return the descent whose oracle has the deviation sigma, nu = sigma^2/(k T C D^2)."""
    return NoisyDescent(C, gap, float(np.sqrt(nu * k * T * C * gap)), T, k)


class FixedStep(NamedTuple):
    """A descent and the fixed step size that an instance is built against."""

    eta: float
    descent: NoisyDescent

    def quadratic(self, start="warm"):
        """Return L1's quadratic."""
        return QuadraticInstance(self.eta, self.descent, start)

    def moments(self, start="warm"):
        """Return the running moments of |grad f|^2 on L1's quadratic after T steps, exactly."""
        found = self.quadratic(start)
        curvatures, variances = [found.kappa, self.descent.smoothness], [0.0, found.sigma**2 / self.descent.pairs]
        moments = [found.slow**2, found.fast**2]
        return running_moments(self.eta, curvatures, variances, moments, [self.descent.steps])

    def minimum(self, start="warm"):
        """Return the least E|grad f|^2 over 1..T on L1's quadratic."""
        return self.moments(start).minimum[0]


def fixed_step(h, **setting):
    """Return the :class:`FixedStep` with eta = h/C."""
    return FixedStep(h / setting["C"], noisy_descent(**setting))


class NoisyRun(NamedTuple):
    """A fixed step size, with the weight noise of a run."""

    step: FixedStep
    s: float


def noisy_run(s, **setting):
    """Return the :class:`NoisyRun` of a setting."""
    return NoisyRun(fixed_step(**setting), s)


class TwoBounds(NamedTuple):
    """A descent with fair-sign weight noise of size s, C s = ``weight`` times sigma, in one variable."""

    weight: float
    descent: NoisyDescent

    @property
    def second_moment(self):
        """H = E|U|^2."""
        return norm_moments(Rademacher(), self.weight * self.descent.sigma / self.descent.smoothness, 1)[0]

    @property
    def upper(self):
        """The upper bound, with its step size."""
        c, gap, sigma, steps, k = self.descent
        return OneStep(sigma, c, self.second_moment, k).upper_bound(gap, steps)

    @property
    def upper_over_lower(self):
        """Upper bound over L3."""
        return self.upper.value / self.descent.huber


def two_bounds(weight, **setting):
    """Return the :class:`TwoBounds` of a setting."""
    return TwoBounds(weight, noisy_descent(**setting))
