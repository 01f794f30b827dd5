"""Formulas written down as straight-line programs, which any arithmetic can evaluate.

A formula is a Python function of numbers. :func:`trace` calls it once with :class:`Term` s, which record operations, so
that the same formula is evaluated in floats, intervals, balls, exact fractions and symbols, and has one text.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

FUNCTIONS = ("sqrt", "exp", "log", "sin", "cos", "bessel_j0", "bessel_j1")
GUARDED = {"div": "nonzero", "sqrt": "nonnegative", "log": "positive"}
MOST_BITS = 40  # of the denominator of a float: 0.1 has 55, and is not one tenth
SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/"}


class Guard(NamedTuple):
    """An intermediate value that must be ``nonzero``, ``nonnegative`` or ``positive`` for the formula to be defined."""

    index: int
    kind: str


class Program(NamedTuple):
    """A formula as a list of operations on numbered values; the first values are the arguments.

    ``operations`` holds ``(name, arguments)`` where an argument is the number of an earlier value; a constant is
    ``("const", (fraction,))`` and a power ``("pow", (number, exponent))``. ``outputs`` maps words to numbers.
    """

    names: tuple[str, ...]
    operations: tuple[tuple[str, tuple], ...]
    outputs: dict[str, int]

    @property
    def text(self) -> str:
        """The program in lines, the same on every machine."""
        lines = ["of " + " ".join(self.names)]
        lines += [f"{name} " + " ".join(map(str, given)) for name, given in self.operations]
        return "\n".join([*lines, *(f"out {index} {words}" for words, index in self.outputs.items())])

    @property
    def guards(self) -> list[Guard]:
        """What must be nonzero, nonnegative or positive for the formula to be defined."""
        found = [Guard(given[-1], GUARDED[name]) for name, given in self.operations if name in GUARDED]
        constants = {k for k, (name, _) in enumerate(self.operations, len(self.names)) if name == "const"}
        return [guard for guard in dict.fromkeys(found) if guard.index not in constants]

    def values(
        self, inputs: Sequence[Any], constant: Callable[[Fraction], Any], functions: Mapping[str, Callable]
    ) -> list:
        """Return every value of the program for given arguments.

        constant : makes a number of the arithmetic from a fraction.
        functions : the functions of ``FUNCTIONS`` that the arithmetic has, by name.
        """
        values = list(inputs)
        for name, given in self.operations:
            if name == "const":
                values.append(constant(given[0]))
            elif name == "pow":
                values.append(values[given[0]] ** given[1])
            elif name in _BINARY:
                values.append(_BINARY[name](values[given[0]], values[given[1]]))
            elif name == "neg":
                values.append(-values[given[0]])
            elif name in functions:
                values.append(functions[name](values[given[0]]))
            else:
                raise ValueError(f"arithmetic must know the function {name}, it does not")
        return values

    def at(self, point: Mapping[str, float]) -> dict[str, float]:
        """Return the outputs in floating point, for tests that compare them with what a claim measures."""
        values = self.values([float(point[name]) for name in self.names], float, _FLOATS)
        return {words: values[index] for words, index in self.outputs.items()}


class Term:
    """A number of a formula that is being recorded; it has no value, and cannot be compared or turned to a float."""

    __array_ufunc__ = None  # an array of floats leaves the operation to the term

    def __init__(self, tape: "_Tape", index: int):
        """Name a value of a tape."""
        self._tape, self._index = tape, index

    def _record(self, name, *given):
        if any(isinstance(value, Dual) for value in given):
            return NotImplemented
        return self._tape.record(name, *given)

    def __add__(self, other):
        """Record a sum."""
        return self._record("add", self, other)

    def __radd__(self, other):
        """Record a sum."""
        return self._record("add", other, self)

    def __sub__(self, other):
        """Record a difference."""
        return self._record("sub", self, other)

    def __rsub__(self, other):
        """Record a difference."""
        return self._record("sub", other, self)

    def __mul__(self, other):
        """Record a product."""
        return self._record("mul", self, other)

    def __rmul__(self, other):
        """Record a product."""
        return self._record("mul", other, self)

    def __truediv__(self, other):
        """Record a quotient."""
        return self._record("div", self, other)

    def __rtruediv__(self, other):
        """Record a quotient."""
        return self._record("div", other, self)

    def __neg__(self):
        """Record a change of sign."""
        return self._record("neg", self)

    def __pow__(self, exponent):
        """Record a whole power."""
        if not isinstance(exponent, int):
            raise ValueError(f"exponent of a formula must be a whole number, got {exponent!r}; use sqrt, exp and log")
        return self._tape.power(self, exponent) if exponent >= 0 else 1 / self._tape.power(self, -exponent)

    def _refuse(self, *_):
        raise TypeError("a formula must not compare its numbers or turn them to floats: split it into charts instead")

    __bool__ = __float__ = __int__ = __index__ = __abs__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __hash__ = object.__hash__


class _Tape:
    """The operations recorded so far; the same operation on the same values is recorded once, constants are folded."""

    def __init__(self, names):
        self.names, self.operations, self.known = names, [], {}

    def record(self, name, *given):
        places = [self.place(value) for value in given]
        constants = [self.constant(place) for place in places]
        if name in SIGNS and None not in constants:
            return self.term("const", _EXACT[name](*constants))
        if name == "neg" and constants[0] is not None:
            return self.term("const", -constants[0])
        return self.term(name, *places)

    def power(self, base, exponent):
        if exponent < 2:
            return base if exponent else self.term("const", Fraction(1))
        constant = self.constant(base._index)
        return self.term("pow", base._index, exponent) if constant is None else self.term("const", constant**exponent)

    def term(self, name, *given):
        key = (name, given)
        if key not in self.known:
            self.operations.append(key)
            self.known[key] = len(self.names) + len(self.operations) - 1
        return Term(self, self.known[key])

    def place(self, value):
        if isinstance(value, Term):
            if value._tape is not self:
                raise ValueError("a formula must use its own arguments only, got a number of another formula")
            return value._index
        return self.term("const", exact(value))._index

    def constant(self, place):
        if place < len(self.names):
            return None
        name, given = self.operations[place - len(self.names)]
        return given[0] if name == "const" else None


def trace(function: Callable[..., Mapping[str, Any]], names: Sequence[str]) -> Program:
    """Return the program of a function that takes the named numbers in order and returns words to results."""
    tape = _Tape(tuple(names))
    results = function(*(Term(tape, index) for index in range(len(tape.names))))
    if not results:
        raise ValueError("a formula must return one result at least, got none")
    outputs = {" ".join(words.split()): tape.place(value) for words, value in results.items()}
    return Program(tape.names, tuple(tape.operations), outputs)


def exact(value: Any) -> Fraction:
    """Return a constant as a fraction; a float whose digits are not meant, such as 0.1, is refused."""
    fraction = Fraction(value) if isinstance(value, (int, float, Fraction)) and math.isfinite(value) else None
    if fraction is None:
        raise ValueError(f"a constant must be a finite int, float or Fraction, got {value!r}")
    if isinstance(value, float) and fraction.denominator.bit_length() > MOST_BITS:
        raise ValueError(f"a constant must be exact, got the float {value!r}; write Fraction({str(value)!r})")
    return fraction


class Dual(NamedTuple):
    """A number with its slope in some direction, in any arithmetic: forward differentiation of a formula."""

    value: Any
    slope: Any

    def __add__(self, other: Any) -> "Dual":  # type: ignore[override]
        """Return a sum."""
        other = _dual(other)
        return Dual(self.value + other.value, self.slope + other.slope)

    def __sub__(self, other: Any) -> "Dual":
        """Return a difference."""
        other = _dual(other)
        return Dual(self.value - other.value, self.slope - other.slope)

    def __rsub__(self, other: Any) -> "Dual":
        """Return a difference."""
        return _dual(other) - self

    def __mul__(self, other: Any) -> "Dual":  # type: ignore[override]
        """Return a product."""
        other = _dual(other)
        return Dual(self.value * other.value, self.slope * other.value + self.value * other.slope)

    def __truediv__(self, other: Any) -> "Dual":
        """Return a quotient."""
        other = _dual(other)
        quotient = self.value / other.value
        return Dual(quotient, (self.slope - quotient * other.slope) / other.value)

    def __rtruediv__(self, other: Any) -> "Dual":
        """Return a quotient."""
        return _dual(other) / self

    def __neg__(self) -> "Dual":
        """Return the opposite."""
        return Dual(-self.value, -self.slope)

    def __pow__(self, exponent: int) -> "Dual":
        """Return a whole power."""
        slope = exponent * self.value ** (exponent - 1) * self.slope if exponent else 0 * self.slope
        return Dual(self.value**exponent, slope)

    __radd__ = __add__
    __rmul__ = __mul__  # type: ignore[assignment]


def _dual(number):
    return number if isinstance(number, Dual) else Dual(number, 0)


def _function(name):
    def call(number: Any) -> Any:
        if isinstance(number, Term):
            return number._record(name, number)
        if isinstance(number, Dual):
            value = call(number.value)
            return Dual(value, _SLOPES[name](number.value, value) * number.slope)
        own = getattr(number, name, None)
        return _FLOATS[name](number) if own is None else own()

    call.__name__ = name
    call.__doc__ = f"Return {name} of a number of any arithmetic, or record it in a formula."
    return call


def _bessel(order):
    def of_float(number):
        from scipy.special import jv

        return float(jv(order, number))

    return of_float


_FLOATS = {name: getattr(math, name) for name in ("sqrt", "exp", "log", "sin", "cos")}
_FLOATS |= {"bessel_j0": _bessel(0), "bessel_j1": _bessel(1)}
_EXACT = _BINARY = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
}
sqrt, exp, log, sin, cos, bessel_j0, bessel_j1 = map(_function, FUNCTIONS)
_SLOPES = {
    "sqrt": lambda x, value: 1 / (2 * value),
    "exp": lambda x, value: value,
    "log": lambda x, value: 1 / x,
    "sin": lambda x, value: cos(x),
    "cos": lambda x, value: -sin(x),
    "bessel_j0": lambda x, value: -bessel_j1(x),
    "bessel_j1": lambda x, value: bessel_j0(x) - value / x,
}
