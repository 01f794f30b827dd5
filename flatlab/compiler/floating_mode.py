"""What is below 2.2e-308 is zero: denormal numbers are flushed while a kernel runs.

Arithmetic with denormal numbers takes some processors twenty to a hundred times as long, and every coordinate that
decays ends there. So results below the smallest normal number are set to zero, and such numbers are read as zero, by
the processor itself (MXCSR on x86, FPCR on Arm), compiled and interpreted alike. The mode belongs to a thread; the
caller's is put back at the end, also after an error.

On other processors, or with ``FLATLAB_FLUSH=comparison``, the iterate is compared with 2.2e-308 after every step.
Coordinates of size 2^-968 (4e-292) and above then have the same bits as with the processor's mode as long as they do
not depend on smaller ones; smaller ones may differ from it by less than 2^-968.
"""

import ctypes
import functools
import os
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import llvmlite.binding as llvm
import numpy as np

from flatlab.compiler.options import compiled

SMALLEST_NORMAL = float(np.finfo(np.float64).smallest_normal)

_X86 = """
declare void @llvm.x86.sse.stmxcsr(ptr)
declare void @llvm.x86.sse.ldmxcsr(ptr)

define i64 @read() {
  %place = alloca i32
  call void @llvm.x86.sse.stmxcsr(ptr %place)
  %mode = load i32, ptr %place
  %wide = zext i32 %mode to i64
  ret i64 %wide
}

define void @write(i64 %wide) {
  %place = alloca i32
  %mode = trunc i64 %wide to i32
  store i32 %mode, ptr %place
  call void @llvm.x86.sse.ldmxcsr(ptr %place)
  ret void
}
"""
_ARM = """
declare i64 @llvm.aarch64.get.fpcr()
declare void @llvm.aarch64.set.fpcr(i64)

define i64 @read() {
  %mode = call i64 @llvm.aarch64.get.fpcr()
  ret i64 %mode
}

define void @write(i64 %mode) {
  call void @llvm.aarch64.set.fpcr(i64 %mode)
  ret void
}
"""
_FLUSH = """
define void @flush(i64 %before) {
  %flushing = or i64 %before, BITS
  call void @write(i64 %flushing)
  ret void
}
"""
# flush-to-zero 0x8000 and denormals-are-zero 0x0040; on Arm FZ, bit 24, does both
_MODES = {"x86_64": (_X86, 0x8040), "amd64": (_X86, 0x8040), "aarch64": (_ARM, 1 << 24), "arm64": (_ARM, 1 << 24)}

by_comparison = os.environ.get("FLATLAB_FLUSH") == "comparison" or platform.machine().lower() not in _MODES


@functools.cache
def _processor():
    """Return functions that read the mode, write it, and write it with flushing turned on."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    source, bits = _MODES[platform.machine().lower()]
    module = llvm.parse_assembly(source + _FLUSH.replace("BITS", str(bits)))
    engine = llvm.create_mcjit_compiler(module, llvm.Target.from_default_triple().create_target_machine())
    engine.finalize_object()
    kinds = {"read": ctypes.PYFUNCTYPE(ctypes.c_int64), "write": ctypes.PYFUNCTYPE(None, ctypes.c_int64)}
    kinds["flush"] = kinds["write"]
    functions: dict[str, Any] = {name: kind(engine.get_function_address(name)) for name, kind in kinds.items()}
    functions["engine"] = engine  # the code goes with it
    return functions


def floating_mode() -> int | None:
    """Return the control register of this thread's floating-point unit, or None where it is not known."""
    return None if platform.machine().lower() not in _MODES else _processor()["read"]()


@contextmanager
def denormals_are_zero() -> Iterator[None]:
    """Flush denormal numbers to zero within the block, in this thread."""
    if by_comparison:
        yield
        return
    processor = _processor()
    before = processor["read"]()
    try:  # an interrupt comes after a call: what it finds changed is put back
        processor["flush"](before)
        yield
    finally:
        processor["write"](before)


def call_flushed(function: Callable, arguments: tuple) -> float | tuple | None:
    """Return ``function(*arguments)`` with denormal numbers flushed: :func:`denormals_are_zero` without its cost."""
    if by_comparison:
        return function(*arguments)
    processor = _processor()
    before = processor["read"]()
    try:
        processor["flush"](before)
        return function(*arguments)
    finally:
        processor["write"](before)


@compiled
def flush(x) -> None:
    """Set the entries of an array that are below the smallest normal number to zero, in place."""
    flat = x.ravel()  # a view of what is contiguous
    for i in range(flat.size):
        if abs(flat[i]) < SMALLEST_NORMAL:
            flat[i] = 0.0
