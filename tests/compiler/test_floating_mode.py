"""What is below 2.2e-308 is zero while a kernel runs, and the caller's mode is left as it was."""

import os
import subprocess
import sys
import threading

import numpy as np
import pytest

from flatlab import trajectory
from flatlab.compiler.floating_mode import SMALLEST_NORMAL, by_comparison, denormals_are_zero, floating_mode
from flatlab.compiler.kernel import kernel
from flatlab.compiler.options import entry_point, interpreted
from flatlab.methods import GD, SAM
from flatlab.objectives import Quadratic

pytestmark = pytest.mark.jit_free
needs_the_mode = pytest.mark.skipif(by_comparison or floating_mode() is None, reason="no such mode on this processor")


def _half(x):
    return x / 2


@kernel
def _raising(x):
    if x > 0:
        raise ValueError("inside")
    return x


@needs_the_mode
def test_denormal_numbers_are_zero_within_the_block_and_not_outside():
    tiny = np.array([SMALLEST_NORMAL, 5e-324])
    before = floating_mode()
    with denormals_are_zero():
        assert floating_mode() != before
        np.testing.assert_array_equal(tiny / 2 == 0, True)  # a result that would be denormal
        assert (tiny[1:] * 2.0**200).max() == 0  # an operand that is
    assert floating_mode() == before
    assert tiny[0] / 2 > 0
    assert tiny[1] * 2.0**200 > 0


@needs_the_mode
def test_the_mode_is_put_back_after_an_error():
    before = floating_mode()
    with pytest.raises(ZeroDivisionError), denormals_are_zero():
        _ = 1 / 0
    assert floating_mode() == before
    with pytest.raises(ValueError, match="inside"):
        _raising(1.0)
    assert floating_mode() == before


@needs_the_mode
def test_blocks_lie_within_blocks_and_belong_to_their_thread():
    before, seen, inside_block = floating_mode(), [], threading.Event()
    other = threading.Thread(target=lambda: (inside_block.wait(), seen.append(floating_mode())))
    other.start()  # a thread begins with the mode of the one that starts it
    with denormals_are_zero():
        inside = floating_mode()
        with denormals_are_zero():
            pass
        assert floating_mode() == inside
        inside_block.set()
        other.join()
    assert seen == [before]


@needs_the_mode
@pytest.mark.parametrize("method", [GD(0.5), SAM(0.5, 0.1)])
def test_a_decaying_coordinate_ends_among_the_normal_numbers(method):
    before = floating_mode()
    path = trajectory(method, Quadratic([1.0, 0.5, 0.3]), [1.0, 1.0, 1.0], steps=6000)
    assert floating_mode() == before
    sizes = np.abs(path)
    assert ((sizes == 0) | (sizes >= SMALLEST_NORMAL)).all()
    assert sizes.min() < 1e-300  # the run came that far


@needs_the_mode
@pytest.mark.parametrize("method", [GD(0.5), SAM(0.5, 0.1)])
def test_compiled_and_interpreted_runs_decay_through_the_same_bits(method):
    objective, start = Quadratic([1.0, 0.5, 0.3]), [1.0, 1.0, 1.0]
    compiled = trajectory(method, objective, start, steps=6000)
    with interpreted():
        plain = trajectory(method, objective, start, steps=6000)
    assert compiled.tobytes() == plain.tobytes()


@needs_the_mode
def test_machine_code_obeys_the_mode():
    half = entry_point(_half)
    with denormals_are_zero():
        assert half(SMALLEST_NORMAL) == 0
    assert half(SMALLEST_NORMAL) > 0


@pytest.mark.long
def test_elsewhere_a_comparison_after_each_step_gives_the_same_bits_above_the_tiniest():
    program = """
import numpy as np
from flatlab import ensemble, trajectory
from flatlab.compiler.floating_mode import by_comparison
from flatlab.methods import GD, SAM
from flatlab.objectives import Quadratic
q, starts = Quadratic([1.0, 0.5, 0.3]), np.random.default_rng(0).standard_normal((40, 3))
parts = [trajectory(method, q, starts[0], steps=6000) for method in (GD(0.5), SAM(0.5, 0.1))]
parts.append(ensemble(SAM(0.5, 0.1), q, starts, steps=6000))
numbers = np.concatenate([part.ravel() for part in parts])
denormal = (numbers != 0) & (np.abs(numbers) < np.finfo(float).smallest_normal)
numbers[np.abs(numbers) < 2.0**-968] = 0
print(by_comparison, denormal.any(), hash(numbers.tobytes()))
"""
    settings = {**os.environ, "PYTHONHASHSEED": "0"}
    printed = [
        subprocess.run(
            [sys.executable, "-c", program], env={**settings, "FLATLAB_FLUSH": way}, capture_output=True, text=True
        ).stdout.split()
        for way in ("", "comparison")
    ]
    assert printed[1][:2] == ["True", "False"]
    assert printed[0][1:] == printed[1][1:]


EMIT = """
import sys
import llvmlite.binding as llvm
from flatlab.compiler.floating_mode import _FLUSH, _MODES
llvm.initialize_all_targets()
llvm.initialize_all_asmprinters()
source, bits = _MODES[sys.argv[1]]
module = llvm.parse_assembly(source + _FLUSH.replace("BITS", str(bits)))
module.triple = sys.argv[1] + "-linux-gnu"
machine = llvm.Target.from_triple(module.triple).create_target_machine()
assert machine.emit_object(module)
print(machine.emit_assembly(module))
"""


@pytest.mark.parametrize(
    ("processor", "instructions"), [("x86_64", ("stmxcsr", "ldmxcsr")), ("aarch64", ("mrs\tx0, FPCR", "msr\tFPCR, x0"))]
)
def test_the_mode_has_machine_code_for_every_processor_that_is_named(processor, instructions):
    # in a process of its own: what the code generator cannot do ends the process
    emitted = subprocess.run([sys.executable, "-c", EMIT, processor], capture_output=True, text=True, check=True).stdout
    assert all(instruction in emitted for instruction in instructions)
