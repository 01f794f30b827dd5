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

A class that wraps another object in its field ``base`` may hand generic functions over to it: see ``forward_to_base``.
"""

import functools
import inspect
from collections.abc import Callable
from typing import Any

from numba import types
from numba.extending import overload

from flatlab.base.checks import shown
from flatlab.base.engines import travels_with_classes
from flatlab.compiler.code_key import WRITTEN, compiles_as, follows
from flatlab.compiler.kernel import kernel
from flatlab.compiler.options import INLINED, inside_kernel

_tables = []
_forwarded = {}  # wrapper class -> what the functions are about that it forwards to its base
outsiders = set()  # classes from outside flatlab for which anything is registered or forwarded


def generic(  # noqa: C901 (six closures)
    function: Callable | None = None,
    *,
    required: bool = False,
    compiled: bool = True,
    about: str | None = None,
    check: Callable | None = None,
) -> Any:
    """Make a function generic in the NamedTuple type of its first argument.

    function : the default implementation; with ``required=True`` only its signature and docstring count
    required : whether a class without an implementation of its own is refused
    compiled : whether kernels may call it; if not, its implementations are plain Python
    about : wrappers forward to their base what is about the things they leave as they are
    check : called with all arguments where Python calls the function (kernels do not); returns those after the first as
        the implementation is to see them, or raises ValueError

    The generic function has

    - ``register(cls)``, a decorator. Registering for a class that has been run raises ValueError: machine code
      that exists would keep the old answer;
    - ``implemented(cls)``: does ``cls`` have its own implementation, or forward the function to its base?
    - ``is_own(instance)``: does the instance, or the base that it forwards the function to, have an
      implementation of its own? Compiled code may ask this too, under a name of its own there;
      ``is_own.question`` is the generic function;
    - ``implementation(cls)``: what answers for ``cls``, the forwarding function of a wrapper included;
    - ``implementations``, the table of what is registered, and ``default``, None where it is required.
    """
    if function is None:
        return functools.partial(generic, required=required, compiled=compiled, about=about, check=check)
    table = _Table(function, None if required else function, about, compiled)

    def call(first, *rest, **named):
        chosen = table.chosen.get(type(first)) or table.implementation(type(first), first)
        if named:
            rest = inspect.signature(function).bind(first, *rest, **named).args[1:]
        inside = inside_kernel()
        if check is not None and not inside:
            rest = check(first, *rest)
        while chosen is forward:
            first = first.base
            chosen = table.implementation(type(first))
        if inside:
            return chosen(first, *rest)
        return _python_side(chosen)(first, *rest) if compiled else chosen(first, *rest)

    def forward(first, *rest):
        return dispatch(first.base, *rest)

    def ask(first):
        while table.forwards(type(first)):
            first = first.base
        return type(first) in table.implementations

    dispatch: Any = functools.wraps(function)(call)
    table.dispatch = dispatch
    is_own: Any = ask
    table.forward = forward
    if compiled:
        _teach_compiler(table, dispatch, is_own)
    dispatch.is_own, is_own.question = is_own, dispatch
    dispatch.register = table.register
    dispatch.implementation = table.implementation
    dispatch.implemented = lambda cls: cls in table.implementations or table.forwards(cls)
    dispatch.implementations = table.implementations
    dispatch.default = table.default
    return dispatch


def chosen_by(own: Callable, not_own: Callable, yes: Callable, no: Callable) -> Callable:
    """Return a function that is ``yes`` for a first argument with its own ``own`` and no ``not_own``, else ``no``.

    Compiled code compiles only the one that is chosen.
    """

    @functools.wraps(yes)
    def call(first, *rest):
        return (yes if own.is_own(first) and not not_own.is_own(first) else no)(first, *rest)

    @overload(call, strict=False, jit_options=INLINED)
    def _choose(*arguments):
        kind = arguments[0]
        return yes if own.is_own_type(kind) and not not_own.is_own_type(kind) else no

    compiles_as(call, _choose, WRITTEN)
    return call


def forward_to_base(cls: type, topics: set) -> None:
    """Let a NamedTuple forward to its field ``base`` each generic function about one of ``topics``, a set of str.

    What the class registers itself goes before. What it neither registers nor forwards has the default, or is
    refused where an implementation is required.
    """
    if "base" not in getattr(cls, "_fields", ()):
        raise TypeError(f"{cls.__name__} must be a NamedTuple with a field base to hand anything over to its base")
    for table in _tables:
        if cls in table.chosen:
            raise ValueError(f"{cls.__name__} is in use already and cannot become a wrapper: declare it as one before")
    _forwarded[cls] = frozenset(topics)
    _note(cls)


def _registered(cls):
    """Return what a class from outside has registered and forwards; None for one of flatlab."""
    if cls not in outsiders:
        return None
    own = [(table.dispatch, table.implementations[cls]) for table in _tables if cls in table.implementations]
    return own, _forwarded.get(cls)


def _register_again(cls, registered):
    """Register what came with a class from another process, once."""
    own, topics = registered
    if topics is not None and cls not in _forwarded:
        forward_to_base(cls, set(topics))
    for dispatch, implementation in own:
        if cls not in dispatch.implementations:
            dispatch.register(cls)(implementation)


travels_with_classes(_registered, _register_again)


def _note(cls):
    if not cls.__module__.startswith("flatlab."):
        outsiders.add(cls)


class _Table:
    """Who answers one generic function."""

    def __init__(self, function, default, about, compiled):
        self.name, self.default, self.about, self.compiled = function.__name__, default, about, compiled
        self.argument = next(iter(inspect.signature(function).parameters))
        self.implementations = {}
        self.forward: Callable | None = None
        self.dispatch: Any = None
        self.chosen = {}  # class -> what answers for it, as found before
        _tables.append(self)
        self.settled = set()  # classes whose implementation is compiled into some kernel

    def forwards(self, cls):
        return cls not in self.implementations and self.about in _forwarded.get(cls, ())

    def implementation(self, cls, *given):
        """Return what answers for a class; ``given`` is what was to be asked, for the words of a refusal."""
        chosen = self.implementations.get(cls)
        if chosen is None:
            chosen = self.forward if self.forwards(cls) else self.default
        if chosen is None and given and not hasattr(cls, "_fields"):
            raise TypeError(f"{self.argument} must be a NamedTuple with a registered {self.name}, got {shown(*given)}")
        if chosen is None:
            raise TypeError(
                f"{cls.__name__} has no {self.name}: register one with @{self.name}.register({cls.__name__})"
            )
        if self.compiled:
            self.settled.add(cls)
        self.chosen[cls] = chosen
        return chosen

    def register(self, cls):
        if not isinstance(cls, type):
            raise TypeError(f"{self.name}.register takes a class, as in @{self.name}.register(Quadratic), got {cls!r}")

        def add(chosen):
            if cls in self.settled:
                raise ValueError(
                    f"{self.name} of {cls.__name__} is in use already and cannot be replaced: "
                    "define the class anew and register its functions before the first run"
                )
            self.implementations[cls] = chosen
            _note(cls)
            self.chosen.pop(cls, None)
            return chosen

        return add


def _is_named(kind):
    return isinstance(kind, types.BaseNamedTuple)


def _teach_compiler(table, dispatch, is_own):
    """Let compiled code call a generic function, and ask whether its default answers."""

    # strict=False: the chooser takes any arguments, the implementations name theirs
    @overload(dispatch, strict=False, jit_options=INLINED)
    def _choose(*arguments):
        first: Any = arguments[0]
        return table.implementation(first.instance_class) if _is_named(first) else table.default

    def owned(first):
        table.settled.add(first.instance_class)
        while table.forwards(cls := first.instance_class):
            first = first.types[cls._fields.index("base")]
            table.settled.add(first.instance_class)
        return first.instance_class in table.implementations

    @overload(is_own, jit_options=INLINED)
    def _is_own(first):
        return (lambda first: True) if owned(first) else (lambda first: False)

    dispatch.is_own_type = owned
    follows(dispatch, dispatch)
    follows(is_own, dispatch)


@functools.cache
def _python_side(implementation):
    return kernel(implementation)
