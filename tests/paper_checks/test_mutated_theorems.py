"""No term of Theorems D, G and L can be dropped or weakened: a claim fails at one of its corners."""

import numpy as np
import pytest

from flatlab.evidence.judge import judge
from flatlab.theory.sam import GlobalBound, LocalBound, LocalErrors, LocalTube, TrappingBall, TwoCycle
from paper_checks.bartlett2023 import (
    certified_tube,
    drift_remainder,
    drift_remainder_of_cubics,
    local_bound,
    one_step,
    way_into_the_ball,
)

NEAR = certified_tube.CLAIMS[0]
FAR_STEPS, GROWTH = way_into_the_ball.CLAIMS
ALONG = local_bound.CLAIMS[1]
CUBIC, QUARTIC = drift_remainder_of_cubics.CLAIM, drift_remainder.CLAIM


def growth_steps(bound, delay=None, share=1.0):
    growth = np.log1p(bound.sam.cycle().below_two * bound.tube.theta)
    return share * (np.log(bound.ball.radius / bound.leading) + (bound.delay if delay is None else delay)) / growth


def steps_of_the_top(bound):
    return bound.summability / (bound.sam.eigenvalues[0] ** 3 * bound.epsilon**2)


def far_steps(ball, share, true=TrappingBall.far_steps.fget):
    return int(share * true(ball))


def growth_floor(ball, share, true=TrappingBall.growth_floor.fget):
    return share * true(ball)


def without_factor_t(bound, steps):
    slow, t = max(bound.radial_rate, bound.contraction**2), np.asarray(steps)
    forced = bound.forcing * bound.tangent**2 * slow ** np.maximum(t - 1, 0)
    return LocalErrors(bound.radial_rate**t * bound.radial_error + forced, bound.contraction**t * bound.tangent)


def remainder(cycle, third, fourth, turned=1.0, last=1.0):
    nu = (third * cycle.radius + fourth * cycle.radius**2 / 3) / cycle.eigenvalue
    of_third = turned * third * (cycle.radius + cycle.rho / 2) * cycle.rho * nu
    return cycle.eta * (of_third + last * fourth * (cycle.ascent_distance + cycle.rho * nu) ** 3 / 6)


MUTANTS = {
    "no N_A": (NEAR, GlobalBound, "gradient_steps", property(lambda b: 0.0)),
    "N_A with l_1": (NEAR, GlobalBound, "gradient_steps", property(steps_of_the_top)),
    "no N_B": (NEAR, GlobalBound, "growth_steps", property(lambda b: 0.0)),
    "a third of N_B": (NEAR, GlobalBound, "growth_steps", property(lambda b: growth_steps(b, share=1 / 3))),
    "no delay": (NEAR, GlobalBound, "delay", property(lambda b: 0.0)),
    "T_far x 0.7": (FAR_STEPS, TrappingBall, "far_steps", property(lambda b: far_steps(b, 0.7))),
    "alpha x 1.01": (GROWTH, TrappingBall, "growth_floor", property(lambda b: growth_floor(b, 1.01))),
    "no forcing of d": (ALONG, LocalTube, "forcing", property(lambda tube: 0.0)),
    "no forcing in a step": (one_step.CLAIM, LocalTube, "forcing", property(lambda tube: 0.0)),
    "no factor t": (ALONG, LocalBound, "at", without_factor_t),
    "no M3": (CUBIC, TwoCycle, "drift_remainder", lambda c, m3, m4: remainder(c, m3, m4, turned=0)),
    "half of M3": (CUBIC, TwoCycle, "drift_remainder", lambda c, m3, m4: remainder(c, m3, m4, turned=0.5)),
    "no M4": (QUARTIC, TwoCycle, "drift_remainder", lambda c, m3, m4: remainder(c, m3, m4, last=0)),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_theorem_without_a_term_fails(monkeypatch, name):
    claim, setting, attribute, mutant = MUTANTS[name]
    corners = len(claim.corners) or claim.quick  # the whole quick budget where there is none
    assert {item.status for item in judge(claim)[:corners]} == {"holds"}
    monkeypatch.setattr(setting, attribute, mutant)
    assert "fails" in {item.status for item in judge(claim)[:corners]}
