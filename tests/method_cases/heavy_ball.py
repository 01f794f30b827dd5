"""Twin of momentum and weight decay around a method."""

import numpy as np
from cases import MethodCase
from method_cases.sam import sam

from flatlab.methods import SAM, HeavyBall


def heavy_ball(inner):
    """v <- momentum v + (step of the method - w) - eta decay w, w <- w + v."""

    def twin(method, g, w, memory, rng):
        velocity, kept = memory or (np.zeros_like(w), None)
        moved, kept = inner(method.method, g, w, kept, rng)
        velocity = method.momentum * velocity + (moved - w) - method.method.eta * method.decay * w
        return w + velocity, (velocity, kept)

    return twin


CASES = {
    "HeavyBall": lambda: MethodCase(
        HeavyBall(SAM(eta=0.1, rho=0.1), 0.6, 0.05),
        heavy_ball(sam),
        ("Quadratic", "DenseQuadratic", "MultilayerPerceptron", "PerceptronBatch", "Noisy"),
    )
}
