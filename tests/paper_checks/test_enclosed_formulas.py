"""Formulas that were factored by hand before they are enclosed, against those that they came from."""

import numpy as np
import pytest

from flatlab import ensemble
from flatlab.methods import RandomlySmoothed
from flatlab.objectives import Valley
from flatlab.objectives.valleys.profiles import Constant
from flatlab.theory.escape import SmoothingAtRest
from paper_checks.ahn2024.enclosures import tight_gate
from paper_checks.bartlett2023.enclosures import two_cycle


def step(h, r, x, y):
    s = np.hypot(1 + x, y)
    return np.array([(h - 1 + (2 - h) / s) * (1 + x), (h * r - 1 + (2 - h) * r**2 / s) * y])


def test_rows_of_the_jacobian_about_the_two_cycle(rng):
    for h, r, across, along in rng.uniform([0.1, 0.1, -1, -1], [1.9, 0.9, 1, 1], (20, 4)):
        tau, nudge = h * (2 - h) * r * (1 - r) / 16, 1e-6
        x, y = tau * across, tau * along
        columns = [(step(h, r, x + a, y + b) - step(h, r, x - a, y - b)) / (2 * nudge) for a, b in nudge * np.eye(2)]
        (first, turned), (second_turned, second) = np.transpose(columns)
        assert second_turned == pytest.approx(r**2 * turned, abs=1e-9)
        stated = [1 - first + turned, 1 + first + turned, 1 - second + r**2 * turned, 1 + second + r**2 * turned]
        for value, left, factor in zip(two_cycle.rows(h, r, across, along).values(), stated, (2 - h, h, 1 - r, r)):
            assert value * factor == pytest.approx(left, rel=1e-7)


@pytest.mark.parametrize("n", [2, 5])
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
