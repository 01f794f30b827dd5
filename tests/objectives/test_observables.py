"""Observables against NumPy."""

import numpy as np
import pytest

from flatlab.methods import GD, SAM
from flatlab.objectives import DenseQuadratic, Quadratic, observables
from flatlab.objectives.observables import Coordinate, CycleDistance, Distance, GradientNorm, Loss, observe
from flatlab.simulation.cost import gradients_per_step, spend, tally

W, POINT = np.array([1.0, -2.0, 0.5]), np.array([0.3, 0.2, -1.0])
HESSIAN = np.array([[2.0, 1.0, 0.0], [1.0, 3.0, 0.5], [0.0, 0.5, 1.0]])
CASES = {
    "Loss": (Loss(), W @ HESSIAN @ W / 2),
    "GradientNorm": (GradientNorm(), np.linalg.norm(HESSIAN @ W)),
    "Distance": (Distance(POINT), np.linalg.norm(W - POINT)),
    "CycleDistance": (CycleDistance(POINT), min(np.linalg.norm(W - POINT), np.linalg.norm(W + POINT))),
    "Coordinate": (Coordinate(1), 2.0),
    "SquaredGradientNorm": (observables.SquaredGradientNorm(), np.sum((HESSIAN @ W) ** 2)),
    "OnObjective": (observables.OnObjective(Quadratic([1.0, 2.0, 4.0]), Loss()), np.dot([1.0, 2.0, 4.0], W**2) / 2),
}


@pytest.mark.jit_free
@pytest.mark.parametrize("name", sorted(set(observables.__all__) - {"observe", "observe_state"}))
def test_every_observable_is_the_formula(name):
    assert name in CASES, f"{name} has no case: add one to CASES in this file"
    observable, expected = CASES[name]
    assert observe(observable, DenseQuadratic(HESSIAN), W) == pytest.approx(expected, rel=1e-14)


@pytest.mark.jit_free
def test_the_cycle_distance_sees_both_points():
    objective = Quadratic([1.0, 1.0, 1.0])
    for sign in (1, -1):
        assert observe(CycleDistance(POINT), objective, sign * POINT) == 0.0


@pytest.mark.parametrize(
    ("build", "word"),
    [
        (lambda: Distance([np.nan]), "point"),
        (lambda: Distance(3.0), "point"),
        (lambda: CycleDistance([]), "point"),
        (lambda: Coordinate(-1), "index"),
        (lambda: Coordinate(0.5), "index"),
    ],
)
def test_wrong_fields_are_refused_by_name(build, word):
    with pytest.raises(ValueError, match=rf"^{word} must"):
        build()


def test_a_tally_counts_inside_its_block_only():
    spend(SAM(0.1, 0.1), 5)
    with tally() as outer:
        spend(SAM(0.1, 0.1), 5)
        with tally() as inner:
            spend(GD(0.1), 7)
        spend(GD(0.1), 1)
    spend(GD(0.1), 100)
    assert (outer.gradients, inner.gradients) == (11, 7)
    assert (gradients_per_step(SAM(0.1, 0.1)), gradients_per_step(object())) == (2, 1)
