"""Long helpers compiled once and called by their address."""

import ctypes
import functools
import hashlib
import pickle

import llvmlite.binding
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import lower_builtin

from flatlab.compiler.options import entry_point, jit_is_on, uncached


def compiled_apart(function):
    """Compile a long helper once, and let kernels call it by its address.

    The compiler copies a callee into each of its callers, level after level, and compiles every copy: for a long
    one that is most of the time that a first call takes. A call by address costs a nanosecond. The address is
    looked up at the first call in a process, so that callers can be cached on disk.
    """
    ours = function.__module__.startswith("flatlab.")  # the folder of the cache follows these sources only
    dispatcher = functools.cache(lambda: entry_point(function) if ours else uncached(function))
    name = f"{function.__module__}.{function.__qualname__}"
    _apart[name] = dispatcher

    @functools.wraps(function)
    def call(*arguments):
        return (dispatcher() if jit_is_on() else function)(*arguments)

    class _Typed(AbstractTemplate):
        key = call

        def generic(self, arguments, _keywords):
            arguments = tuple(map(types.unliteral, arguments))
            dispatcher().compile(arguments)
            return signature(dispatcher().overloads[arguments].signature.return_type, *arguments)

    infer_global(call, types.Function(_Typed))

    @lower_builtin(call, types.VarArg(types.Any))
    def _lower(context, builder, sig, arguments):
        convention, byte = context.call_conv, ir.IntType(8).as_pointer()
        module = builder.module
        key = pickle.dumps((name, sig.args)).hex()
        slot_name = f"address_of_{hashlib.sha256(key.encode()).hexdigest()[:24]}"
        slot = module.globals.get(slot_name)
        if slot is None:
            slot = cgutils.add_global_variable(module, byte, slot_name)
            slot.initializer, slot.linkage = ir.Constant(byte, None), "internal"
        with builder.if_then(cgutils.is_null(builder, builder.load(slot)), likely=False):
            look_up = cgutils.get_or_insert_function(module, ir.FunctionType(byte, [byte]), "flatlab_address_of")
            builder.store(builder.call(look_up, [context.insert_const_string(module, key)]), slot)
        native = convention.get_function_type(sig.return_type, sig.args)
        callee = builder.bitcast(builder.load(slot), native.as_pointer())
        status, result = convention.call_function(builder, callee, sig.return_type, sig.args, arguments)
        with cgutils.if_unlikely(builder, status.is_error):
            convention.return_status_propagate(builder, status)
        return result

    return call


_apart = {}
_called = []  # what has been called by address must stay


@ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_char_p)
def _address_of(key):
    name, arguments = pickle.loads(bytes.fromhex(key.decode()))
    dispatcher = _apart[name]()
    dispatcher.compile(arguments)
    found = dispatcher.overloads[arguments]
    _called.append(found)
    return found.library.get_pointer_to_function(found.fndesc.llvm_func_name)


llvmlite.binding.add_symbol("flatlab_address_of", ctypes.cast(_address_of, ctypes.c_void_p).value)
