"""A step counts no references to arrays: counting them takes a fifth of a step in ten dimensions, and more in three."""

import re

import numba
import numpy as np
import pytest

from flatlab.compiler.options import OPTIONS, jit_is_on
from flatlab.compiler.vectors import aligned_rows
from flatlab.methods import GD, NSO, SAM, block_workspace
from flatlab.objectives import DenseQuadratic, Quadratic, Valley
from flatlab.objectives.valleys.profiles import Parabola
from flatlab.simulation import loops

pytestmark = pytest.mark.skipif(not jit_is_on(), reason="interpreted loops have no machine code")
QUADRATIC = Quadratic([1.0, 0.5, 0.2])


def _counts(kernel, *arguments):
    """Return what counts references in the optimised code of a kernel: calls of the runtime, atomic instructions."""
    dispatcher = numba.njit(**OPTIONS)(kernel.__wrapped__)  # code from disk cannot be looked at
    dispatcher.compile(tuple(map(numba.typeof, arguments)))
    try:
        (text,) = dispatcher.inspect_llvm().values()
    except (AttributeError, RuntimeError):
        pytest.skip("this numba does not show its code")
    body = re.search(rf"^define [^\n]*{kernel.__name__}.*?^}}", text, re.MULTILINE | re.DOTALL)
    assert body is not None
    assert "fmul" in body[0], "the step is compiled into the loop"
    return re.findall(r"call[^\n]*@NRT_\w+|atomicrmw", body[0])


@pytest.mark.parametrize(
    ("method", "objective"),
    [
        (SAM(0.1, 0.1), QUADRATIC),
        (SAM(0.1, 0.1), DenseQuadratic(np.eye(3))),
        (SAM(0.1, 0.1), Valley(Parabola(), 2)),
        (NSO(0.1, 0.1, 1), QUADRATIC),
    ],
    ids=["SAM", "SAM-dense", "SAM-valley", "NSO"],
)
def test_a_step_counts_no_references(method, objective):
    w, rng = np.ones(3), np.random.default_rng(1) if getattr(method, "random", False) else None
    rows, work = np.empty((2, 3)), loops.new_work(method, objective, w)
    assert not _counts(loops._advance, method, objective, w, work, rng, 1, rows)


@pytest.mark.parametrize("method", [SAM(0.1, 0.1), GD(0.1)], ids=["SAM", "GD"])
def test_a_step_of_a_block_counts_no_references(method):
    points = aligned_rows(3, np.ones((3, 40)))
    points[:] = 1
    work = block_workspace(method, QUADRATIC, points)
    assert not _counts(loops._advance_block, method, QUADRATIC, points, work, 1)
