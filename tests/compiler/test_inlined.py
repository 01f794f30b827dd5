"""Helpers that are compiled into their callers only."""

import pytest

from flatlab.compiler import inlined, options

PROGRAM = """
    import numpy as np
    from numba.core.codegen import JITCodeLibrary

    from flatlab import trajectory
    from flatlab.compiler.inlined import LEAN
    from flatlab.methods import NSO, SAM, HeavyBall
    from flatlab.objectives import MultilayerPerceptron, Noisy, PerceptronBatch, Saturating, hessian
    from flatlab.simulation import forms

    forms.FEW_NUMBERS = 0
    made = []
    finish = JITCodeLibrary._finalize_specific
    JITCodeLibrary._finalize_specific = lambda self: (made.append(self), finish(self))

    rng = np.random.default_rng(3)
    inputs, labels = rng.standard_normal((9, 4)), rng.integers(0, 3, 9)
    network = MultilayerPerceptron([4, 5, 3], inputs, labels)
    w = rng.standard_normal(43)
    ends = [
        trajectory(HeavyBall(NSO(0.1, 0.1)), Noisy(Saturating(), 0.3), np.ones(3), steps=400, rng=rng)[-1],
        trajectory(SAM(0.1, 0.1), PerceptronBatch(network, 4), w, steps=40, rng=rng)[-1],
        hessian(network, w).ravel(),
    ]
    print(LEAN, len(made), np.concatenate(ends).tobytes().hex())
"""


@pytest.mark.long
def test_helpers_that_are_optimised_in_their_callers_only_give_the_same_bits(process):
    lean, few, bits = process(PROGRAM)
    plain, many, expected = process(PROGRAM, FLATLAB_LEAN_HELPERS="0")
    assert (lean, plain) == ("True", "False")
    assert bits == expected
    assert int(few) < int(many) / 2  # pieces of machine code


@pytest.mark.jit_free
def test_an_error_in_a_helper_comes_out():
    @options.compiled
    def refuse(x):
        if x < 0:
            raise ValueError("below zero")
        return x

    @options.entry_point
    def call(x):
        return refuse(x) + 1

    assert call(1.0) == 2.0
    with pytest.raises(ValueError, match="below zero"):
        call(-1.0)


def test_this_version_of_the_compiler_has_the_parts():
    assert inlined.LEAN
    assert "pipeline_class" in options.INLINED
