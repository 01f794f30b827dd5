"""Formulas that were factored by hand before they are enclosed, against those that they came from."""

import numpy as np
import pytest

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
