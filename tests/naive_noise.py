"""Twins of the objectives and methods of noise stability optimisation, from the formulas and nothing else."""

import itertools

import autograd.numpy as anp
import numpy as np
from naive import gradient


def separable_quartic(coefficients):
    """f(w) = sum_i a_i w_i^4."""
    return lambda w: anp.sum(anp.array(coefficients) * w**4)


def norm_quartic(w):
    """f(w) = |w|^4."""
    return anp.sum(w**2) ** 2


def cubic(coefficients):
    """f(w) = sum_i a_i w_i^3."""
    return lambda w: anp.sum(anp.array(coefficients) * w**3)


def cosh_sum(w):
    """f(w) = sum_i cosh(w_i)."""
    return anp.sum(anp.cosh(w))


def saturating(w):
    """f(w) = sum_i w_i^2 / (1 + w_i^2)."""
    return anp.sum(w**2 / (1 + w**2))


def double_well(a, wide_a, b, wide_b, c, bowl):
    """f(x) = bowl x^2/2 less a sharp well at -c and a flat one at c."""

    def value(w):
        sharp, flat = anp.exp(-((w[0] + c) ** 2) / (2 * wide_a**2)), anp.exp(-((w[0] - c) ** 2) / (2 * wide_b**2))
        return bowl * w[0] ** 2 / 2 - a * sharp - b * flat

    return value


def huber_slope(e, c):
    """The Huber function of w_0 and a bowl in the rest."""

    def value(w):
        r = anp.abs(w[0])
        first = anp.where(c * r <= e, c * r**2 / 2, e * r - e**2 / (2 * c))
        return first + c * anp.sum(w[1:] ** 2) / 2

    return value


def hats(half_widths, c, stretch):
    """w_0^2/(2G) and a hat in every other coordinate."""

    def value(w):
        r, alpha = anp.abs(w[1:]), anp.array(half_widths)
        top = c * alpha**2 / 4
        shoulder, foot = top - c * (r - alpha) ** 2 / 2, c * (r - 2 * alpha) ** 2 / 2
        beyond = anp.where(r <= 2 * alpha, foot, 0.0)
        return w[0] ** 2 / (2 * stretch) + anp.sum(
            anp.where(r <= alpha, top, anp.where(r <= 1.5 * alpha, shoulder, beyond))
        )

    return value


def smoothed(value, s, nodes):
    """E f(w + sZ) of a separable f, by the physicists' Gauss-Hermite rule."""
    x, weight = np.polynomial.hermite.hermgauss(nodes)
    return lambda w: sum(q * value(w + np.sqrt(2) * s * node) for node, q in zip(x, weight)) / np.sqrt(np.pi)


def coordinate_noise_oracle(value, deviations):
    """The oracle grad f(w) + z, z_i of deviation sigma_i; coordinates without noise draw nothing."""
    slope = gradient(value)

    def draw(w, rng):
        z = np.array([sigma * rng.standard_normal() if sigma > 0 else 0.0 for sigma in deviations])
        return lambda point: slope(point) + z

    return draw


def fresh_noise_oracle(value, sigma, first):
    """The oracle that pushes coordinate first, first + 1, ... by a fair sign times sigma."""
    slope, count = gradient(value), itertools.count()

    def draw(w, rng):
        push = np.zeros(w.size)
        push[first + next(count) % (w.size - first)] = sigma if rng.random() < 0.5 else -sigma
        return lambda point: slope(point) + push

    return draw


def nso(method, g, w, memory, rng):
    """Pairs of perturbed points, all with one sample; Gaussian noise."""
    total = np.zeros_like(w)
    for _ in range(method.k):
        u = method.s * rng.standard_normal(w.size)
        total = total + g(w + u) + g(w - u)
    return w - method.eta * total / (2 * method.k), None


def noise_injection(method, g, w, memory, rng):
    """Independent perturbed points, all with one sample; Gaussian noise."""
    total = sum(g(w + method.s * rng.standard_normal(w.size)) for _ in range(method.k))
    return w - method.eta * total / method.k, None
