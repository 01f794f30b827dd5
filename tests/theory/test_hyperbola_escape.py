import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from flatlab.theory import hyperbola_escape as hyperbola


def point(c):
    """The point of xy = 1, x > 0, with x^2 - y^2 = c."""
    q = math.sqrt(c * c + 4)
    return np.array([math.sqrt((q + c) / 2), math.sqrt((q - c) / 2)])


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
    expected = hyperbola.hyperbola_invariant(60, start[0] ** 2 - start[1] ** 2, eta, rho)
    assert end[0] ** 2 - end[1] ** 2 == pytest.approx(expected, rel=1e-9)


def test_one_mean_step_on_the_hyperbola():
    eta, rho, c = 0.2, 0.3, 1.7
    after = point(c) * (1 - eta * rho**2 / 2)
    assert after[0] ** 2 - after[1] ** 2 == pytest.approx(c * (1 - eta * rho**2 / 2) ** 2, rel=1e-13)


@pytest.mark.parametrize("c", [-3.0, 0.0, 0.4, 8.0])
def test_trace_and_certificate(c):
    w = point(c)
    assert w[0] * w[1] == pytest.approx(1, rel=1e-13)
    assert hyperbola.hyperbola_trace(c) == pytest.approx(w @ w, rel=1e-13)
    # the part of grad(tr / 2) = (x, y) along the tangent (x, -y)
    tangent = np.array([w[0], -w[1]]) / np.linalg.norm(w)
    assert hyperbola.hyperbola_certificate(c) == pytest.approx(abs(w @ tangent), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("epsilon", [0.3, 1e-3])
def test_time_ends_at_the_certificate(epsilon):
    time = hyperbola.hyperbola_time(epsilon, 15.0)
    # kappa = eta rho^2 / 2 per step
    eta, rho = 0.2, 0.3
    end = hyperbola.hyperbola_invariant(time / (eta * rho**2 / 2), 15.0, eta, rho)
    assert hyperbola.hyperbola_certificate(end) == pytest.approx(math.sqrt(epsilon), rel=1e-12)
    assert hyperbola.hyperbola_time(epsilon, -15.0) == time
    assert hyperbola.hyperbola_time(epsilon, end / 2) == 0


def test_time_against_the_flow_of_the_trace():
    epsilon = 0.01

    def velocity(_, w):
        tangent = np.array([w[0], -w[1]]) / np.linalg.norm(w)
        return -(w @ tangent) * tangent

    time = hyperbola.hyperbola_time(epsilon, 15.0)
    w = solve_ivp(velocity, (0, time), point(15.0), rtol=1e-11, atol=1e-12).y[:, -1]
    assert hyperbola.hyperbola_certificate(w[0] ** 2 - w[1] ** 2) == pytest.approx(0.1, rel=1e-7)


def test_refusals():
    with pytest.raises(ValueError, match="epsilon"):
        hyperbola.hyperbola_time(0.0, 1.0)
    with pytest.raises(ValueError, match="steps"):
        hyperbola.hyperbola_invariant(-1, 1.0, 0.1, 0.1)
    with pytest.raises(ValueError, match="invariant"):
        hyperbola.hyperbola_trace(math.inf)
