"""Escapes along four valleys with the reconstructed parameters, and the flow times that they are held against.

Two transverse coordinates and one along the valley, d = 3, where a setting says nothing else, so that the perturbation
keeps noise across the valley. ``c_eta``, ``c_rho`` and ``c_gate`` are the constants that the theorem leaves open, the
same at every tolerance.
"""

import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from flatlab.evidence.intervals import power_law_slope
from flatlab.methods import RandomlySmoothed, SharpnessAwarePerturbation
from flatlab.objectives import Valley, ValleyRisk
from flatlab.objectives.valleys.profiles import ExponentialTail, Parabola, PowerTail, SoftRamp
from flatlab.simulation.escape_times import escape_times
from flatlab.theory.escape import (
    EscapeTheorem,
    ExponentialValley,
    FlowStep,
    PowerValley,
    QuadraticValley,
    RampValley,
    valley_time,
)

KINDS = ("strongly convex", "exponential", "power", "ramp")
POWER, POWER_SCALE, POWER_START = 0.5, 4.0, 1.0
EXPONENTIAL_START = -1.5
STEEPNESS, DROP, SOFTNESS = 2.0, 0.7, 0.2  # of the ramp: slope over sqrt(epsilon), height of h, width over length


def weight(d, risk=False):
    """Return what multiplies the profile in h: (d-1)/d for the valley, 1/d for its risk form."""
    return 1 / d if risk else (d - 1) / d


def profile_and_start(kind, epsilon, d=3, risk=False):
    """Return the profile of a kind and where along it a run starts; the ramp changes with the tolerance."""
    if kind == "strongly convex":
        return Parabola(1.0, 2.0), 2.0
    if kind == "exponential":
        return ExponentialTail(1.0, 1.0, 1.0), EXPONENTIAL_START
    if kind == "power":
        return PowerTail(1.0, POWER_SCALE, POWER), POWER_START
    slope = STEEPNESS * math.sqrt(epsilon)
    length = DROP / slope
    return SoftRamp(1.0, slope / weight(d, risk), SOFTNESS * length), length


def stated(kind, d=3, risk=False):
    """Return h along the valley of a kind, for its flow time and exponent in closed form; the ramp has a sharp foot."""
    share = weight(d, risk)
    if kind == "strongly convex":
        return QuadraticValley(2 * share, 2.0)
    if kind == "exponential":
        return ExponentialValley(share, EXPONENTIAL_START)
    if kind == "power":
        return PowerValley(POWER_SCALE * share, POWER_START, POWER)
    return RampValley(DROP, STEEPNESS)


def flow_time(kind, epsilon, d=3, risk=False):
    """Return the flow time of h until the certificate is sqrt(epsilon)."""
    if kind != "ramp":
        return stated(kind, d, risk).flow_time(epsilon)
    slope = STEEPNESS * math.sqrt(epsilon)
    start, width = DROP / slope, SOFTNESS * DROP / slope
    end = -width * math.log(STEEPNESS - 1)
    return valley_time(lambda y: slope / (1 + math.exp(-y / width)), start, end)


class Escape(NamedTuple):
    """A method with the reconstructed parameters, a valley, a start, and the flow time over that of one step."""

    method: Any
    objective: Any
    start: np.ndarray
    epsilon: float
    steps: float

    @property
    def step_time(self):
        """The flow time of one step, eta rho^2/2 times the gain."""
        gain = self.start.size if isinstance(self.objective, ValleyRisk) else 1
        return FlowStep(self.method.eta, self.method.rho, gain).time

    def times(self, replicates, seed, by_distance=True):
        """Return the first flat times of several runs, shape (replicates,), and the share of perturbed steps."""
        starts, most = np.tile(self.start, (replicates, 1)), int(20 * self.steps) + 1000
        found = escape_times(
            self.method, self.objective, starts, self.epsilon, steps=most, by_distance=by_distance, seed=seed
        )
        if found.times.min() < 0:
            raise ValueError(
                f"runs must all become flat within {most} steps, got {np.sum(found.times < 0)} that do not"
            )
        return found


def escape(*, kind, epsilon, d=3, delta=1.0, sap=False, c_eta=0.25, c_rho=1.0, c_gate=6.0):
    """Return the :class:`Escape` of random smoothing, or of SAP on the risk form from just off the minima."""
    p = EscapeTheorem(epsilon, delta, d if sap else 1, c_eta, 0.1, c_rho, c_gate)
    profile, start = profile_and_start(kind, epsilon, d, sap)
    sizes = p.eta, p.eta_prime, p.rho, p.gate
    method = SharpnessAwarePerturbation(*sizes, offset=epsilon**3) if sap else RandomlySmoothed(*sizes)
    objective = (ValleyRisk if sap else Valley)(profile, d - 1)
    place = np.append(np.full(d - 1, 1e-6 if sap else 0.0), start)
    return Escape(method, objective, place, epsilon, p.flow_step.steps(flow_time(kind, epsilon, d, sap)))


class Sweep(NamedTuple):
    """Escapes at tolerances that fall by a ratio; with ``radius`` the method keeps that radius at all of them."""

    kind: str
    largest: float
    ratio: float
    replicates: int
    count: int = 5
    d: int = 3
    c_eta: float = 0.25
    c_rho: float = 1.0
    sap: bool = False
    radius: float | None = None

    @property
    def tolerances(self):
        """The tolerances, the largest first."""
        return self.largest * self.ratio ** -np.arange(self.count)

    def at(self, epsilon):
        """Return the :class:`Escape` at a tolerance."""
        case = escape(kind=self.kind, epsilon=epsilon, d=self.d, sap=self.sap, c_eta=self.c_eta, c_rho=self.c_rho)
        return case if self.radius is None else case._replace(method=case.method._replace(rho=self.radius))

    @property
    def predicted_slope(self):
        """The slope of the logarithm of the predicted steps in that of the tolerance."""
        return np.polyfit(np.log(self.tolerances), np.log([self.at(e).steps for e in self.tolerances]), 1)[0]

    def slope(self, rng):
        """Return the slope of the logarithm of the first flat time in that of the tolerance."""
        return power_law_slope(self.tolerances, _first_times(self, int(rng.integers(2**31))))


@lru_cache(maxsize=32)  # a control that replaces only the expectation looks at the same runs
def _first_times(sweep, seed):
    by_distance = not sweep.sap and sweep.radius is None
    columns = [
        sweep.at(epsilon).times(sweep.replicates, seed + k, by_distance).times
        for k, epsilon in enumerate(sweep.tolerances)
    ]
    return np.array(columns, dtype=float).T
