"""The formulas on numbers that are no floats and cannot become one."""

import inspect
import math
import operator

import numpy as np
import pytest

from flatlab.theory import escape
from flatlab.theory.escape import (
    ClosingDescent,
    EscapeTheorem,
    ExponentialValley,
    FlatMinimum,
    FlowStep,
    HyperbolaPoint,
    PowerValley,
    QuadraticValley,
    RampValley,
    SmoothingAtRest,
    SphereAverage,
    StepCost,
    flat_fraction,
    flow_time_bound,
    steps_exponent,
)


class Undecided:
    """A comparison of two numbers too close to tell apart."""

    def __bool__(self):
        raise TypeError("undecided")


class Ball:
    """A number known to 1e-12 of its size, with the operations of one and no conversion to float."""

    def __init__(self, middle):
        self.middle = middle

    def __float__(self):
        raise TypeError("a ball is no float")

    def __abs__(self):
        return Ball(abs(self.middle))

    def __neg__(self):
        return Ball(-self.middle)


def middle(value):
    return value.middle if isinstance(value, Ball) else value


def _operation(name):
    apply = getattr(operator, name)
    setattr(Ball, f"__{name}__", lambda a, b: Ball(apply(a.middle, middle(b))))
    setattr(Ball, f"__r{name}__", lambda a, b: Ball(apply(middle(b), a.middle)))


def _comparison(name):
    def compare(a, b):
        close = abs(a.middle - middle(b)) <= 1e-12 * abs(a.middle)
        return Undecided() if close else getattr(operator, name)(a.middle, middle(b))

    setattr(Ball, f"__{name}__", compare)


def _function(name):
    apply = getattr(math, name)
    setattr(Ball, name, lambda self: Ball(apply(self.middle)))


for _name in ("add", "sub", "mul", "truediv", "pow"):
    _operation(_name)
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    _comparison(_name)
for _name in ("sqrt", "cbrt", "exp", "log"):
    _function(_name)

CASES = {
    "SphereAverage.drift": lambda n: SphereAverage(n(0.3), 3).drift,
    "SphereAverage.bias": lambda n: SphereAverage(n(0.3), 3).bias,
    "SphereAverage.cusp_bias": lambda n: SphereAverage(n(0.3), 3).cusp_bias,
    "FlowStep.time": lambda n: FlowStep(n(0.1), n(0.2), n(3.0)).time,
    "FlowStep.decrease": lambda n: FlowStep(n(0.1), n(0.2), 3).decrease(n(0.7)),
    "FlowStep.steps": lambda n: FlowStep(n(0.1), n(0.2)).steps(n(5.0)),
    "StepCost.projected": lambda n: StepCost(n(0.1), n(2.0), n(0.3), n(0.2)).projected,
    "StepCost.unprojected": lambda n: StepCost(n(0.1), n(2.0), n(0.3), n(0.2)).unprojected,
    "StepCost.ratio": lambda n: StepCost(n(0.1), n(2.0), n(0.3), n(0.2)).ratio,
    "SmoothingAtRest.gradient": lambda n: SmoothingAtRest(n(0.1), n(0.2), n(3.0), 2, 4).gradient,
    "SmoothingAtRest.iterate_noise_fraction": lambda n: (
        SmoothingAtRest(n(0.1), n(0.2), n(3.0), 2, 4, False).iterate_noise_fraction
    ),
    "FlatMinimum.by_distance": lambda n: FlatMinimum(n(0.1)).by_distance(n(0.05), n(0.2)),
    "FlatMinimum.by_cost": lambda n: FlatMinimum(n(0.1), n(0.1)).by_cost(n(0.05), n(0.2)),
    "FlatMinimum.trivial_dimension": lambda n: FlatMinimum(n(0.1)).trivial_dimension(n(2.0)),
    **{
        f"EscapeTheorem.{name}": lambda n, name=name: getattr(EscapeTheorem(n(1e-3), n(0.5), 40, n(0.2), n(0.1)), name)
        for name in ("branch_dimension", "nu", "eta", "eta_prime", "rho", "gate")
    },
    "EscapeTheorem.flow_step": lambda n: EscapeTheorem(n(1e-3), n(0.5), 3).flow_step.time,
    "QuadraticValley.flow_time": lambda n: QuadraticValley(n(0.8), n(-2.0)).flow_time(n(0.1)),
    "QuadraticValley.flow_exponent": lambda n: QuadraticValley(n(0.8), n(-2.0)).flow_exponent,
    "ExponentialValley.flow_time": lambda n: ExponentialValley(n(0.7), n(-0.3), n(1.4)).flow_time(n(0.1)),
    "ExponentialValley.flow_exponent": lambda n: ExponentialValley(n(0.7), n(-0.3)).flow_exponent,
    "PowerValley.flow_time": lambda n: PowerValley(n(0.7), n(0.9), n(0.5)).flow_time(n(0.01)),
    "PowerValley.flow_exponent": lambda n: PowerValley(n(0.7), n(0.9), n(0.5)).flow_exponent,
    "RampValley.flow_time": lambda n: RampValley(n(0.7), n(1.5)).flow_time(n(0.01)),
    "RampValley.flow_exponent": lambda n: RampValley(n(0.7), n(1.5)).flow_exponent,
    "HyperbolaPoint.trace": lambda n: HyperbolaPoint(n(3.0)).trace,
    "HyperbolaPoint.after": lambda n: HyperbolaPoint(n(3.0)).after(n(0.4)).invariant,
    "HyperbolaPoint.flow_time": lambda n: HyperbolaPoint(n(-3.0)).flow_time(n(0.1)),
    "flow_time_bound": lambda n: flow_time_bound(n(0.7), n(0.1)),
    "steps_exponent": lambda n: steps_exponent(n(0.7), capped=True),
    "flat_fraction": lambda n: flat_fraction(n(30.0), n(100.0)),
}
FLOATS_ONLY = {
    "SphereAverage.wave_factor": "SciPy's Bessel function",
    "WavyValley.drift_factor": "SciPy's Bessel function",
    "WavyValley.slope": "SciPy's Bessel function",
    "WavyValley.sign_flip_radius": "a root of SciPy's Bessel function",
    "EscapeTheorem.steps": "rounded up to a whole number",
    "ClosingDescent.steps": "rounded up to a whole number",
    "valley_time": "SciPy's quadrature",
}


def formulas():
    """Return the names of all formulas of the package."""
    for name in escape.__all__:
        thing = getattr(escape, name)
        if inspect.isfunction(thing):
            yield name
            continue
        for attribute, member in vars(thing).items():
            formula = isinstance(member, property) or inspect.isfunction(member)
            if formula and not attribute.startswith("_") and attribute != "checked":
                yield f"{name}.{attribute}"


@pytest.mark.parametrize("name", CASES)
def test_a_formula_never_asks_for_a_float(name):
    result, plain = CASES[name](Ball), CASES[name](float)
    assert middle(result) == pytest.approx(plain, rel=1e-13)
    assert isinstance(result, Ball) or "flow_exponent" in name or isinstance(result, (bool, np.bool_))


def test_every_formula_is_looked_at():
    assert sorted(formulas()) == sorted([*CASES, *FLOATS_ONLY])


def test_a_ball_outside_the_range_is_refused():
    with pytest.raises(ValueError, match="eta must be"):
        FlowStep(Ball(-0.1), Ball(0.1))
    with pytest.raises(TypeError, match="undecided"):
        FlowStep(Ball(0.0), Ball(0.1))


def test_a_breach_would_be_seen():
    with pytest.raises(TypeError, match="no float"):
        math.sqrt(Ball(0.3))
    with pytest.raises(TypeError, match="no float"):
        ClosingDescent(Ball(0.3), 0.25, 4.0, 0.5).steps(0.01)
