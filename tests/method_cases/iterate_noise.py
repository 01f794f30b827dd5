"""Twin of noise added to the iterate."""

from cases import MethodCase
from twins import sphere

from flatlab.methods import IterateNoise


def iterate_noise(method, g, w, memory, rng):
    """w <- w - eta (g(w) + rho * direction)."""
    full = g(w)
    return w - method.eta * (full + method.rho * sphere(w.size, rng)), None


CASES = {"IterateNoise": lambda: MethodCase(IterateNoise(0.1, 0.2), iterate_noise, ("Quadratic", "Product"))}
