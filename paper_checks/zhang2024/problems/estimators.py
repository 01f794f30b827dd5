"""Moments of the gradient estimators, exactly: one real step of the method on every node of a quadrature.

A separable objective made of many equal coordinates gives every coordinate its own draw of the noise. With the nodes of
a Gauss-Hermite rule as the draws, one step evaluates the estimator at all nodes, and the weights do the rest.
"""

import itertools
from typing import NamedTuple

import numpy as np
from scipy.special import roots_hermitenorm

from flatlab import trajectory
from flatlab.evidence.domains import SEED, LogUniform, Uniform, Whole
from flatlab.methods import NSO, NoiseInjection
from flatlab.methods.noise_laws import Scripted
from flatlab.objectives import Cubic, SeparableQuartic

NODES = 5  # exact to degree nine; the squared gradient of a quartic has degree six
OBJECTIVES = {"quartic": SeparableQuartic, "cubic": Cubic}
SEPARABLE = {"d": Whole(1, 6), "s": LogUniform(0.05, 2.0), "scale": LogUniform(0.2, 2.0), "seed": SEED}
SEPARABLE_CORNERS = ({"d": 1, "s": 0.05, "scale": 2.0, "seed": 1}, {"d": 6, "s": 2.0, "scale": 0.2, "seed": 2})
DENSE = {"d": Whole(1, 4), "s": LogUniform(0.05, 2.0), "scale": Uniform(0.3, 2.0), "seed": SEED}
DENSE_CORNERS = ({"d": 1, "s": 0.05, "scale": 1.0, "seed": 1}, {"d": 4, "s": 2.0, "scale": 0.5, "seed": 2})


class SeparableProblem(NamedTuple):
    """A point, the coefficients of a separable objective, both of shape (d,), and the noise."""

    w: np.ndarray
    coefficients: np.ndarray
    s: float

    def variance(self, method, kind, rng, tied=False):
        """Return the total variance of the estimator over Gaussian noise, to rounding.

        ``tied`` gives all k perturbations of a step the same draw.
        """
        return sum(self._variance(method, kind, a, x, rng, tied) for a, x in zip(self.coefficients, self.w))

    @staticmethod
    def _variance(method, kind, coefficient, x, rng, tied):
        z, weight = roots_hermitenorm(NODES)
        weight = weight / weight.sum()
        picks = np.array(list(itertools.product(range(NODES), repeat=method.k)))
        if tied:
            picks = np.repeat(np.arange(NODES)[:, None], method.k, axis=1)
        chance = weight[picks[:, 0]] if tied else weight[picks].prod(axis=1)
        objective = OBJECTIVES[kind](np.full(len(picks), coefficient))
        # the method draws all coordinates of its first perturbation, then all of the second
        draws = estimates(method, objective, np.full(len(picks), x), Scripted(z[picks].T.ravel()), rng)
        return chance @ (draws - chance @ draws) ** 2


def separable(*, d, s, scale, seed):
    """Return a :class:`SeparableProblem` drawn from ``seed``; ``scale`` is the size of the point."""
    rng = np.random.default_rng(seed)
    return SeparableProblem(scale * rng.standard_normal(d), rng.uniform(0.5, 2.0, d), s)


class DenseProblem(NamedTuple):
    """A point, shape (d,), a symmetric Hessian, and the noise."""

    w: np.ndarray
    matrix: np.ndarray
    s: float


def dense(*, d, s, scale, seed):
    """Return a :class:`DenseProblem` drawn from ``seed``; ``scale`` is the size of the point."""
    rng = np.random.default_rng(seed)
    half = rng.standard_normal((d, d))
    return DenseProblem(scale * rng.standard_normal(d), (half + half.T) / 2 + np.eye(d), s)


def estimates(method, objective, w, law=None, rng=None):
    """Return w less the point after one step of size 1: the method's gradient estimate, shape (d,)."""
    method = method if law is None else method._replace(law=law)
    return w - trajectory(method, objective, w, steps=1, rng=rng)[-1]


def pair(s, k=1):
    """NSO with unit step."""
    return NSO(1.0, s, k)


def one_sided(s, k=1):
    """Noise injection with unit step."""
    return NoiseInjection(1.0, s, k)
