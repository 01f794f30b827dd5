"""Slow, obvious twins of the kernels, written from the formulas and from nothing else.

Objectives are twinned by their value alone, in ``autograd.numpy``: gradient and Hessian come from
automatic differentiation. A method's twin is ``twin(method, sample_gradient, w, memory, rng)``; it
returns the next point and whatever it wants handed back at the next step. ``sample_gradient`` is
the gradient under one fixed sample of the oracle.
"""

import itertools

import autograd
import autograd.numpy as anp
import numpy as np


def quadratic(eigenvalues):
    """f(w) = (1/2) sum_i lambda_i w_i^2."""
    return lambda w: anp.sum(anp.array(eigenvalues) * w**2) / 2


def dense_quadratic(hessian):
    """f(w) = (1/2) w^T H w."""
    return lambda w: anp.dot(w, anp.dot(anp.array(hessian), w)) / 2


def ravine(profile, level, width):
    """f(x, y) = level g(y / width) x^2 / 2 with g named."""
    shape = {
        "bowl": lambda s: 1 + s**2,
        "double-well": lambda s: 1 + (s**2 - 1) ** 2,
        "wavy": lambda s: 2 + s**2 / 8 - anp.cos(2 * s),
        "slope": lambda s: 1 + 1 / (1 + anp.exp(-s)),
        "hill": lambda s: 1 + anp.exp(-(s**2)),
    }[profile]
    return lambda w: level * shape(w[1] / width) * w[0] ** 2 / 2


def separable_ravine(profile, levels, widths):
    """The sum of ravines; first all x, then all y."""
    parts, k = [ravine(profile, level, width) for level, width in zip(levels, widths)], len(levels)
    return lambda w: sum(part([w[i], w[k + i]]) for i, part in enumerate(parts))


def isolated_ravine(profile, bottom):
    """f(x, y) = g(y) x^2 / 2 + bottom y^2 / 2 with g named."""
    return lambda w: ravine(profile, 1.0, 1.0)(w) + bottom * w[1] ** 2 / 2


def symmetric_tensors(size, seed):
    """Random symmetric tensors of order three and four."""
    rng, tensors = np.random.default_rng(seed), []
    for order in (3, 4):
        raw = rng.standard_normal((size,) * order)
        turns = list(itertools.permutations(range(order)))
        tensors.append(sum(raw.transpose(turn) for turn in turns) / len(turns))
    return tensors


def cubic_quartic(eigenvalues, cubic, quartic):
    """(1/2) sum lambda_i w_i^2 + T[w, w, w] / 6 + Q[w, w, w, w] / 24."""

    def value(w):
        three = anp.dot(anp.dot(anp.dot(cubic, w), w), w)
        four = anp.dot(anp.dot(anp.dot(anp.dot(quartic, w), w), w), w)
        return anp.sum(anp.array(eigenvalues) * w**2) / 2 + three / 6 + four / 24

    return value


def least_squares(linear, features, shifts, phi):
    """(1/2) sum_i (a_i . w + phi(b_i . w + s_i) - phi(s_i))^2."""

    def value(w):
        residuals = anp.dot(linear, w) + phi(anp.dot(features, w) + shifts) - phi(anp.array(shifts))
        return anp.sum(residuals**2) / 2

    return value


def residual_batch_oracle(linear, features, shifts, phi, size):
    """(m / size) sum over a batch drawn with replacement of the gradient of F_i^2 / 2."""

    def draw(w, rng):
        batch = [int(rng.integers(0, len(shifts))) for _ in range(size)]
        scale = len(shifts) / size
        return gradient(lambda point: scale * least_squares(linear[batch], features[batch], shifts[batch], phi)(point))

    return draw


def gradient(value):
    """The gradient of a value, by automatic differentiation."""
    return autograd.grad(value)


def hessian(value):
    """The Hessian of a value, by automatic differentiation."""
    return autograd.hessian(value)


def exact_oracle(value):
    """The oracle of a deterministic objective: the sample gradient is the gradient."""
    slope = gradient(value)
    return lambda w, rng: slope


def noisy_oracle(value, sigma):
    """The oracle grad f(w) + z with z ~ N(0, (sigma^2/d) I), one z a step."""
    slope = gradient(value)

    def draw(w, rng):
        z = sigma / np.sqrt(w.size) * rng.standard_normal(w.size)
        return lambda point: slope(point) + z

    return draw


def gd(method, g, w, memory, rng):
    """w <- w - eta g(w)."""
    return w - method.eta * g(w), None


def two_point(value):
    """w <- w - eta (f(w + s u) - f(w - s u)) / (2 s) u."""

    def twin(method, g, w, memory, rng):
        u = rng.standard_normal(w.size)
        return w - method.eta * (value(w + method.s * u) - value(w - method.s * u)) / (2 * method.s) * u, None

    return twin


def sam(method, g, w, memory, rng):
    """w <- w - eta g(w + rho g(w)/|g(w)|); without the ascent where |g(w)| counts as zero."""
    length = np.linalg.norm(g(w))
    ascent = method.rho * g(w) / length if length > 1e-150 else 0.0
    return w - method.eta * g(w + ascent), None


def usam(method, g, w, memory, rng):
    """w <- w - eta g(w + rho g(w))."""
    return w - method.eta * g(w + method.rho * g(w)), None


def trajectory(method, twin, oracle, start, steps, rng=None):
    """All iterates, the start first."""
    w, memory, path = np.array(start, dtype=float), None, [np.array(start, dtype=float)]
    for _ in range(steps):
        w, memory = twin(method, oracle(w, rng), w, memory, rng)
        path.append(w)
    return np.array(path)
