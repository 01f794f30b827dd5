"""Twins of the valleys, products and factorisations, and of the methods that escape sharp minima; see ``naive.py``."""

import autograd.numpy as anp
import naive
import numpy as np


def wave(level, height, wavenumber, phase):
    """a(y) = level + height cos(wavenumber y + phase)."""
    return lambda y: level + height * anp.cos(wavenumber * y + phase)


def soft_ramp(level, slope, width):
    """a(y) = level + slope width log(1 + exp(y / width))."""
    return lambda y: level + slope * width * anp.log(1 + anp.exp(y / width))


def valley(profile):
    """f(z, y) = a(y) |z|^2 / 2."""
    return lambda w: profile(w[-1]) * anp.sum(w[:-1] ** 2) / 2


def valley_risk(profile, n, chosen=None):
    """The mean of a(y) z_i^2 / 2 over all samples or the chosen ones."""
    chosen = range(n) if chosen is None else chosen
    return lambda w: profile(w[-1]) * sum(w[i] ** 2 for i in chosen) / (2 * len(chosen))


def product(w):
    """(w_1 ... w_L - 1)^2 / 2."""
    return (anp.prod(w) - 1) ** 2 / 2


def diagonal_network(features, labels, chosen=None):
    """The mean of (a_i . (u*u - v*v) - b_i)^2 / 2 over all samples or the chosen ones."""
    chosen = list(range(len(labels)) if chosen is None else chosen)
    a, b = np.array(features)[chosen], np.array(labels)[chosen]

    def value(w):
        k = w.size // 2
        return anp.mean((anp.dot(a, w[:k] ** 2 - w[k:] ** 2) - b) ** 2) / 2

    return value


def rank_one(left, right, strength):
    """|u v^T - s a b^T|^2 / 2, a and b scaled to length 1."""
    target = strength * np.outer(left, right) / (np.linalg.norm(left) * np.linalg.norm(right))
    return lambda w: anp.sum((anp.outer(w[: len(left)], w[len(left) :]) - target) ** 2) / 2


def quadratic_models(slopes, bends, chosen=None):
    """The mean of (g_i . w + w^T H_i w / 2)^2 / 2 over all samples or the chosen ones."""
    chosen = list(range(len(slopes)) if chosen is None else chosen)
    return lambda w: sum(
        (anp.dot(slopes[i], w) + anp.dot(w, anp.dot(bends[i], w)) / 2) ** 2 for i in chosen
    ) / (2 * len(chosen))  # fmt: skip


def cusp(w):
    """|w_1| w_1^3 / 4."""
    return anp.abs(w[0]) * w[0] ** 3 / 4


class BatchOracle:
    """Mini-batches by the kernels' own draws: a kept permutation whose first entries are shuffled at every draw."""

    def __init__(self, of_batch, n, batch):
        self.of_batch, self.batch, self.order = of_batch, batch, list(range(n))

    def __call__(self, w, rng):
        n = len(self.order)
        for k in range(self.batch):
            other = k + int(rng.random() * (n - k))
            self.order[k], self.order[other] = self.order[other], self.order[k]
        return naive.gradient(self.of_batch(self.order[: self.batch]))


def symmetric_matrices(count, d):
    """Fixed symmetric matrices, shape (count, d, d)."""
    half = np.random.default_rng(8).standard_normal((count, d, d))
    return half + half.transpose(0, 2, 1)


def sphere(d, rng):
    """A uniform direction."""
    g = rng.standard_normal(d)
    return g / np.linalg.norm(g)


def without(v, g):
    """v less its part along g."""
    return v - (v @ g) / (g @ g) * g if np.linalg.norm(g) > 1e-150 else v


def randomly_smoothed(method, g, w, memory, rng):
    """The perturbed step inside the gate, the plain one outside; the kernel draws a direction in both."""
    slope, direction = g(w), sphere(w.size, rng)
    if np.linalg.norm(slope) > method.gate:
        return w - method.eta_prime * slope, None
    bent = g(w + method.rho * direction)
    return w - method.eta * (slope + (without(bent, slope) if method.projected else bent)), None


def iterate_noise(method, g, w, memory, rng):
    """w <- w - eta (g(w) + rho * direction)."""
    slope = g(w)
    return w - method.eta * (slope + method.rho * sphere(w.size, rng)), None


def sharpness_aware(value):
    """Return the twin of SAP for one finite sum: the full gradient is that of ``value``."""
    full = naive.gradient(value)

    def step(method, g, w, memory, rng):
        slope = full(w)
        sign = -1.0 if method.random_sign and rng.random() < 0.5 else 1.0
        direction = g(w)
        if np.linalg.norm(direction) < 1e-150:
            direction = g(w + method.offset * sphere(w.size, rng))
        if np.linalg.norm(slope) > method.gate:
            return w - method.eta_prime * slope, None
        length = np.linalg.norm(direction)
        bent = g(w + sign * method.rho * direction / length if length > 1e-150 else w)
        return w - method.eta * (slope + (without(bent, slope) if method.projected else bent)), None

    return step
