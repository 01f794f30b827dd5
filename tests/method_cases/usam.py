"""Twin of SAM without normalisation."""

from cases import MethodCase

from flatlab.methods import USAM


def usam(method, g, w, memory, rng):
    """w <- w - eta g(w + rho g(w))."""
    return w - method.eta * g(w + method.rho * g(w)), None


CASES = {"USAM": lambda: MethodCase(USAM(eta=0.2, rho=0.1), usam)}
