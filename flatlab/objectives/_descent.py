"""Scratch and lengths of ``descend``, shared by its default and the forms that objectives register."""

import numpy as np

from flatlab.compiler.options import compiled, compiled_first
from flatlab.compiler.vectors import aligned_rows


@compiled
def descent_scratch(points):
    """Return the scratch of ``descend``: scales (m,), ones (d,), gradients (d, m), ascent points (d, m)."""
    size = points.shape[0]
    rows = aligned_rows(1 + 2 * size, points)
    return rows[0], np.ones(size), rows[1 : 1 + size], rows[1 + size :]


@compiled_first
def set_scales(scale, rho, normalised) -> None:
    """Turn gradient norms into lengths of the ascent for each unit of gradient, in place."""
    for b in range(scale.size):
        if normalised:
            scale[b] = rho / scale[b] if scale[b] > 0 else 0.0
        else:
            scale[b] = rho
