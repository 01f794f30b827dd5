"""Advice on step sizes that diverge."""

import numpy as np
import pytest

from flatlab import DivergenceError, trajectory
from flatlab.methods import NSO
from flatlab.objectives import Quadratic, hessian
from flatlab.objectives.sensing.problem import sensing_problem, sensing_start
from flatlab.simulation.step_advice import divergence, step_that_descends


def test_the_curvature_is_measured_and_the_step_descends(rng):
    problem = sensing_problem(6, 2, 15, rng=rng)
    start = sensing_start(problem, rng=rng)
    curvature, step = step_that_descends(problem.train, start)
    assert curvature == pytest.approx(np.linalg.eigvalsh(hessian(problem.train, start))[-1], rel=1e-3)
    assert 0 < step <= 1 / curvature
    method = NSO(10 * step, 0.1)
    with pytest.raises(DivergenceError):
        trajectory(method, problem.train, start, steps=300, rng=rng)
    assert np.isfinite(trajectory(NSO(step, 0.1), problem.train, start, steps=300, rng=rng)).all()
    words = str(divergence(method, problem.train, start))
    assert f"{curvature:.4g}" in words
    assert f"eta = {step:.3g} goes down" in words


def test_a_quadratic_gets_one_over_its_curvature():
    assert step_that_descends(Quadratic([4.0, 1.0]), [1.0, 1.0]) == pytest.approx((4.0, 0.25), rel=1e-6)


def test_where_nothing_descends_it_says_so():
    with pytest.raises(DivergenceError, match="no step size"):
        step_that_descends(Quadratic([4.0, 1.0]), [0.0, 0.0])
