import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from flatlab.theory import escape_drift
from flatlab.theory import escape_parameters as parameters
from flatlab.theory import escape_time as escape

VALLEYS = {
    "strongly convex": (
        lambda epsilon: escape.strongly_convex_time(epsilon, 0.8, 2.0),
        lambda y: 0.8 * y,
        2.0,
        lambda epsilon: math.sqrt(epsilon) / 0.8,
    ),
    "exponential": (
        lambda epsilon: escape.exponential_time(epsilon, 0.7, -0.3, 1.4),
        lambda y: -0.7 * 1.4 * math.exp(-1.4 * y),
        -0.3,
        lambda epsilon: -math.log(math.sqrt(epsilon) / (0.7 * 1.4)) / 1.4,
    ),
    "power": (
        lambda epsilon: escape.power_time(epsilon, 0.7, 0.9, 0.5),
        lambda y: -0.35 * y**-1.5,
        0.9,
        lambda epsilon: (0.35 / math.sqrt(epsilon)) ** (1 / 1.5),
    ),
}


@pytest.mark.parametrize("name", VALLEYS)
@pytest.mark.parametrize("epsilon", [0.1, 1e-3])
def test_closed_forms_against_quadrature(name, epsilon):
    time, slope, start, end = VALLEYS[name]
    assert abs(slope(end(epsilon))) == pytest.approx(math.sqrt(epsilon), rel=1e-12)
    assert escape.valley_time(slope, start, end(epsilon)) == pytest.approx(time(epsilon), rel=1e-10)


@pytest.mark.parametrize("name", VALLEYS)
def test_closed_forms_against_integration(name):
    time, slope, start, _ = VALLEYS[name]
    epsilon = 0.02

    def flat(_, y):
        return abs(slope(y[0])) - math.sqrt(epsilon)

    flat.terminal = True
    flow = solve_ivp(lambda _, y: [-slope(y[0])], (0, 1e6), [start], events=flat, rtol=1e-10, atol=1e-12)
    assert flow.t[-1] == pytest.approx(time(epsilon), rel=1e-7)


@pytest.mark.parametrize("name", VALLEYS)
def test_flat_at_the_start_takes_no_time(name):
    assert VALLEYS[name][0](10.0) == 0


def test_ramp_attains_the_bound():
    epsilon, drop = 0.01, 0.7
    for c in (1.5, 1.0001):
        slope = -c * math.sqrt(epsilon)
        time = escape.valley_time(lambda y, slope=slope: slope, 0, drop / -slope)
        assert escape.ramp_time(epsilon, drop, c) == pytest.approx(time, rel=1e-12)
    assert escape.ramp_time(epsilon, drop, 1.0001) == pytest.approx(escape.flow_time_bound(drop, epsilon), rel=3e-4)
    assert escape.ramp_time(epsilon, drop, 1.0001) < escape.flow_time_bound(drop, epsilon)


@pytest.mark.parametrize("epsilon", [0.1, 1e-3, 1e-5])
def test_bound_holds_on_fixed_valleys(epsilon):
    drops = {"strongly convex": 0.8 * 2.0**2 / 2, "exponential": 0.7 * math.exp(0.42), "power": 0.7 * 0.9**-0.5}
    for name, drop in drops.items():
        assert VALLEYS[name][0](epsilon) <= escape.flow_time_bound(drop, epsilon)


def test_steps_is_the_number_of_discrete_steps():
    eta, rho, epsilon, m = 1e-2, 0.1, 0.01, 0.8
    kappa = escape_drift.flow_step(eta, rho)
    y, steps = 2.0, 0
    while m * y > 0.1:
        y *= 1 - kappa * m
        steps += 1
    predicted = escape.escape_steps(escape.strongly_convex_time(epsilon, m, 2.0), kappa)
    assert steps == pytest.approx(predicted, abs=1.5)


@pytest.mark.parametrize("profile", escape.PROFILES)
@pytest.mark.parametrize("branch", escape.BRANCHES)
def test_exponents_are_the_small_epsilon_slopes(profile, branch):
    power = 0.5 if profile == "power" else None
    delta, d = 0.5, {"sharpness-aware, nu = d": 3, "sharpness-aware, capped nu": 10**8}.get(branch, 1)

    def steps(epsilon):
        time = escape.ramp_time(epsilon, 1.0, 2.0) if profile == "ramp" else VALLEYS[profile][0](epsilon)
        if profile == "strongly convex":
            time /= math.log(0.8 * 2.0 / math.sqrt(epsilon))
        if branch == "randomly smoothed":
            p = parameters.randomly_smoothed_parameters(epsilon, delta)
        else:
            p = parameters.sharpness_aware_parameters(epsilon, delta, d)
        return escape.escape_steps(time, escape_drift.flow_step(p.eta, p.rho, d))

    high, low = 1e-14, 1e-15
    slope = math.log(steps(high) / steps(low)) / math.log(high / low)
    assert slope == pytest.approx(escape.steps_exponent(profile, branch, power), abs=1e-6)


def test_exponential_prefactor():
    epsilon, d = 1e-8, 5
    p = parameters.sharpness_aware_parameters(epsilon, 1.0, d)
    steps = escape.escape_steps(escape.exponential_time(epsilon, 1.0, 0.0), escape_drift.flow_step(p.eta, p.rho, d))
    # 2 / (d nu^3 eps^2.5), less the part of relative size sqrt(eps) that the start saves
    assert steps == pytest.approx(2 / (d * d**3 * epsilon**2.5) * (1 - epsilon**0.5), rel=1e-11)


def test_flat_fraction_is_a_count():
    flat = np.arange(1, 1001) > 100
    assert escape.flat_fraction(100, 1000) == pytest.approx(flat.mean(), rel=1e-14)
    assert escape.flat_fraction(100, 50) == 0


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: escape.strongly_convex_time(-0.1, 1.0, 1.0), "epsilon"),
        (lambda: escape.power_time(0.1, 1.0, 0.0, 0.5), "start"),
        (lambda: escape.ramp_time(0.1, 1.0, 1.0), "steepness"),
        (lambda: escape.valley_time(lambda y: y, 1.0, 2.0), "slope"),
        (lambda: escape.steps_exponent("ramps", "randomly smoothed"), "profile"),
        (lambda: escape.steps_exponent("power", "randomly smoothed"), "power"),
        (lambda: escape.steps_exponent("ramp", "randomly smoothed", 0.5), "power"),
        (lambda: escape.escape_steps(1.0, 0.0), "flow_step"),
    ],
)
def test_refusals(call, name):
    with pytest.raises(ValueError, match=name):
        call()
