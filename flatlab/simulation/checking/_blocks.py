"""Whether the forms for many points give the bits of the forms for one."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from flatlab.compiler.vectors import norm
from flatlab.objectives import descend, descent_scratch, gradients
from flatlab.simulation.checking._interpreted import function_title, has
from flatlab.simulation.checking._writes import differences, gradient_at
from flatlab.simulation.checking.report import Notes

__all__ = ["check_blocks", "columns_near", "refuse_other_bits"]

COLUMNS = 3


def check_blocks(objective: NamedTuple, point: np.ndarray, notes: Notes, rng: np.random.Generator) -> None:
    """Compare ``gradients`` and ``descend`` with single points, compiled: machine code promises the same bits."""
    block, grad = columns_near(point, rng), gradient_at(objective)
    if has(gradients, objective):
        out = np.full_like(block, np.nan)
        before = block.copy()
        gradients(objective, block, out)
        refuse_other_bits(gradients, objective, out, np.array([grad(w) for w in block.T]).T, "gradient at each column")
        refuse_other_bits(gradients, objective, block, before, "before in its points, which are not to be changed")
        notes.checked.append(f"gradients gives the bits of gradient at {COLUMNS} points")
    else:
        notes.skipped.append("gradients: no block form is registered")
    if has(descend, objective):
        for normalised in (True, False):
            own, plain = block.copy(), block.copy()
            descend(objective, own, 0.1, 0.05, normalised, descent_scratch(own))
            for b, w in enumerate(block.T):
                plain[:, b] = _descended(grad, np.ascontiguousarray(w), 0.1, 0.05, normalised)
            refuse_other_bits(descend, objective, own, plain, f"two calls of gradient with normalised={normalised}")
        notes.checked.append(f"descend gives the bits of two calls of gradient at {COLUMNS} points")


def columns_near(point: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a block of points, the point itself and others near it, one a column, shape (d, 3)."""
    scale = max(1.0, float(np.abs(point).max()))
    block = (point + 0.1 * scale * rng.standard_normal((COLUMNS, point.size))).T
    block[:, 0] = point
    return np.ascontiguousarray(block)


def refuse_other_bits(question: Callable, part: NamedTuple, block: np.ndarray, single: np.ndarray, of: str) -> None:
    """Refuse a block form whose result differs from that of single points; ``of`` says what these are from."""
    differing = differences(block, single)
    if len(differing):
        row, column = differing[0]
        raise ValueError(
            f"{function_title(question, part)} must give the same bits as {of}, got {float(block[row, column])!r} for "
            f"{float(single[row, column])!r} in entry {row} of column {column}: use the same order of operations"
        )


def _descended(grad, w, step_size, rho, normalised):
    """Return the point after one step of ``descend``, in the order of operations of its default."""
    ascent = grad(w)
    length = norm(ascent)
    scale = (rho / length if length > 0 else 0.0) if normalised else rho
    return w - step_size * grad(w + scale * ascent)
