"""Every formula of escape takes numbers that are no floats, but for those that are listed with the reason."""

import number_types as balls
import pytest
import theory_calls

EXCEPTIONS = {
    "escape.sphere.SphereAverage.wave_factor": "SciPy's Bessel function",
    "escape.sphere.WavyValley.drift_factor": "SciPy's Bessel function",
    "escape.sphere.WavyValley.slope": "SciPy's Bessel function",
    "escape.sphere.WavyValley.sign_flip_radius": "a root of SciPy's Bessel function",
    "escape.theorem.EscapeTheorem.steps": "rounded up to a whole number",
    "escape.step.ClosingDescent.steps": "rounded up to a whole number",
    "escape.valleys.valley_time": "SciPy's quadrature",
}
PLAIN = {  # yes or no, and constants
    "escape.theorem.EscapeTheorem.nu",
    "escape.theorem.FlatMinimum.by_distance",
    "escape.theorem.FlatMinimum.by_cost",
}
FORMULAS = {name: call for name, call in theory_calls.functions().items() if name.startswith("escape.")}


@pytest.mark.parametrize("name", [name for name in FORMULAS if name not in EXCEPTIONS])
def test_a_formula_takes_numbers_of_other_types(name):
    right = theory_calls.right_arguments(FORMULAS[name])
    got = FORMULAS[name](**{argument: balls.as_balls(value) for argument, value in right.items()})
    assert balls.holds_balls(got) or name in PLAIN
    assert not balls.disagreements(balls.plain(got), FORMULAS[name](**right))


def test_every_exception_is_a_formula():
    assert set(EXCEPTIONS) | PLAIN <= set(FORMULAS)


def test_a_ball_outside_the_range_is_refused():
    right = theory_calls.right_arguments(FORMULAS["escape.step.FlowStep"])
    with pytest.raises(ValueError, match="eta must be"):
        FORMULAS["escape.step.FlowStep"](**right | {"eta": balls.Ball(-0.1)})
