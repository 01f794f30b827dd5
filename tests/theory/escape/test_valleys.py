import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from flatlab.theory.escape import (
    EscapeTheorem,
    ExponentialValley,
    FlowStep,
    PowerValley,
    QuadraticValley,
    RampValley,
    flat_fraction,
    flow_time_bound,
    valley_time,
)

VALLEYS = {
    "strongly convex": (
        QuadraticValley(0.8, 2.0),
        lambda y: 0.8 * y,
        2.0,
        lambda epsilon: math.sqrt(epsilon) / 0.8,
    ),
    "exponential": (
        ExponentialValley(0.7, -0.3, 1.4),
        lambda y: -0.7 * 1.4 * math.exp(-1.4 * y),
        -0.3,
        lambda epsilon: -math.log(math.sqrt(epsilon) / (0.7 * 1.4)) / 1.4,
    ),
    "power": (
        PowerValley(0.7, 0.9, 0.5),
        lambda y: -0.35 * y**-1.5,
        0.9,
        lambda epsilon: (0.35 / math.sqrt(epsilon)) ** (1 / 1.5),
    ),
}


@pytest.mark.parametrize("name", VALLEYS)
@pytest.mark.parametrize("epsilon", [0.1, 1e-3])
def test_closed_forms_against_quadrature(name, epsilon):
    valley, slope, start, end = VALLEYS[name]
    assert abs(slope(end(epsilon))) == pytest.approx(math.sqrt(epsilon), rel=1e-12)
    assert valley_time(slope, start, end(epsilon)) == pytest.approx(valley.flow_time(epsilon), rel=1e-10)


@pytest.mark.parametrize("name", VALLEYS)
def test_closed_forms_against_integration(name):
    valley, slope, start, _ = VALLEYS[name]
    epsilon = 0.02

    def flat(_, y):
        return abs(slope(y[0])) - math.sqrt(epsilon)

    flat.terminal = True
    flow = solve_ivp(lambda _, y: [-slope(y[0])], (0, 1e6), [start], events=flat, rtol=1e-10, atol=1e-12)
    assert flow.t[-1] == pytest.approx(valley.flow_time(epsilon), rel=1e-7)


@pytest.mark.parametrize("name", VALLEYS)
def test_flat_at_the_start_takes_no_time(name):
    assert VALLEYS[name][0].flow_time(10.0) == 0


def test_ramp_attains_the_bound():
    epsilon, drop = 0.01, 0.7
    for c in (1.5, 1.0001):
        slope = -c * math.sqrt(epsilon)
        time = valley_time(lambda y, slope=slope: slope, 0, drop / -slope)
        assert RampValley(drop, c).flow_time(epsilon) == pytest.approx(time, rel=1e-12)
    longest = RampValley(drop, 1.0001).flow_time(epsilon)
    assert longest == pytest.approx(flow_time_bound(drop, epsilon), rel=3e-4)
    assert longest < flow_time_bound(drop, epsilon)


@pytest.mark.parametrize("epsilon", [0.1, 1e-3, 1e-5])
def test_bound_holds_on_fixed_valleys(epsilon):
    drops = {"strongly convex": 0.8 * 2.0**2 / 2, "exponential": 0.7 * math.exp(0.42), "power": 0.7 * 0.9**-0.5}
    for name, drop in drops.items():
        assert VALLEYS[name][0].flow_time(epsilon) <= flow_time_bound(drop, epsilon)


def test_steps_is_the_number_of_discrete_steps():
    eta, rho, epsilon, m = 1e-2, 0.1, 0.01, 0.8
    step = FlowStep(eta, rho)
    y, steps = 2.0, 0
    while m * y > 0.1:
        y *= 1 - step.time * m
        steps += 1
    predicted = step.steps(QuadraticValley(m, 2.0).flow_time(epsilon))
    assert steps == pytest.approx(predicted, abs=1.5)


def test_exponential_prefactor():
    epsilon, d = 1e-8, 5
    steps = EscapeTheorem(epsilon, 1.0, d).flow_step.steps(ExponentialValley(1.0, 0.0).flow_time(epsilon))
    # 2 / (d nu^3 eps^2.5), less the part of relative size sqrt(eps) that the start saves
    assert steps == pytest.approx(2 / (d * d**3 * epsilon**2.5) * (1 - epsilon**0.5), rel=1e-11)


def test_flat_fraction_is_a_count():
    flat = np.arange(1, 1001) > 100
    assert flat_fraction(100, 1000) == pytest.approx(flat.mean(), rel=1e-14)
    assert flat_fraction(100, 50) == 0


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: QuadraticValley(1.0, 1.0).flow_time(-0.1), "epsilon"),
        (lambda: PowerValley(1.0, 0.0, 0.5), "start"),
        (lambda: RampValley(1.0, 1.0), "steepness"),
        (lambda: valley_time(lambda y: y, 1.0, 2.0), "slope"),
    ],
)
def test_refusals(call, name):
    with pytest.raises(ValueError, match=name):
        call()
