r"""Along the drift the largest eigenvalue under the bounce falls between any two records, as it does along the flow."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import AtLeast
from flatlab.geometry.bounce import follow_drift, nearest_minimum
from flatlab.geometry.curvature import leading_curvature
from flatlab.methods import GD, SAM
from paper_checks.bartlett2023.problems.bounces import curved_problem
from paper_checks.bartlett2023.problems.long_runs import CURVED_FOR_LONG, CURVED_FOR_LONG_CORNERS, even_steps
from paper_checks.bartlett2023.problems.quadratic import STABLE

RECORDS = np.arange(9)


def run(time, seed, **setting):
    """Return a bounce, a radius, and the number of steps between two records."""
    bounce = curved_problem(np.random.default_rng(seed), **setting)
    rho = bounce.rho(0.05)
    return bounce, rho, even_steps(bounce, rho, time / RECORDS[-1])


def falls(bounce, minima):
    return -np.diff([leading_curvature(bounce.objective, z).value for z in minima])


def observed(case, rng, method=None):
    bounce, rho, block = case
    method = SAM(bounce.eta, rho) if method is None else method(bounce.eta)
    points = bounce.path(rho, RECORDS[-1] * block, method, every=block)
    centres = [trajectory(method, bounce.objective, point, steps=1).mean(axis=0) for point in points]
    return falls(bounce, [nearest_minimum(bounce.objective, centre, bounce.rank) for centre in centres])


def half_of_flow(case):
    bounce, rho, block = case
    times = block * bounce.eta * rho**2 * RECORDS[1:]
    later = follow_drift(bounce.objective, bounce.frame.minimum, times, bounce.eta)
    return falls(bounce, [bounce.frame.minimum, *later]) / 2


CLAIM = Claim(
    id="bartlett2023/sharpness-falls",
    title="the sharpness falls all along the drift",
    statement=r"""Between any two neighbouring records of a run the largest eigenvalue at the minimum under the bounce
        falls, by at least half of what $\lambda_1$ loses along the flow.""",
    source=("What the authors state", "Drift flow"),
    origin="measured",
    kind="ordering",
    relation=AtLeast(),
    problem=run,
    observe=observed,
    expect=half_of_flow,
    domain=CURVED_FOR_LONG,
    corners=CURVED_FOR_LONG_CORNERS,
    hypotheses=STABLE,
    quick=3,
    full=40,
    note="Observed: the falls between nine records; over those of the flow they are 1 - O(rho^2).",
    controls=(Control("gradient descent", "its sharpness stays", observe=lambda case, rng: observed(case, rng, GD)),),
)
