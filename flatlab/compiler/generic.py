"""Generic functions: chosen by the NamedTuple type of their first argument, compiled or not.

A ``generic`` function has one implementation per NamedTuple class. Inside compiled code the
choice is made at compile time and costs nothing; from Python the chosen implementation is
compiled on first use, or interpreted when ``NUMBA_DISABLE_JIT=1``. A class registers its
implementations in its own file::

    class Quartic(NamedTuple):
        scale: float


    @gradient.register(Quartic)
    def _(objective, w, out):
        for i in range(w.size):
            out[i] = 4 * objective.scale * w[i] ** 3
"""

import functools

from numba import types
from numba.extending import overload

from flatlab.compiler.code_key import follows
from flatlab.compiler.kernel import kernel
from flatlab.compiler.options import INLINED


def generic(function=None, *, required=False):
    """Make a function generic in the NamedTuple type of its first argument.

    Parameters
    ----------
    function : callable
        The default implementation; with ``required=True`` only its signature and docstring count.
    required : bool
        Whether a class without an implementation of its own is refused.

    Returns
    -------
    callable
        The generic function, with ``register(cls)``, ``implemented(cls)`` (does ``cls`` have its
        own implementation?), ``is_own(instance)`` (the same question inside compiled code, under a name
        of its own there) and ``implementation(cls)``. Registering for a class that has been run raises
        ValueError: machine code that exists would keep the old answer.
    """
    if function is None:
        return functools.partial(generic, required=required)
    table = {}
    default = None if required else function
    settled = set()  # classes whose implementation is compiled into some kernel

    def implementation(cls):
        chosen = table.get(cls, default)
        if chosen is None:
            name = function.__name__
            raise TypeError(f"{cls.__name__} has no {name}: register one with @{name}.register({cls.__name__})")
        settled.add(cls)
        return chosen

    @functools.wraps(function)
    def dispatch(first, *rest):
        return _python_side(implementation(type(first)))(first, *rest)

    def register(cls):
        def add(chosen):
            if cls in settled:
                raise ValueError(
                    f"{function.__name__} of {cls.__name__} is in use already and cannot be replaced: "
                    "define the class anew and register its functions before the first run"
                )
            table[cls] = chosen
            return chosen

        return add

    # strict=False: the chooser takes any arguments, the implementations name theirs
    @overload(dispatch, strict=False, jit_options=INLINED)
    def _choose(*arguments):
        first = arguments[0]
        return implementation(first.instance_class) if isinstance(first, types.BaseNamedTuple) else default

    def is_own(first):
        return type(first) in table

    @overload(is_own, jit_options=INLINED)
    def _is_own(first):
        settled.add(first.instance_class)
        return (lambda first: True) if first.instance_class in table else (lambda first: False)

    dispatch.is_own = is_own
    dispatch.register = register
    dispatch.implementation = implementation
    dispatch.implementations = table
    dispatch.implemented = table.__contains__
    follows(dispatch, dispatch)
    follows(is_own, dispatch)
    return dispatch


@functools.cache
def _python_side(implementation):
    return kernel(implementation)
