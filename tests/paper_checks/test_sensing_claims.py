"""Helpers of the claims on matrix sensing: exact Gaussian means, second differences, shared runs."""

import numpy as np
import pytest

from flatlab.simulation.cost import tally
from paper_checks.zhang2024.problems.exact_means import gaussian_mean, gaussian_mean_of_cubic, second_differences
from paper_checks.zhang2024.problems.sensing import METHODS, SMALL, Sensing


def test_gaussian_mean_of_quartics_is_exact():
    w, s = np.array([0.3, -1.2, 0.8]), 0.7
    # E |w + sZ|^4 = |w|^4 + 2 (d + 2) s^2 |w|^2 + d (d + 2) s^4
    square = w @ w
    wanted = square**2 + 10 * s**2 * square + 15 * s**4
    assert gaussian_mean(lambda v: np.sum(v**2) ** 2, w, s) == pytest.approx(wanted, rel=1e-13)
    mixed = gaussian_mean(lambda v: v[0] ** 2 * v[1] ** 2 + v[0] * v[1] * v[2] ** 2, w, s)
    by_hand = (w[0] ** 2 + s**2) * (w[1] ** 2 + s**2) + w[0] * w[1] * (w[2] ** 2 + s**2)
    assert mixed == pytest.approx(by_hand, rel=1e-13)


def test_gaussian_mean_of_cubics_is_exact():
    w, s = np.array([0.3, -1.2]), 0.7
    found = gaussian_mean_of_cubic(lambda v: np.array([v[0] ** 3, v[0] * v[1] ** 2, v[1]]), w, s)
    np.testing.assert_allclose(
        found, [w[0] ** 3 + 3 * s**2 * w[0], w[0] * (w[1] ** 2 + s**2), w[1]], rtol=1e-13, atol=1e-14
    )


def test_second_differences_of_a_quintic_are_exact():
    w = np.array([0.5, -0.4])
    found = second_differences(lambda v: v[0] ** 5 + 2 * v[0] ** 2 * v[1] ** 4, w)
    wanted = [20 * w[0] ** 3 + 4 * w[1] ** 4, 24 * w[0] ** 2 * w[1] ** 2]
    np.testing.assert_allclose(found, wanted, rtol=1e-11)


def test_a_run_at_hand_counts_its_cost_again():
    p = Sensing(**{**SMALL, "d": 4, "rank": 1, "n": 6}, gradients=40, single=False, seed=3)
    spent = []
    for _ in range(2):
        with tally() as count:
            p.run("nso-2")
        spent.append(count.gradients)
    assert spent == [40, 40]


def test_a_method_is_an_entry():
    costs = {name: approach.method(0.1, 0.2).gradients_per_step for name, approach in METHODS.items()}
    noisy = {"naive": 1, "naive-2": 2, "nso": 2, "nso-2": 4, "nso-4": 8}
    assert costs == {**dict.fromkeys(METHODS, 1), **noisy}


@pytest.mark.parametrize("name", ["decay", "penalty", "small-start"])
def test_what_an_entry_changes_changes_the_run(name):
    p = Sensing(**{**SMALL, "d": 4, "rank": 1, "n": 6}, gradients=40, single=False, seed=3)
    assert (p.run(name).path[-1] != p.run("gd").path[-1]).any()
    assert (p.run(name).path[0] == p.run("gd").path[0]).all() == (name != "small-start")
