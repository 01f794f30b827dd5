"""What the methods that perturb orthogonally to the gradient share."""

import math

from flatlab.base import checks
from flatlab.compiler.options import compiled
from flatlab.compiler.vectors import ZERO


def check_gate(gate: float) -> float:
    """Return the largest gradient at which a step is perturbed: 0 or above, infinite for every step."""
    return math.inf if isinstance(gate, float) and gate == math.inf else checks.nonnegative("gate", gate)


@compiled
def sphere_direction(out, rng) -> None:
    """Fill ``out`` with a uniform point of the unit sphere (a Gaussian vector over its length)."""
    square = 0.0
    for i in range(out.size):
        out[i] = rng.standard_normal()
        square += out[i] * out[i]
    scale = 1.0 / math.sqrt(square)
    for i in range(out.size):
        out[i] *= scale


@compiled
def projection_factor(grad, moved_grad, square, projected):
    """Return c such that ``moved_grad - c * grad`` is the perturbation: (moved_grad . grad) / |grad|^2, or 0.

    At a zero gradient the projector is the identity.
    """
    along = 0.0
    for i in range(grad.size):
        along += moved_grad[i] * grad[i]
    return along / square if projected and square > ZERO * ZERO else 0.0
