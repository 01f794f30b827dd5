"""Judging claims: settings from a seed, evidence, controls on the same random numbers, verdicts."""

import time
import zlib

import numpy as np

from flatlab.base import checks
from flatlab.evidence.claim import Verdict, judge_control, judge_setting
from flatlab.simulation.cost import tally

BUDGETS = ("quick", "full")
DEFAULT_SEED = 20231
MOST_REDRAWS = 1000


def draw_settings(claim, seed=DEFAULT_SEED, budget="quick"):
    """Return the settings that a claim is judged on, with a generator maker for each.

    The settings depend on the seed, the budget and the claim's id only: adding a claim changes no
    other, and the full budget uses other draws than the quick one. A draw that breaks a hypothesis
    of the claim is drawn again.

    Parameters
    ----------
    claim : Claim
    seed : int
    budget : str
        ``quick`` or ``full``.

    Returns
    -------
    list of dict
        The corners first.

    Raises
    ------
    ValueError
        For an unknown budget, or a domain that hardly meets the hypotheses.
    HypothesisError
        If a corner breaks a hypothesis.
    """
    checks.one_of("budget", budget, BUDGETS)
    rng = np.random.default_rng(_key(claim, seed, budget))
    wanted = claim.quick if budget == "quick" else claim.full
    kept = claim.settings(rng, 0)
    for corner in kept:
        claim.check(corner)
    if not claim.domain:
        return kept
    for _ in range(wanted):
        for _ in range(MOST_REDRAWS):
            (setting,) = claim.settings(rng, 1)[len(claim.corners) :]
            if all(holds(setting) for holds in claim.hypotheses.values()):
                kept.append(setting)
                break
        else:
            raise ValueError(f"domain of {claim.id} must meet its hypotheses, {MOST_REDRAWS} draws in a row did not")
    return kept


def judge(claim, seed=DEFAULT_SEED, budget="quick"):
    """Return the evidence of a claim, without its controls.

    Parameters
    ----------
    claim : Claim
    seed : int
    budget : str

    Returns
    -------
    tuple of Evidence
    """
    settings = draw_settings(claim, seed, budget)
    rngs = _rngs(claim, seed, budget, settings)
    return tuple(judge_setting(claim, setting, rng) for setting, rng in zip(settings, rngs))


def judge_breach(claim, control, seed=DEFAULT_SEED, budget="quick"):
    """Return what became of one control, on the same settings and random numbers as its claim.

    Parameters
    ----------
    claim : Claim
    control : Control
    seed : int
    budget : str

    Returns
    -------
    ControlResult
    """
    settings = draw_settings(claim, seed, budget)
    return judge_control(claim, control, settings, _rngs(claim, seed, budget, settings))


def verify(claim, seed=DEFAULT_SEED, budget="quick"):
    """Judge a claim and all its controls.

    The controls run on the settings of the quick budget: one look at a breach is enough.

    Parameters
    ----------
    claim : Claim
    seed : int
    budget : str

    Returns
    -------
    Verdict
    """
    begun = time.perf_counter()
    with tally() as count:
        evidence = judge(claim, seed, budget)
        controls = tuple(judge_breach(claim, control, seed) for control in claim.controls)
    return Verdict(claim, evidence, controls, count.gradients, time.perf_counter() - begun)


def _key(claim, seed, budget):
    return [checks.seed("seed", seed), BUDGETS.index(budget), zlib.crc32(claim.id.encode())]


def _rngs(claim, seed, budget, settings):
    return [np.random.default_rng([*_key(claim, seed, budget), 1 + k]) for k in range(len(settings))]
