"""Twin of noise injection."""

from cases import MethodCase

from flatlab.methods import NoiseInjection


def noise_injection(method, g, w, memory, rng):
    """Independent perturbed points, all with one sample; Gaussian noise."""
    total = sum(g(w + method.s * rng.standard_normal(w.size)) for _ in range(method.k))
    return w - method.eta * total / method.k, None


CASES = {
    "NoiseInjection": lambda: MethodCase(
        NoiseInjection(0.1, 0.3, 3, shared_sample=True),
        noise_injection,
        ("Quadratic", "DenseQuadratic", "Noisy", "FreshNoise", "Saturating", "MatrixSensing"),
    )
}
