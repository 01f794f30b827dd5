"""A learning task with a loss in [0, 1] whose risk is known in closed form, and models trained on samples of it.

``y = x.w* + noise``, x ~ N(0, I_d), noise ~ N(0, tau^2). The loss of a point is ``1 - exp(-(y - x.w)^2/2)``. A residual
is normal with variance ``v = |w - w*|^2 + tau^2``, so the risk is ``1 - 1/sqrt(1 + v)``. Models are trained on least
squares by noise stability optimisation.
"""

from typing import NamedTuple

import numpy as np

from flatlab import trajectory
from flatlab.evidence.domains import Whole
from flatlab.methods import NSO
from flatlab.objectives import DenseQuadratic
from flatlab.theory.noise import GaussianPosterior

GRID = (0.05, 0.1, 0.2, 0.4, 0.8)  # noise levels of the posterior, fixed before any sample
DRAWS = 100
TRUTH_DRAWS = 4000
CHUNK = 16  # draws whose residuals stay in the cache
DELTA = 0.025  # each of the two confidences
SIZES = {"n": Whole(50, 400, log=True), "d": Whole(2, 10)}


class Sample(NamedTuple):
    """Inputs, shape (n, d), targets, shape (n,), and the truth w*, shape (d,)."""

    inputs: np.ndarray
    targets: np.ndarray
    truth: np.ndarray
    tau: float


def draw_sample(n, d, tau, rng):
    """Return a fresh :class:`Sample` of n points."""
    truth = np.ones(d) / np.sqrt(d)
    inputs = rng.standard_normal((n, d))
    return Sample(inputs, inputs @ truth + tau * rng.standard_normal(n), truth, tau)


def train(sample, steps, rng, eta=0.1, s=0.1):
    """Return the weights after ``steps`` steps of NSO from 0 on the mean squared residual over 2."""
    gram = sample.inputs.T @ sample.inputs / len(sample.targets)
    centre = np.linalg.lstsq(sample.inputs, sample.targets, rcond=None)[0]
    eta = min(eta, 1 / np.linalg.eigvalsh(gram)[-1])
    path = trajectory(
        NSO(eta, s), DenseQuadratic((gram + gram.T) / 2), -centre, steps=steps, record_every=steps, rng=rng
    )
    return path[-1] + centre


def losses(sample, weights):
    """Return the mean loss on the sample of each row of ``weights``, shape (m, d)."""
    many = np.atleast_2d(weights)
    found = np.empty(len(many))
    for first in range(0, len(many), CHUNK):
        part = many[first : first + CHUNK] @ sample.inputs.T
        part -= sample.targets
        np.square(part, out=part)
        part *= -0.5
        found[first : first + CHUNK] = 1 - np.exp(part, out=part).mean(axis=1)
    return found


def risk(weights, sample):
    """Return the exact risk of each row of ``weights``, shape (m, d)."""
    distance = np.sum((np.atleast_2d(weights) - sample.truth) ** 2, axis=1)
    return 1 - 1 / np.sqrt(1 + distance + sample.tau**2)


def loss_trace(sample, w):
    """Return the Hessian trace of the mean loss at w: the mean of |x|^2 (1 - r^2) exp(-r^2/2)."""
    r = sample.targets - sample.inputs @ w
    return float(np.mean(np.sum(sample.inputs**2, axis=1) * (1 - r**2) * np.exp(-(r**2) / 2)))


class Certificate(NamedTuple):
    """The best rigorous bound over the grid, and what it bounds.

    smoothed_risk : E of the risk at w + U for the noise level s of the bound; empirical : mean training loss of the
    draws; surrogate, risk : the Hessian-trace surrogate and the risk, both at the point w.
    """

    bound: float
    smoothed_risk: float
    s: float
    empirical: float
    surrogate: float
    risk: float


def certify(sample, w, rng, *, distance=None, draws=DRAWS):
    """Return the :class:`Certificate` of trained weights; the prior is centred at 0 unless ``distance`` is given."""
    n = len(sample.targets)
    distance = float(np.linalg.norm(w)) if distance is None else distance
    seen = {s: losses(sample, w + s * rng.standard_normal((draws, w.size))) for s in GRID}
    posterior = GaussianPosterior(n, distance)
    bounds = {s: posterior.rigorous_bound(seen[s], s, GRID, DELTA, DELTA, looks=len(GRID)) for s in GRID}
    best = min(bounds, key=lambda s: bounds[s])
    truth = risk(w + best * rng.standard_normal((TRUTH_DRAWS, w.size)), sample).mean()
    surrogate = posterior.surrogate(float(losses(sample, w)[0]), max(loss_trace(sample, w), 0.0))
    return Certificate(bounds[best], float(truth), best, float(seen[best].mean()), surrogate, float(risk(w, sample)[0]))
