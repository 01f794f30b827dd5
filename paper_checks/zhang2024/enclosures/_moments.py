"""Polynomials of a random number U, and their means from its moments, in any arithmetic."""

from fractions import Fraction
from itertools import zip_longest

HALF = Fraction(1, 2)


class Polynomial:
    """A polynomial of U by its coefficients, lowest power first; in a sum or product it stands on the left."""

    def __init__(self, *coefficients):
        """Take the coefficients of 1, U, U^2, ..."""
        self.coefficients = coefficients

    def __add__(self, other):
        """Return a sum."""
        pairs = zip_longest(self.coefficients, _coefficients(other), fillvalue=0)
        return Polynomial(*(one + two for one, two in pairs))

    def __mul__(self, other):
        """Return a product."""
        total = Polynomial(0)
        for power, factor in enumerate(_coefficients(other)):
            total += Polynomial(*[0] * power, *(one * factor for one in self.coefficients))
        return total

    def __pow__(self, exponent):
        """Return a whole power."""
        return self * self ** (exponent - 1) if exponent else Polynomial(1)

    def mean(self, moments):
        """Return the mean, from the moments E 1, E U, E U^2, ..."""
        if len(self.coefficients) > len(moments):
            raise ValueError(f"moments up to {len(self.coefficients) - 1} must be given, got {len(moments) - 1}")
        return sum(one * moment for one, moment in zip(self.coefficients, moments))

    def variance(self, moments):
        """Return the variance."""
        return (self * self).mean(moments) - self.mean(moments) ** 2


U, MINUS_U = Polynomial(0, 1), Polynomial(0, -1)


def gaussian(variance, fourth=3):
    """Return the moments of N(0, variance) up to the sixth."""
    return 1, 0, variance, 0, fourth * variance**2, 0, 15 * variance**3


def pair(function):
    """Return what a pair makes of a function of U: its even part."""
    return (function(U) + function(MINUS_U)) * HALF


def _coefficients(number):
    return number.coefficients if isinstance(number, Polynomial) else (number,)
