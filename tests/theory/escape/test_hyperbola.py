import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from flatlab.theory.escape import FlowStep, HyperbolaPoint


def point(c):
    """The point of xy = 1, x > 0, with x^2 - y^2 = c."""
    q = math.sqrt(c * c + 4)
    return np.array([math.sqrt((q + c) / 2), math.sqrt((q - c) / 2)])


def certificate(w):
    """The length of the part of grad(tr / 2) = (x, y) along the tangent (x, -y)."""
    tangent = np.array([w[0], -w[1]]) / np.linalg.norm(w)
    return abs(w @ tangent)


def test_invariant_under_the_mean_dynamics():
    # Mean over the circle of f's gradient at x + rho g, plus the plain gradient; started off the hyperbola.
    eta, rho = 0.2, 0.3
    angles = 2 * np.pi * np.arange(12) / 12

    def velocity(_, w):
        u, v = w[0] + rho * np.cos(angles), w[1] + rho * np.sin(angles)
        residual = w[0] * w[1] - 1
        return -eta * np.array([((u * v - 1) * v).mean() + residual * w[1], ((u * v - 1) * u).mean() + residual * w[0]])

    start = np.array([2.0, 0.7])
    end = solve_ivp(velocity, (0, 60), start, rtol=1e-12, atol=1e-13).y[:, -1]
    begin = HyperbolaPoint(start[0] ** 2 - start[1] ** 2)
    expected = begin.after(60 * FlowStep(eta, rho).time).invariant
    assert end[0] ** 2 - end[1] ** 2 == pytest.approx(expected, rel=1e-9)


def test_one_mean_step_on_the_hyperbola():
    eta, rho, c = 0.2, 0.3, 1.7
    after = point(c) * (1 - eta * rho**2 / 2)
    assert after[0] ** 2 - after[1] ** 2 == pytest.approx(c * (1 - eta * rho**2 / 2) ** 2, rel=1e-13)


@pytest.mark.parametrize("c", [-3.0, 0.0, 0.4, 8.0])
def test_trace(c):
    w = point(c)
    assert w[0] * w[1] == pytest.approx(1, rel=1e-13)
    assert HyperbolaPoint(c).trace == pytest.approx(w @ w, rel=1e-13)


@pytest.mark.parametrize("epsilon", [0.3, 1e-3])
def test_time_ends_at_the_certificate(epsilon):
    time = HyperbolaPoint(15.0).flow_time(epsilon)
    end = HyperbolaPoint(15.0).after(time).invariant
    assert certificate(point(end)) == pytest.approx(math.sqrt(epsilon), rel=1e-12)
    assert HyperbolaPoint(-15.0).flow_time(epsilon) == time
    assert HyperbolaPoint(end / 2).flow_time(epsilon) == 0


def test_time_against_the_flow_of_the_trace():
    epsilon = 0.01

    def velocity(_, w):
        tangent = np.array([w[0], -w[1]]) / np.linalg.norm(w)
        return -(w @ tangent) * tangent

    time = HyperbolaPoint(15.0).flow_time(epsilon)
    w = solve_ivp(velocity, (0, time), point(15.0), rtol=1e-11, atol=1e-12).y[:, -1]
    assert certificate(w) == pytest.approx(0.1, rel=1e-7)


def test_refusals():
    with pytest.raises(ValueError, match="epsilon"):
        HyperbolaPoint(1.0).flow_time(0.0)
    with pytest.raises(ValueError, match="flow_time"):
        HyperbolaPoint(1.0).after(-1)
    with pytest.raises(ValueError, match="invariant"):
        HyperbolaPoint(math.inf)
