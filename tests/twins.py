"""What slow, obvious twins share. They are written from the formulas and from nothing else.

Objectives are twinned by their value alone, in ``autograd.numpy``: gradient and Hessian come from automatic
differentiation. Oracles draw with the very draws of the kernels.
"""

import autograd
import numpy as np


def gradient(value):
    """The gradient of a value, by automatic differentiation."""
    return autograd.grad(value)


def hessian(value):
    """The Hessian of a value, by automatic differentiation."""
    return autograd.hessian(value)


def exact_oracle(value):
    """The oracle of a deterministic objective: the sample gradient is the gradient."""
    exact = gradient(value)
    return lambda w, rng: exact


class BatchOracle:
    """Mini-batches by the kernels' own draws: a kept permutation whose first entries are shuffled at every draw."""

    def __init__(self, of_batch, n, batch):
        self.of_batch, self.batch, self.order = of_batch, batch, list(range(n))

    def __call__(self, w, rng):
        n = len(self.order)
        for k in range(self.batch):
            other = k + int(rng.random() * (n - k))
            self.order[k], self.order[other] = self.order[other], self.order[k]
        return gradient(self.of_batch(self.order[: self.batch]))


def sphere(d, rng):
    """A uniform direction."""
    g = rng.standard_normal(d)
    return g / np.linalg.norm(g)


def without(v, g):
    """v less its part along g."""
    return v - (v @ g) / (g @ g) * g if np.linalg.norm(g) > 1e-150 else v


def trajectory(method, twin, oracle, start, steps, rng=None):
    """All iterates, the start first."""
    w, memory, path = np.array(start, dtype=float), None, [np.array(start, dtype=float)]
    for _ in range(steps):
        w, memory = twin(method, oracle(w, rng), w, memory, rng)
        path.append(w)
    return np.array(path)
