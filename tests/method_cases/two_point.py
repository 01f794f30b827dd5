"""Twin of the two-point estimator."""

from cases import MethodCase
from objective_cases.saturating import saturating

from flatlab.methods import TwoPoint


def two_point(value):
    """w <- w - eta (f(w + s u) - f(w - s u)) / (2 s) u."""

    def twin(method, g, w, memory, rng):
        u = rng.standard_normal(w.size)
        return w - method.eta * (value(w + method.s * u) - value(w - method.s * u)) / (2 * method.s) * u, None

    return twin


CASES = {"TwoPoint": lambda: MethodCase(TwoPoint(0.05, 0.3), two_point(saturating), ("Saturating",))}
