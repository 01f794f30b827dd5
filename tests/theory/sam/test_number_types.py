"""Every formula of SAM runs through with numbers that are no floats, but for those that are listed with the reason."""

import number_types as balls
import pytest
import theory_calls

EXCEPTIONS = {
    "sam.convergence.TrappingBall.far_steps": "a whole number of steps",
    "sam.convergence.TrappingBall.entry": "a whole number of steps",
    "sam.convergence.GlobalBound.iterations": "a whole number of steps",
    "sam.convergence.hand_over": "whole numbers of steps",
    "sam.random_start.SphereStart.to_tube": "it holds a whole number of dimensions",
    "sam.random_start.SphereStart.steps": "a whole number of steps",
    "sam.local_convergence.LocalBound.settling_time": "whole numbers of steps",
    "sam.local_convergence.LocalBound.hitting_time": "a scan over whole numbers and a root",
    "sam.drift.integrate_drift": "an integrator of differential equations",
    "sam.drift.integrate_ravine_drift": "an integrator of differential equations",
    "sam.mini_batch.gaussian_shares": "a quadrature",
    "sam.mini_batch.MiniBatch": "matrices of data, checked as floats",
    "sam.mini_batch.MiniBatch.drift": "matrices of data, checked as floats",
}
WHOLE = {"sam.mini_batch.batch_factor", "sam.local_convergence.LocalTube.certified"}  # of whole numbers; yes or no
FORMULAS = {name: call for name, call in theory_calls.functions().items() if name.startswith("sam.")}


@pytest.mark.parametrize("name", [name for name in FORMULAS if name not in EXCEPTIONS])
def test_a_formula_takes_numbers_of_other_types(name):
    right = theory_calls.right_arguments(FORMULAS[name])
    got = FORMULAS[name](**{argument: balls.as_balls(value) for argument, value in right.items()})
    assert balls.holds_balls(got) or name in WHOLE
    assert not balls.disagreements(balls.plain(got), FORMULAS[name](**right))


def test_every_exception_is_a_formula():
    assert set(EXCEPTIONS) | WHOLE <= set(FORMULAS)


def test_a_breach_would_be_seen():
    with pytest.raises(TypeError):
        float(balls.Ball(1.0))
    with pytest.raises(ArithmeticError):
        bool(balls.Ball(1.0) < balls.Ball(1.0 + 1e-12))
    with pytest.raises(TypeError):
        balls.Ball(1.0).__bool__()
