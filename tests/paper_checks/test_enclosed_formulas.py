"""Formulas that were factored by hand before they are enclosed, against those that they came from."""

import numpy as np
import pytest

from flatlab import ensemble, trajectory
from flatlab.methods import SAM, RandomlySmoothed
from flatlab.objectives import Quadratic, Valley
from flatlab.objectives.valleys.profiles import Constant
from flatlab.theory.escape import SmoothingAtRest
from flatlab.theory.sam import TwoCycle
from paper_checks.ahn2024.enclosures import tight_gate
from paper_checks.bartlett2023.enclosures import two_cycle


def hidden_step(h, ratios, point):
    """Return a step of SAM in units of the cycle, from 1 + x and the components of y."""
    r, s = np.concatenate([[1.0], ratios]), np.linalg.norm(point)
    return ((2 - h) * r**2 / s + h * r - 1) * point


def drawn_tube(rng):
    """Return h, the ratios of a spectrum from the largest to the smallest, and the size of the neighbourhood."""
    h, ratios = rng.uniform(0.05, 1.95), np.sort(rng.uniform(0.05, 0.95, rng.integers(1, 5)))[::-1]
    return h, ratios, float(two_cycle.WIDTH) * h * (2 - h) * ratios[-1] * (1 - ratios[0])


def test_rows_of_the_jacobian_about_the_two_cycle(rng):
    for _ in range(20):
        h, ratios, tau = drawn_tube(rng)
        across, along = rng.uniform([-1, 0], 1)
        point = np.zeros(1 + ratios.size)
        point[:2] = 1 + tau * across, tau * along  # y along e_2 turns most
        nudges = 1e-6 * np.eye(point.size)
        ends = [[hidden_step(h, ratios, point + sign * nudge) for sign in (1, -1)] for nudge in nudges]
        jacobian = np.transpose([(up - down) / 2e-6 for up, down in ends])
        growth = hidden_step(h, ratios, point)[1] / point[1]
        pulled = abs(jacobian[1, 0]) + abs(jacobian[1, 1] - growth)
        least = h * ratios[-1] - 1  # of A_d, without the term of the norm
        stated = [1 - jacobian[0, 0], 1 + jacobian[0, 0], 1 - growth, 1 + least]
        found = two_cycle.rows(h, ratios[0], ratios[-1] / ratios[0], across, along).values()
        factors = 2 - h, h, 1 - ratios[0], h * ratios[-1]
        for value, left, factor, less in zip(found, stated, factors, [abs(jacobian[0, 1])] * 2 + [pulled] * 2):
            assert value * factor == pytest.approx(left - less, abs=1e-8)


def size(point):
    return max(abs(point[0]), np.linalg.norm(point[1:]))


def test_a_step_contracts_about_the_two_cycle_in_every_dimension(rng):
    for _ in range(300):
        h, ratios, tau = drawn_tube(rng)
        cycle = np.eye(1 + ratios.size)[0]
        drawn = rng.standard_normal((2, cycle.size))
        drawn /= np.maximum(np.abs(drawn[:, :1]), np.linalg.norm(drawn[:, 1:], axis=1, keepdims=True))
        one, two = cycle + tau * rng.uniform(0, 1, (2, 1)) * drawn
        assert size(hidden_step(h, ratios, one) - hidden_step(h, ratios, two)) < size(one - two)


def test_a_step_of_the_kernel_is_the_hidden_step(rng):
    h, ratios, _ = drawn_tube(rng)
    eigenvalues = 3.0 * np.concatenate([[1.0], ratios])
    sam = SAM(h / 3.0, 0.2)
    b = 3.0 * TwoCycle(3.0, h / 3.0, 0.2).radius
    point = rng.uniform(0.5, 1.5, eigenvalues.size)
    after = trajectory(sam, Quadratic(eigenvalues), b * point / eigenvalues, steps=1)[-1]
    assert -eigenvalues * after / b == pytest.approx(hidden_step(h, ratios, point), rel=1e-12)


@pytest.mark.parametrize("n", [2, 5])
@pytest.mark.long
def test_moments_of_a_step_behind_a_gate(n):
    """The drift of V of degree two takes mean and variance of one step of |z|^2 in units of its value at rest."""
    eta, plain, a, rho, mu = 0.05, 0.08, 1.5, 0.1, 0.3
    unit = SmoothingAtRest(eta, rho, a, n, n + 1).gradient / a
    method = RandomlySmoothed(eta, plain, rho, gate=np.sqrt(mu) * a * unit)
    b, other = eta * a * (2 - eta * a), plain * a * (2 - plain * a)
    for r in (0.25, 0.35):
        start = np.zeros((40_000, n + 1))
        start[:, 0] = np.sqrt(r) * unit
        ends = ensemble(method, Valley(Constant(a), n), start, steps=1, seed=3)
        found = np.sum(ends[:, :n] ** 2, axis=1) / unit**2
        if r > mu:
            assert found == pytest.approx((1 - other) * r, rel=1e-12)
            continue
        x = (found - (1 - b) * r) / b
        assert x.mean() == pytest.approx(1, abs=0.02)
        assert x.var() == pytest.approx(4 / ((n - 1) * (n + 3)), rel=0.02)
        assert x.min() >= 0
        assert x.max() <= (n + 1) / (n - 1)


def test_coefficients_of_the_tight_gate_are_those_of_the_linear_programme():
    kept = tight_gate.ABOVE, tight_gate.BELOW
    conditions = (tight_gate.inside_above, tight_gate.outside_above), (tight_gate.inside_below,)
    for coefficients, (found, least), functions in zip(kept, tight_gate.search(), conditions, strict=True):
        assert coefficients == found
        assert least > 0
        corner = [function(coefficients, 0.0, 0.0, 0.5, 0.0) for function in functions]
        assert least <= min(corner)


def test_no_coefficients_prove_a_constant_below_nine_fifths(monkeypatch):
    """For n = 2 and a small gate the leading order of the bound needs 9/5 = 1 + tau."""
    monkeypatch.setattr(tight_gate, "CONSTANT", 1.79)
    assert max(least for _, least in tight_gate.search()) < 0
