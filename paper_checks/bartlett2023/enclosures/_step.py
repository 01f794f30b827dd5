"""The step of SAM on a quadratic, coordinate by coordinate, in any arithmetic."""

from flatlab.evidence.enclosures.formula import Dual


def step(eigenvalue, coordinate, norm, eta, rho):
    """Return a coordinate after a step from a point whose gradient has a norm."""
    return coordinate - eta * eigenvalue * (coordinate + rho * eigenvalue * coordinate / norm)


def radius(eigenvalue, eta, rho):
    """Return the size of the two-cycle."""
    return rho * eta * eigenvalue / (2 - eta * eigenvalue)


def root(square, value):
    """Return the positive root of a number with a slope, given the value of the root: no square root is taken."""
    return Dual(value, square.slope / (2 * value))


def multiplier(eigenvalue, along, eta, power=2):
    """Return the stated factor of a small component beside the cycle along another axis."""
    return 1 - eta * eigenvalue - (2 - eta * along) * (eigenvalue / along) ** power
