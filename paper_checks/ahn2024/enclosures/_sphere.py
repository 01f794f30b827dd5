"""Averages of monomials over a sphere of radius rho about a point, in any arithmetic and dimension."""

from itertools import product
from math import comb, prod


def moment(d, powers):
    """Return E prod g_i^p_i = prod (p_i - 1)!! / (d (d + 2) ...) for even powers, g uniform on the unit sphere."""
    top = prod(prod(range(1, power, 2)) for power in powers)
    return top / prod((d + k for k in range(0, sum(powers), 2)), start=1)


def mean(d, rho, *factors):
    """Return E prod (x_i + rho g_i)^p_i over different coordinates, given as pairs (x_i, p_i)."""
    found = 0
    for powers in product(*(range(0, power + 1, 2) for _, power in factors)):
        term = rho ** sum(powers) * moment(d, powers) if any(powers) else 1
        for (x, power), taken in zip(factors, powers):
            term = term * comb(power, taken) * x ** (power - taken)
        found = found + term
    return found
