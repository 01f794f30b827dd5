"""Small mistakes in the theory of escape, its methods, valleys and limit maps: each is seen by a claim."""

import math
from contextlib import nullcontext
from typing import NamedTuple

import numpy as np
import pytest

from flatlab.compiler.options import interpreted
from flatlab.evidence.claim import Claim
from flatlab.evidence.judge import draw_settings, judge_setting
from flatlab.geometry import limit_map as limits
from flatlab.methods import randomly_smoothed, sharpness_aware_perturbation
from flatlab.objectives import ValleyRisk
from flatlab.objectives.valleys.profiles import Wave
from flatlab.theory.escape import (
    ClosingDescent,
    EscapeTheorem,
    FlowStep,
    HyperbolaPoint,
    SmoothingAtRest,
    SphereAverage,
    StepCost,
    WavyValley,
)
from paper_checks.ahn2024 import (
    bessel_law,
    bias_of_the_estimator,
    certificate,
    closing_length,
    cost_ratio,
    decrease_per_step,
    directions,
    escape_time_ratio,
    gate_of_the_theorems,
    iterate_noise,
    limit_map,
    own_noise,
    random_iterate,
    random_sign,
    sign_flip_radius,
    single_steps,
    smoothed_theorem,
    step_cost,
    step_size_edge,
    trace_gradient,
)
from paper_checks.ahn2024.problems import level_ramp
from paper_checks.ahn2024.problems.attracted import PROBLEMS

OWN, OWN_OF_SAMPLES = own_noise.CLAIMS
PLAIN_STEPS, SUBSTITUTE = single_steps.CLAIMS
OF_COST, POWERS = step_cost.CLAIMS[0], smoothed_theorem.CLAIMS[1]
CUSP, FOURTH_ORDER = bias_of_the_estimator.CLAIMS
PARABOLA = PROBLEMS.index("parabola")


class Mistake(NamedTuple):
    """A claim, what is wrong by mistake, (where, its name, the mistake) each, and which settings are judged."""

    claim: Claim
    patches: tuple
    settings: tuple = (0,)
    interpreted: bool = False


def wrong(claim, where, name, mutant, **others):
    return Mistake(claim, ((where, name, mutant),), **others)


def formula(claim, cls, name, mutant, **others):
    """Return the mistake of a formula: ``mutant`` takes the setting and what is right."""
    return wrong(claim, cls, name, altered(cls, name, mutant), **others)


def altered(cls, name, mutant):
    right = getattr(cls, name).fget
    return property(lambda setting: mutant(setting, right(setting)))


def given(claim, where, name, **changes):
    """Return the mistake of a method that takes other numbers than it is given."""
    right = getattr(where, name)

    def mutant(*args, **named):
        method = right(*args, **named)
        return method._replace(**{key: change(method) for key, change in changes.items()})

    return wrong(claim, where, name, mutant, settings=(1, 2))


def plain_steps(change):
    """Return the mistake of both methods in the claim about plain steps."""
    methods = {
        name: (lambda *sizes, cls=cls: change(cls(*sizes)), valley)
        for name, (cls, valley) in single_steps.METHODS.items()
    }
    return wrong(PLAIN_STEPS, single_steps, "METHODS", methods)


def other_sizes(claim):
    """Return the mistake eta = c (delta eps)^(3/2), and rho so large that eta rho^2 is right."""
    eta = altered(EscapeTheorem, "eta", lambda p, eta: eta * (p.delta * p.epsilon) ** 0.5)
    rho = altered(EscapeTheorem, "rho", lambda p, rho: rho * (p.delta * p.epsilon) ** -0.25)
    return Mistake(claim, ((EscapeTheorem, "eta", eta), (EscapeTheorem, "rho", rho)))


def cube(out, rng):
    for i in range(out.size):
        out[i] = (1.0 if rng.random() < 0.5 else -1.0) / math.sqrt(out.size)


def nearest_minimum(objective, w):
    return np.append(np.zeros(w.size - 1), w[-1])


class Everywhere(NamedTuple):
    """A projector that takes nothing off."""

    projector: np.ndarray


POINTS = HyperbolaPoint.flow_time
MISTAKES = {
    "another eta, eta rho^2 kept": other_sizes(OWN),
    "another eta of SAP, eta rho^2 kept": other_sizes(OWN_OF_SAMPLES),
    "nu = eps^-0.36": formula(OWN_OF_SAMPLES, EscapeTheorem, "nu", lambda p, nu: min(p.gain, p.epsilon**-0.36)),
    "gate of order eps^1.1": formula(
        gate_of_the_theorems.CLAIM, EscapeTheorem, "gate", lambda p, gate: gate * p.epsilon**0.1
    ),
    "T = eps^-3 delta^-3": formula(POWERS, EscapeTheorem, "steps", lambda p, steps: math.ceil(steps * p.delta)),
    "drift rho^2": formula(trace_gradient.CLAIMS[0], SphereAverage, "drift", lambda p, drift: 2 * drift),
    "bias with 2d for d + 2": formula(
        FOURTH_ORDER, SphereAverage, "bias", lambda p, bias: bias * (p.d + 2) / (2 * p.d), settings=(0, 1)
    ),
    "cusp with Gamma(d)": formula(
        CUSP,
        SphereAverage,
        "cusp_bias",
        lambda p, bias: bias * math.gamma((p.d + 3) / 2) / math.gamma(p.d),
        settings=(1, 2),
    ),
    "W_d for W_{d+2}": wrong(
        bessel_law.CLAIM,
        WavyValley,
        "drift_factor",
        lambda self, rho: SphereAverage(rho, self.d).wave_factor(self.wavenumber),
    ),
    "zero of the drift off by 1e-6": formula(
        sign_flip_radius.CLAIM, WavyValley, "sign_flip_radius", lambda p, radius: (1 + 1e-6) * radius
    ),
    "a valley with another wavenumber": wrong(
        sign_flip_radius.CLAIM, sign_flip_radius, "Wave", lambda level, height, k: Wave(level, height, 1.001 * k)
    ),
    "no fall by the gradient": formula(
        cost_ratio.CLAIM,
        StepCost,
        "projected",
        lambda p, rise: p.smoothness * (p.eta * p.perturbation_norm) ** 2 / 2,
        settings=(1,),
    ),
    "unprojected, of first order only": formula(
        cost_ratio.CLAIM,
        StepCost,
        "unprojected",
        lambda p, rise: p.eta * (p.perturbation_norm - p.gradient_norm) * p.gradient_norm,
    ),
    "half the cost": formula(OF_COST, StepCost, "projected", lambda p, rise: rise / 2),
    "2 for 2 - eta a": formula(
        OWN, SmoothingAtRest, "gradient", lambda p, size: size * math.sqrt(1 - p.eta * p.curvature / 2)
    ),
    "noise in the iterate without a": formula(
        iterate_noise.CLAIM,
        SmoothingAtRest,
        "iterate_noise_fraction",
        lambda p, share: share * p.curvature,
        settings=(1,),
    ),
    "kappa without 1/2": formula(decrease_per_step.CLAIM, FlowStep, "time", lambda p, time: 2 * time),
    "half the closing descent": wrong(
        closing_length.CLAIMS[1],
        ClosingDescent,
        "steps",
        lambda p, epsilon, right=ClosingDescent.steps: right(p, epsilon) // 2,
    ),
    "c falls at half the rate": wrong(
        random_iterate.CLAIMS[0], HyperbolaPoint, "flow_time", lambda p, epsilon: 2 * POINTS(p, epsilon)
    ),
    "no noise of the methods": wrong(
        escape_time_ratio.CLAIMS[0], escape_time_ratio.Race, "ratio", lambda p, batch=1: p.d
    ),
    "directions from a cube": wrong(directions.CLAIM, randomly_smoothed, "sphere_direction", cube, interpreted=True),
    "no projection": wrong(
        step_size_edge.CLAIM, randomly_smoothed, "projection_factor", lambda *given: 0.0, interpreted=True
    ),
    "radius rho^2": given(cost_ratio.CLAIM, cost_ratio, "RandomlySmoothed", rho=lambda m: m.rho**2),
    "no gate": plain_steps(lambda m: m._replace(gate=math.inf)),
    "no gate at rest": given(
        gate_of_the_theorems.CLAIM, gate_of_the_theorems, "SharpnessAwarePerturbation", gate=lambda m: math.inf
    ),
    "eta outside the gate": plain_steps(lambda m: m._replace(eta_prime=m.eta)),
    "no substitute direction": wrong(
        SUBSTITUTE, sharpness_aware_perturbation, "sphere_direction", lambda out, rng: out.fill(0.0), interpreted=True
    ),
    "half the radius of SAP": given(SUBSTITUTE, single_steps, "SharpnessAwarePerturbation", rho=lambda m: m.rho / 2),
    "no random sign": given(random_sign.CLAIM, random_sign, "SharpnessAwarePerturbation", random_sign=lambda m: False),
    "batches of two for single samples": wrong(
        OWN_OF_SAMPLES, level_ramp, "ValleyRisk", lambda profile, n, batch: ValleyRisk(profile, n, 2)
    ),
    "nearest minimum for the limit": wrong(
        limit_map.CLAIM, limits, "closed_limit", nearest_minimum, settings=(PARABOLA,)
    ),
    "certificate without the projector": wrong(
        certificate.CLAIM, limits, "kernel_projector", lambda matrix: Everywhere(np.eye(len(matrix)))
    ),
}


def statuses(mistake):
    """Judge some settings of the claim; what raises is no better than a failure, as in ``flatlab verify``."""
    claim, found = mistake.claim, set()
    settings = draw_settings(claim)
    for k in mistake.settings:
        with interpreted() if mistake.interpreted else nullcontext():
            try:
                found.add(judge_setting(claim, settings[k], np.random.default_rng(k)).status)
            except (ArithmeticError, ValueError):
                found.add("fails")
    return found


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_seen(monkeypatch, name):
    mistake = MISTAKES[name]
    assert statuses(mistake) == {"holds"}
    for patch in mistake.patches:
        monkeypatch.setattr(*patch)
    assert "fails" in statuses(mistake)
