"""Long helpers compiled once and called by their address.

This takes private parts of numba. Where a version lacks one of them, or the environment says ``FLATLAB_BY_ADDRESS=0``,
the helpers are compiled into each of their callers: the same digits, a longer first call.
"""

import os
from collections.abc import Callable

from numba.extending import overload

from flatlab.compiler.code_key import code_key, compiles_as
from flatlab.compiler.kernel import kernel
from flatlab.compiler.options import INLINED, entry_point

try:
    import ctypes
    import hashlib
    import pickle

    import llvmlite.binding
    from llvmlite import ir
    from numba.core import cgutils, types
    from numba.core.typing.templates import AbstractTemplate, infer_global, signature
    from numba.extending import lower_builtin

    _parts = cgutils.add_global_variable, cgutils.if_unlikely, cgutils.get_or_insert_function, types.unliteral
    BY_ADDRESS = os.environ.get("FLATLAB_BY_ADDRESS") != "0"
except (ImportError, AttributeError):
    BY_ADDRESS = False


def compiled_apart(function: Callable) -> Callable:
    """Compile a long helper once, and let kernels call it by its address.

    The compiler copies a callee into each of its callers, level after level, and compiles every copy: for a long
    one that is most of the time that a first call takes. A call by address costs a nanosecond. The address is
    looked up at the first call in a process, so that callers can be cached on disk.
    """
    call = kernel(function)
    if BY_ADDRESS:
        compiles_as(call, function, "by address")
        _call_by_address(call, function, entry_point(function))
    else:
        compiles_as(call, function, "inlined")
        overload(call, strict=False, jit_options=INLINED)(lambda *arguments: function)
    return call


_defined = {}  # name -> the functions that were defined under it, with their dispatchers
_called = []  # what has been called by address must stay


def _call_by_address(call, function, machine_code):
    name = f"{function.__module__}.{function.__qualname__}"
    _defined.setdefault(name, []).append((function, machine_code))

    class _Typed(AbstractTemplate):
        key = call

        def generic(self, arguments, _keywords):
            arguments = tuple(map(types.unliteral, arguments))
            machine_code.compile(arguments)
            return signature(machine_code.overloads[arguments].signature.return_type, *arguments)

    infer_global(call, types.Function(_Typed))

    @lower_builtin(call, types.VarArg(types.Any))
    def _lower(context, builder, sig, arguments):
        convention, byte = context.call_conv, ir.IntType(8).as_pointer()
        module = builder.module
        key = pickle.dumps((name, _identity(function), sig.args)).hex()
        slot_name = f"address_of_{hashlib.sha256(key.encode()).hexdigest()[:24]}"
        slot = module.globals.get(slot_name)
        if slot is None:
            slot = cgutils.add_global_variable(module, byte, slot_name)
            slot.linkage = "internal"
            slot.initializer = ir.Constant(byte, None)  # pyright: ignore[reportAttributeAccessIssue] (llvmlite types it as None)
        with builder.if_then(cgutils.is_null(builder, builder.load(slot)), likely=False):
            look_up = cgutils.get_or_insert_function(module, ir.FunctionType(byte, [byte]), "flatlab_address_of")
            builder.store(builder.call(look_up, [context.insert_const_string(module, key)]), slot)
        native = convention.get_function_type(sig.return_type, sig.args)
        callee = builder.bitcast(builder.load(slot), native.as_pointer())
        status, result = convention.call_function(builder, callee, sig.return_type, sig.args, arguments)
        if _may_fail(machine_code.overloads[sig.args]):
            with cgutils.if_unlikely(builder, status.is_error):
                convention.return_status_propagate(builder, status)
        return result


def _may_fail(compiled):
    """Return whether a compiled function can return anything but its result.

    A caller that has to ask also has a second way out, and then the references that it counts in a step no longer
    cancel: forty nanoseconds.
    """
    try:
        module = compiled.library._get_module_for_linking()
        blocks = module.get_function(compiled.fndesc.llvm_func_name).blocks
        ends = [str(line).split() for block in blocks for line in block.instructions if line.opcode == "ret"]
    except (AttributeError, NameError, RuntimeError):  # another version's library, or one that is linked already
        return True
    return not ends or any(end != ["ret", "i32", "0"] for end in ends)


def _identity(function):
    """Tell a function from others of its name: by its code, which a later process has as well."""
    key = code_key(function)
    return key.digest if key else str(id(function))


if BY_ADDRESS:

    @ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_char_p)
    def _address_of(key):
        name, identity, arguments = pickle.loads(bytes.fromhex(key.decode()))
        *former, (newest, machine_code) = _defined[name]
        if former and _identity(newest) != identity:
            same = [one for function, one in former if _identity(function) == identity]
            machine_code = same[-1] if same else machine_code
        machine_code.compile(arguments)
        found = machine_code.overloads[arguments]
        _called.append(found)
        return found.library.get_pointer_to_function(found.fndesc.llvm_func_name)

    llvmlite.binding.add_symbol("flatlab_address_of", ctypes.cast(_address_of, ctypes.c_void_p).value)
