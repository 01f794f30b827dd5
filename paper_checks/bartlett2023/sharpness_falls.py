r"""Along the drift the largest eigenvalue under the bounce falls between any two records, as it does along the flow."""

from typing import NamedTuple

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import AtLeast
from flatlab.geometry.bounce import follow_drift, nearest_minimum
from flatlab.geometry.curvature import leading_curvature
from flatlab.methods import GD, SAM
from paper_checks.bartlett2023.problems.bounces import Bounce, curved_problem
from paper_checks.bartlett2023.problems.long_runs import CURVED_FOR_LONG, CURVED_FOR_LONG_CORNERS, even_steps
from paper_checks.bartlett2023.problems.quadratic import STABLE

RECORDS = np.arange(9)


class Run(NamedTuple):
    """A bounce with a radius, and the number of steps between two records."""

    bounce: Bounce
    rho: float
    block: int

    def falls(self, minima):
        """Return by how much the sharpness falls between neighbouring minima."""
        return -np.diff([leading_curvature(self.bounce.objective, z).value for z in minima])


def run(time, seed, **setting):
    bounce = curved_problem(np.random.default_rng(seed), **setting)
    rho = bounce.rho(0.05)
    return Run(bounce, rho, even_steps(bounce, rho, time / RECORDS[-1]))


def observed(r, rng, method=None):
    bounce, objective = r.bounce, r.bounce.objective
    method = SAM(bounce.eta, r.rho) if method is None else method(bounce.eta)
    points = bounce.path(r.rho, RECORDS[-1] * r.block, method, every=r.block)
    pairs = [trajectory(method, objective, point, steps=1) for point in points]
    return r.falls([nearest_minimum(objective, pair.mean(axis=0), bounce.rank) for pair in pairs])


def half_of_flow(r):
    bounce, times = r.bounce, r.block * r.bounce.eta * r.rho**2 * RECORDS[1:]
    later = follow_drift(bounce.objective, bounce.frame.minimum, times, bounce.eta)
    return r.falls([bounce.frame.minimum, *later]) / 2


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
    controls=(Control("gradient descent", "its sharpness stays", observe=lambda r, rng: observed(r, rng, GD)),),
)
