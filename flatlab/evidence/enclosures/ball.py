"""Balls that cannot lose their radius: Arb's numbers, with undecided comparisons and silent midpoints refused."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from importlib import import_module
from typing import Any

EXTRA = "flatlab[certify]"


class Undecided(ArithmeticError):
    """Two balls overlap, so that neither is known to be the larger."""


def library(name: str) -> Any:
    """Import a library of the extra, or say in one sentence what is missing."""
    try:
        return import_module(name)
    except ImportError as error:
        raise ValueError(f"certificates need {name}, which is not installed; pip install '{EXTRA}'") from error


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Compute balls with so many bits inside the block."""
    context = library("flint").ctx
    before, context.prec = context.prec, bits
    try:
        yield
    finally:
        context.prec = before


class Ball:
    """A real number known to lie within a radius of a midpoint; each operation gives a ball of all possible results.

    ``float``, ``int`` and ``bool`` are refused: they would return the midpoint. A comparison is answered where it holds
    for all pairs of points or for none, and raises :class:`Undecided` elsewhere.
    """

    __slots__ = ("arb",)
    __array_ufunc__ = None

    def __init__(self, number: Any):
        """Take a whole number, a fraction, an exact float, or Arb's own number."""
        arb = library("flint").arb
        if isinstance(number, Fraction):
            number = arb(number.numerator) / arb(number.denominator)
        self.arb = number.arb if isinstance(number, Ball) else arb(number)

    @classmethod
    def hull(cls, low: Fraction, high: Fraction) -> "Ball":
        """Return a ball around an interval: a little more than it, because a radius has 30 bits and is rounded up."""
        middle, radius = cls((low + high) / 2).arb, cls((high - low) / 2).arb
        return cls(library("flint").arb(middle, radius))

    @property
    def ends(self) -> tuple[Fraction, Fraction]:
        """Two fractions with the ball between them; refused for a ball without bounds."""
        if not self.arb.is_finite():
            raise Undecided("the ball has no bounds")
        return tuple(_fraction(end) for end in (self.arb.lower(), self.arb.upper()))  # type: ignore[return-value]

    def _two(self, other, operation: Callable[[Any, Any], Any]):
        if isinstance(other, tuple):  # a number with its slope
            return NotImplemented
        return _ball(operation(self.arb, Ball(other).arb))

    def __add__(self, other: Any) -> "Ball":
        """Return a sum."""
        return self._two(other, lambda a, b: a + b)

    def __sub__(self, other: Any) -> "Ball":
        """Return a difference."""
        return self._two(other, lambda a, b: a - b)

    def __rsub__(self, other: Any) -> "Ball":
        """Return a difference."""
        return self._two(other, lambda a, b: b - a)

    def __mul__(self, other: Any) -> "Ball":
        """Return a product."""
        return self._two(other, lambda a, b: a * b)

    def __truediv__(self, other: Any) -> "Ball":
        """Return a quotient, without bounds where the divisor may be 0."""
        return self._two(other, lambda a, b: a / b)

    def __rtruediv__(self, other: Any) -> "Ball":
        """Return a quotient."""
        return self._two(other, lambda a, b: b / a)

    def __pow__(self, exponent: int) -> "Ball":
        """Return a whole power."""
        return _ball(self.arb**exponent)

    def __neg__(self) -> "Ball":
        """Return the opposite."""
        return _ball(-self.arb)

    def __abs__(self) -> "Ball":
        """Return the size."""
        return _ball(abs(self.arb))

    __radd__, __rmul__ = __add__, __mul__

    def sqrt(self) -> "Ball":
        """Return the square root, without bounds where the number may be negative."""
        return _ball(self.arb.sqrt())

    def exp(self) -> "Ball":
        """Return the exponential."""
        return _ball(self.arb.exp())

    def log(self) -> "Ball":
        """Return the logarithm, without bounds where the number may be 0 or below."""
        return _ball(self.arb.log())

    def sin(self) -> "Ball":
        """Return the sine."""
        return _ball(self.arb.sin())

    def cos(self) -> "Ball":
        """Return the cosine."""
        return _ball(self.arb.cos())

    def bessel_j0(self) -> "Ball":
        """Return the Bessel function J_0."""
        return _ball(self.arb.bessel_j(0))

    def bessel_j1(self) -> "Ball":
        """Return the Bessel function J_1."""
        return _ball(self.arb.bessel_j(1))

    def __lt__(self, other: Any) -> bool:
        """Decide or refuse."""
        other = Ball(other).arb
        return _decided(self.arb < other, self.arb >= other)

    def __gt__(self, other: Any) -> bool:
        """Decide or refuse."""
        return Ball(other) < self

    def __le__(self, other: Any) -> bool:
        """Decide or refuse."""
        return not Ball(other) < self

    def __ge__(self, other: Any) -> bool:
        """Decide or refuse."""
        return not self < other

    def __eq__(self, other: object) -> bool:
        """Decide or refuse: two balls without a common point differ, only two exact numbers are equal."""
        two = Ball(other).arb
        return _decided(self.arb.is_exact() and two.is_exact() and self.arb == two, not self.arb.overlaps(two))

    def __bool__(self) -> bool:
        """Decide or refuse whether the number is not 0."""
        return self != 0

    def __float__(self) -> float:
        """Refuse: a float has no radius."""
        raise TypeError("a ball must not be turned to a float, which would drop its radius")

    def __int__(self) -> int:
        """Refuse: a whole number has no radius."""
        raise TypeError("a ball must not be turned to a whole number, which would drop its radius")

    __index__ = __int__
    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Show midpoint and radius."""
        return f"Ball({self.arb})"


def _ball(number):
    ball = object.__new__(Ball)
    ball.arb = number
    return ball


def _decided(yes, no):
    if yes or no:
        return bool(yes)
    raise Undecided("the balls overlap: neither is known to be the larger")


def _fraction(exact_ball):
    mantissa, exponent = exact_ball.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
