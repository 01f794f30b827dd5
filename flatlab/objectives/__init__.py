"""Objectives: one NamedTuple a file, each with its value, gradient and curvature.

Adding an objective is adding a file with an ``__all__``; nothing else is edited.
"""

from flatlab._collect import public_names
from flatlab.objectives._generic import (
    descend,
    descent_room,
    dimension,
    draw,
    gradient,
    gradients,
    has_block_gradients,
    hessian,
    hessian_trace,
    new_sample,
    sample_gradient,
    value,
)

_collected = public_names(__name__, __path__)
globals().update(_collected)

__all__ = [
    "descend",
    "descent_room",
    "dimension",
    "draw",
    "gradient",
    "gradients",
    "has_block_gradients",
    "hessian",
    "hessian_trace",
    "new_sample",
    "sample_gradient",
    "value",
    *_collected,
]
