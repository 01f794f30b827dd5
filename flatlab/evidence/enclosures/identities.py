"""Proving equations between rational functions with SymPy: expand and compare."""

from fractions import Fraction

from flatlab.evidence.enclosures.ball import library
from flatlab.evidence.enclosures.formula import Program


def first_difference(program: Program) -> str | None:
    """Return the words of the first equation whose sides differ; None if all hold.

    The results of the program come in pairs, a side and what it is stated to be.
    """
    sympy = library("sympy")
    symbols = [sympy.Symbol(name) for name in program.names]
    values = program.values(symbols, lambda x: sympy.Rational(x.numerator, x.denominator), {})
    sides = list(program.outputs.items())
    for (words, left), (_, right) in zip(sides[::2], sides[1::2]):
        numerator, _ = sympy.fraction(sympy.together(values[left] - values[right]))
        if sympy.expand(numerator) != 0:
            return words
    return None


def differs_at(program: Program, point: list[Fraction]) -> bool:
    """Return whether the sides of an equation differ at a point, computed exactly."""
    values = program.values(point, Fraction, {})
    sides = [values[index] for index in program.outputs.values()]
    return sides[::2] != sides[1::2]
