"""A SAM step with any constant changed must not pass: the claims see it."""

from typing import NamedTuple

import numpy as np
import pytest

from flatlab.compiler.vectors import norm
from flatlab.evidence.judge import judge
from flatlab.methods import step, workspace
from flatlab.objectives import gradient
from paper_checks.bartlett2023 import amplitude, descent, edge_on_cycle, hidden_objective, multipliers, rate, two_cycle
from paper_checks.bartlett2023.problems.quadratic import Problem

ALONE = (amplitude, hidden_objective, descent, multipliers, edge_on_cycle)
WATCHERS = (two_cycle.CLAIMS[0], rate.CLAIMS[0], *(module.CLAIM for module in ALONE))


class MutatedSAM(NamedTuple):
    """SAM's step with factors in every place: all 1 is SAM."""

    eta: float
    rho: float
    ascent_sign: float = 1.0
    ascent_factor: float = 1.0
    rho_power: float = 1.0
    norm_power: float = 1.0
    descent_factor: float = 1.0
    gradients_per_step = 2


@workspace.register(MutatedSAM)
def _(method, objective, w):
    return np.empty(w.size), np.empty(w.size)


@step.register(MutatedSAM)
def _(method, objective, w, work, rng):
    slope, ascent = work
    gradient(objective, w, slope)
    length = norm(slope)
    scale = 0.0
    if length > 0:
        scale = method.ascent_sign * method.ascent_factor * method.rho**method.rho_power / length**method.norm_power
    for i in range(w.size):
        ascent[i] = w[i] + scale * slope[i]
    gradient(objective, ascent, slope)
    for i in range(w.size):
        w[i] -= method.descent_factor * method.eta * slope[i]


def statuses(monkeypatch, **changes):
    """Judge the watchers with a mutated SAM in place of SAM; a run that diverges counts as a failure."""
    monkeypatch.setattr(Problem, "sam", property(lambda p: MutatedSAM(p.eta, p.rho, **changes)))
    found = {}
    for claim in WATCHERS:
        try:
            found[claim.id] = {item.status for item in judge(claim)}
        except (ArithmeticError, ValueError):
            found[claim.id] = {"fails"}
    return found


def test_unmutated_passes(monkeypatch):
    assert all(found == {"holds"} for found in statuses(monkeypatch).values())


@pytest.mark.parametrize(
    "changes",
    [
        {"ascent_sign": -1.0},
        {"ascent_factor": 2.0},
        {"ascent_factor": 1 + 1e-6},
        {"rho_power": 2.0},
        {"norm_power": 0.0},
        {"norm_power": 2.0},
        {"descent_factor": 0.5},
        {"descent_factor": 1 + 1e-6},
    ],
    ids=str,
)
def test_mutation_is_seen(monkeypatch, changes):
    failing = [name for name, found in statuses(monkeypatch, **changes).items() if "fails" in found]
    assert len(failing) >= 2, failing
