"""The valleys the rates are measured on: a profile for each kind, its start, and its flow time in closed form.

Two transverse coordinates and one along the valley, d = 3, so that the perturbation keeps noise across the valley. A
setting names the ``kind``; ``c_eta``, ``c_rho`` and ``c_gate`` are the constants that the theorem leaves open, the same
at every tolerance.
"""

import math

import numpy as np

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
CONSTANTS = {"c_eta": 0.25, "c_rho": 1.0, "c_gate": 6.0}


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


def constants(setting):
    """Return the constants that a setting fixes, the house's own where it is silent."""
    return {name: setting.get(name, value) for name, value in CONSTANTS.items()}


def smoothed(setting, epsilon):
    """Return random smoothing with the theorem's parameters, on the valley of the setting's kind, with its start."""
    kind, d = setting["kind"], setting.get("d", 3)
    p = EscapeTheorem(epsilon, setting.get("delta", 1.0), c_eta_prime=0.1, **constants(setting))
    profile, start = profile_and_start(kind, epsilon, d)
    method = RandomlySmoothed(p.eta, p.eta_prime, p.rho, p.gate)
    return method, Valley(profile, d - 1), np.append(np.zeros(d - 1), start)


def sharpness_aware(setting, epsilon):
    """Return SAP with the theorem's parameters on the risk form of the valley, with a start just off the minima."""
    kind, d = setting["kind"], setting["d"]
    p = EscapeTheorem(epsilon, setting.get("delta", 1.0), d, c_eta_prime=0.1, **constants(setting))
    profile, start = profile_and_start(kind, epsilon, d, risk=True)
    method = SharpnessAwarePerturbation(p.eta, p.eta_prime, p.rho, p.gate, offset=epsilon**3)
    return method, ValleyRisk(profile, d - 1), np.append(np.full(d - 1, 1e-6), start)


def predicted_steps(setting, epsilon, sap=False):
    """Return the flow time over the flow time of a step."""
    d = setting.get("d", 3)
    method = (sharpness_aware if sap else smoothed)(setting, epsilon)[0]
    step = FlowStep(method.eta, method.rho, d if sap else 1.0)
    return step.steps(flow_time(setting["kind"], epsilon, d, sap))


def times(setting, epsilon, seeds, seed, sap=False, *, by_distance=True):
    """Return the first flat times of several runs, shape (seeds,), and the share of perturbed steps."""
    method, objective, start = (sharpness_aware if sap else smoothed)(setting, epsilon)
    most = int(20 * predicted_steps(setting, epsilon, sap)) + 1000
    return escape_times(
        method, objective, np.tile(start, (seeds, 1)), epsilon, steps=most, by_distance=by_distance, seed=seed
    )  # fmt: skip


def scales(largest, ratio, count):
    """Return ``count`` tolerances from ``largest`` down by ``ratio``."""
    return largest * ratio ** -np.arange(count)
