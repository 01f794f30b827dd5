"""Twin of averaging, which leaves the iterates alone."""

from cases import MethodCase
from method_cases.usam import usam

from flatlab.methods import USAM, Averaged


def averaged(inner):
    """The iterates of the method inside."""
    return lambda method, g, w, memory, rng: inner(method.method, g, w, memory, rng)


CASES = {"Averaged": lambda: MethodCase(Averaged(USAM(eta=0.2, rho=0.1)), averaged(usam))}
