import math

import numpy as np
import pytest
from scipy import stats
from theory.sam.orbits import coordinates, gradient_after_a_step, spectrum

from flatlab.theory.sam import (
    HiddenObjective,
    SAMOnQuadratic,
    SphereStart,
    gaussian_start_bound,
    global_bound,
    sphere_start_bound,
)


def test_the_steps_of_a_sphere_hold_for_every_start_with_its_first_coordinate():
    rng, ratios = np.random.default_rng(18), []
    for _ in range(40):
        eigenvalues = spectrum(rng, int(rng.integers(2, 4)), gap=0.5)
        eta = rng.uniform(0.3, 1.9) / eigenvalues[0]
        sam, p = SAMOnQuadratic(eigenvalues, eta, 0.4), rng.uniform(0.01, 0.9)
        radius = min(1.0, 0.99 * sam.critical_norm / eigenvalues[0])
        start = SphereStart(sam, radius, p)
        steps = start.steps(1e-3)
        w = rng.normal(size=eigenvalues.size)
        w[0] = radius * p * math.sqrt(math.pi / 2 / w.size)
        w[1:] *= math.sqrt(radius**2 - w[0] ** 2) / np.linalg.norm(w[1:])
        v = eigenvalues * w
        assert start.leading == pytest.approx(abs(v[0]), rel=1e-13)
        assert global_bound(sam, v, 1e-3).summability <= start.summability * (1 + 1e-13)
        flattest = HiddenObjective(sam).summability_bound(radius * eigenvalues * np.eye(w.size)[-1])
        assert start.summability == pytest.approx(flattest, rel=1e-12)
        for t in range(min(steps, 3000) + 100):
            v = gradient_after_a_step(v, eigenvalues, eta, 0.4)
            if max(coordinates(v, sam.cycle().gradient_norm)) > 1e-3:
                last = t + 1
        assert last < steps
        ratios.append(steps / last)
    assert min(ratios) < 300


def test_random_starts():
    for p in (0.01, 0.3, 0.9, 0.999):
        size = gaussian_start_bound(2.5, p)
        assert math.erf(size / 2.5 / math.sqrt(2)) <= p
        for d in (2, 3, 4, 30, 1000):
            size = sphere_start_bound(2.5, d, p) / 2.5
            chance = stats.beta.cdf(min(size, 1.0) ** 2, 0.5, (d - 1) / 2)
            assert chance <= p
            assert p > 0.3 or chance >= 0.56 * p  # (2 / pi) sqrt(pi / 4) = 0.564 is the limit at d = 2


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: sphere_start_bound(1.0, 1, 0.1), "dimension"),
        (lambda: gaussian_start_bound(1.0, 0.0), "failure_probability"),
    ],
)
def test_wrong_arguments_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
