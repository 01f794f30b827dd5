"""What the key of a kernel must tell apart, what it must not, and what it must refuse."""

import importlib
import textwrap
import time
import types
from typing import NamedTuple

import cases
import numba
import numpy as np
import pytest

from flatlab.compiler.code_key import code_key
from flatlab.compiler.generic import generic
from flatlab.methods import NSO, SAM, step, workspace
from flatlab.objectives import MultilayerPerceptron, value

HEAD = """
    import math
    import numpy as np
    from typing import NamedTuple
    from numba import njit
    from flatlab.compiler.by_address import compiled_apart
    from flatlab.compiler.options import compiled
    from numba import types
    from numba.extending import intrinsic, overload
    from flatlab.compiler.code_key import WRITTEN, compiles_as
"""
WRITER = """
    from llvmlite import ir
    LINES = {lines}
    def code(factor):
        def generate(context, builder, signature, arguments):
            return builder.fmul(arguments[0], ir.Constant(ir.DoubleType(), factor * LINES))
        return generate
    def make(factor):
        def call(x): return factor * LINES * x
        @intrinsic
        def inner(_typing, x):
            return types.float64(x), code(factor)
        @overload(call)
        def chosen(x):
            return lambda x: inner(x)
        {known}
        return call
    g = make({factor})
    def f(x): return g(x)
"""


pytestmark = pytest.mark.skipif(numba.config.DISABLE_JIT, reason="numba's own decorators do nothing")


def module(text, **given):
    made = types.ModuleType("made")
    made.__dict__.update(given)
    exec(textwrap.dedent(HEAD) + textwrap.dedent(text), made.__dict__)
    return made


def key(text, **given):
    return code_key(module(text, **given).f)


FOUND = {
    "constant": ("def f(x): return x + 1", "def f(x): return x + 2"),
    "type of a constant": ("def f(x): return x + 1", "def f(x): return x + 1.0"),
    "sign of zero": ("def f(x): return x * 0.0", "def f(x): return x * -0.0"),
    "bytecode": ("def f(x): return x + x", "def f(x): return x * x"),
    "field": ("def f(x): return x.a", "def f(x): return x.b"),
    "default": ("def f(x, y=1): return x + y", "def f(x, y=2): return x + y"),
    "handler": (
        "def f(x):\n    try:\n        return x\n    except ValueError:\n        return 1",
        "def f(x):\n    try:\n        return x\n    except IndexError:\n        return 1",
    ),
    "global": ("K = 1.0\ndef f(x): return K", "K = 2.0\ndef f(x): return K"),
    "type of a global": ("K = 1\ndef f(x): return K", "K = True\ndef f(x): return K"),
    "text or number": ("K = 1\ndef f(x): return K", "K = '1'\ndef f(x): return K"),
    "array": ("K = np.ones(2)\ndef f(x): return K[0]", "K = np.array([1, 2.0])\ndef f(x): return K[0]"),
    "kind of an array": ("K = np.ones(2)\ndef f(x): return K", "K = np.ones(2, np.float32)\ndef f(x): return K"),
    "shape of an array": ("K = np.ones(4)\ndef f(x): return K", "K = np.ones((2, 2))\ndef f(x): return K"),
    "tuple": ("K = (1, (2, 3))\ndef f(x): return K", "K = (1, (2, 4))\ndef f(x): return K"),
    "built-in": ("def f(x): return math.sin(x)", "def f(x): return math.cos(x)"),
    "name of a built-in": ("g = math.sin\ndef f(x): return g(x)", "g = math.cos\ndef f(x): return g(x)"),
    "inner function": (
        "def f(x):\n    def g(y): return y + 1\n    return g(x)",
        "def f(x):\n    def g(y): return y + 2\n    return g(x)",
    ),
    "global of an inner function": (
        "K = 1\ndef f(x):\n    def g(y): return y + K\n    return g(x)",
        "K = 2\ndef f(x):\n    def g(y): return y + K\n    return g(x)",
    ),
    "closure": (
        "def make(k):\n    def f(x): return k\n    return f\nf = make(1)",
        "def make(k):\n    def f(x): return k\n    return f\nf = make(2)",
    ),
    "helper": (
        "@compiled\ndef g(x): return x\ndef f(x): return g(x)",
        "@compiled\ndef g(x): return -x\ndef f(x): return g(x)",
    ),
    "helper of a helper": (
        "K = 1\n@njit\ndef h(x): return K\n@compiled\ndef g(x): return h(x)\ndef f(x): return g(x)",
        "K = 2\n@njit\ndef h(x): return K\n@compiled\ndef g(x): return h(x)\ndef f(x): return g(x)",
    ),
    "helper by address": (
        "@compiled_apart\ndef g(x): return x\ndef f(x): return g(x)",
        "@compiled_apart\ndef g(x): return -x\ndef f(x): return g(x)",
    ),
    "way to call a helper": (
        "@compiled_apart\ndef g(x): return x\ndef f(x): return g(x)",
        "@compiled\ndef g(x): return x\ndef f(x): return g(x)",
    ),
    "options": (
        "@njit\ndef g(x): return x\ndef f(x): return g(x)",
        "@njit(error_model='numpy')\ndef g(x): return x\ndef f(x): return g(x)",
    ),
    "order of helpers": (
        "@compiled\ndef g(x): return x\n@compiled\ndef h(x): return -x\ndef f(x): return g(x) + h(2 * x)",
        "@compiled\ndef h(x): return x\n@compiled\ndef g(x): return -x\ndef f(x): return g(x) + h(2 * x)",
    ),
    "NamedTuple": (
        "class P(NamedTuple):\n    a: int\n    b: int\ndef f(x): return P(x, x).a",
        "class P(NamedTuple):\n    b: int\n    a: int\ndef f(x): return P(x, x).a",
    ),
    "default of a field": (
        "class P(NamedTuple):\n    a: int = 1\ndef f(x): return P().a",
        "class P(NamedTuple):\n    a: int = 2\ndef f(x): return P().a",
    ),
    "value of a NamedTuple": (
        "class P(NamedTuple):\n    a: int\nK = P(1)\ndef f(x): return K.a",
        "class P(NamedTuple):\n    a: int\nK = P(2)\ndef f(x): return K.a",
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_difference_that_matters_is_in_the_key(case):
    first, second = (key(text) for text in FOUND[case])
    assert first.digest != second.digest
    assert key(FOUND[case][0]) == first or case in ("NamedTuple", "default of a field", "value of a NamedTuple")
    assert key(FOUND[case][0]).digest == first.digest


def test_a_value_behind_modules_is_in_the_key():
    def reached(number):
        deep = types.ModuleType("deep")
        deep.K, deep.unused = number, {}
        middle = types.ModuleType("middle")
        middle.deep = deep
        return key("def f(x): return x + middle.deep.K", middle=middle)

    assert reached(1.0) == reached(1.0) != reached(2.0)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("def f(x): return x", "\n\n# a comment\ndef f(x):\n    return x"),
        ("def f(x): return x", 'def f(x):\n    "says so"\n    return x'),
        ("TOLERANCE = 1e-3\ndef f(x): return x", "TOLERANCE = 1e-6\ndef f(x): return x"),
        ("def f(x): return x", "@compiled\ndef unused(x): return -x\ndef f(x): return x"),
        (
            "class P(NamedTuple):\n    a: int\ndef f(x): return P(x)",
            "class Q(NamedTuple):\n    a: int\nP = Q\ndef f(x): return P(x)",
        ),
    ],
)
def test_what_does_not_matter_is_not_in_the_key(first, second):
    assert key(first).digest == key(second).digest


@pytest.mark.parametrize(
    "text",
    [
        "K = {'a': 1}\ndef f(x): return K['a']",
        "K = [1]\ndef f(x): return K[0]",
        "K = object()\ndef f(x): return K",
        "K = np.array([None])\ndef f(x): return K",
        "K = np.random.default_rng(0)\ndef f(x): return K.random()",
        "def g(x): return x\ndef f(x): return g(x)",
        "def f(x):\n    import math\n    return math.sin(x)",
        "@njit\ndef g(n): return g(n - 1) if n else 0\ndef f(x): return g(x)",
        "@compiled\ndef g(n): return h(n - 1) if n else 0\n@compiled\ndef h(n): return g(n)\ndef f(x): return g(x)",
    ],
)
def test_what_cannot_be_covered_has_no_key(text):
    assert key(text) is None


def test_code_that_writes_machine_code_is_followed():
    def written(factor, lines, known="compiles_as(call, chosen, WRITTEN)"):
        return key(WRITER.format(factor=factor, lines=lines, known=known))

    first = written(2.0, 1)
    assert len({first.digest, written(3.0, 1).digest, written(2.0, 2).digest}) == 3
    assert written(2.0, 1).digest == first.digest
    assert written(2.0, 1, known="") is None


class Pair(NamedTuple):
    left: object
    right: object


def test_the_key_follows_the_implementations_of_the_classes_in_play_and_their_places():
    def twin():
        class Twin(NamedTuple):
            x: float

        return Twin

    @generic
    def ask(thing):
        return 0.0

    @ask.register(Pair)
    def _(pair):
        return ask(pair.left) - ask(pair.right)

    silent, one, two = twin(), twin(), twin()
    ask.register(one)(lambda thing: 1.0)
    ask.register(two)(lambda thing: 2.0)

    def asked(*things):
        return code_key(lambda thing: ask(thing), tuple(map(numba.typeof, things))).digest

    keys = {asked(Pair(first(1.0), second(1.0))) for first in (silent, one, two) for second in (silent, one, two)}
    assert len(keys) == 9
    assert asked(one(1.0)) != asked(two(1.0))
    assert asked(one(1.0)) == asked(one(2.0))
    with pytest.raises(ValueError, match="in use already"):  # a kernel from disk never asked the compiler
        ask.register(silent)(lambda thing: 3.0)

    @ask.register(same := twin())
    def _(thing):
        return 0.0  # as the default does

    is_own = ask.is_own
    owned = [code_key(lambda thing: is_own(thing), (numba.typeof(cls(1.0)),)).digest for cls in (same, one, silent)]
    assert len(set(owned)) == 3


def test_a_required_answer_that_is_missing_and_one_that_came_later_differ():
    @generic(required=True)
    def ask(thing):
        """Required."""

    class Thing(NamedTuple):
        x: float

    kind = (numba.typeof(Thing(1.0)),)

    def f(thing):
        return ask(thing)

    before = code_key(f, kind)
    ask.register(Thing)(lambda thing: 1.0)
    assert before.digest != code_key(f, kind).digest


def test_a_value_that_changes_meanwhile_changes_the_key_for_good():
    made = module("K = 1.0\n@compiled\ndef g(x): return K * x\ndef f(x): return g(x)\ndef other(x): return g(x)")
    first = code_key(made.f)
    assert first.lasting
    made.K = 2.0
    second = code_key(made.f)
    assert (second.digest != first.digest, second.lasting) == (True, False)
    made.K = 1.0
    assert code_key(made.f) == first._replace(lasting=False)  # g may have been compiled in between
    assert not code_key(made.other).lasting


def test_a_helper_that_was_compiled_before_keeps_values_that_nobody_knows():
    made = module(
        "K = 1.0\n@njit\ndef g(x): return K * x\n@njit\ndef pure(x): return math.sin(x)\n"
        "def f(x): return g(x)\ndef h(x): return pure(x)"
    )
    made.g(1.0), made.pure(1.0)
    assert not code_key(made.f).lasting
    assert code_key(made.h).lasting


def test_arguments_that_cannot_be_told_apart_have_no_key():
    def f(x):
        return x

    assert code_key(f, (numba.typeof(1.0),)) != code_key(f, (numba.typeof(1),))
    assert code_key(f, (numba.types.List(numba.types.int64),)) is None


def loop(method, objective, w, rng):
    step(method, objective, w, workspace(method, objective, w), rng)
    return value(objective, w)


def loop_key(method, objective):
    return code_key(loop, tuple(map(numba.typeof, (method, objective, np.ones(3), np.random.default_rng(0)))))


def test_the_walk_costs_little():
    objective = MultilayerPerceptron([3, 2, 2], np.ones((4, 3)), np.ones(4, dtype=int))
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        assert loop_key(SAM(0.1, 0.1), objective) is not None
        times.append(time.perf_counter() - begun)
    assert min(times) < 0.01


@pytest.mark.parametrize("name", cases.OBJECTIVES)
def test_every_objective_can_be_kept_on_disk_with_every_method(name):
    objective = cases.objective(name).instance
    for method in map(cases.method, cases.METHODS):
        assert loop_key(method.instance, objective) is not None


def test_the_form_that_a_method_chooses_by_its_objective_is_part_of_the_key(monkeypatch):
    pairs = importlib.import_module("flatlab.methods._weight_noise")._one_by_one
    noisy = cases.objective("Noisy").instance
    before = loop_key(NSO(0.1, 0.1), noisy)

    def other(objective, method, w, s, work, rng, sides):
        work[3][0] = 1.0

    monkeypatch.setattr(pairs, "__code__", other.__code__)
    assert loop_key(NSO(0.1, 0.1), noisy) != before
