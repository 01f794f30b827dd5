"""Twin of gradient descent."""

from cases import MethodCase

from flatlab.methods import GD


def gd(method, g, w, memory, rng):
    """w <- w - eta g(w)."""
    return w - method.eta * g(w), None


CASES = {"GD": lambda: MethodCase(GD(eta=0.2), gd)}
