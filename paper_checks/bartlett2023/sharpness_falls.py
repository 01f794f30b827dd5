r"""Along the drift the largest eigenvalue under the bounce falls between two records, as it does along the flow."""

from typing import NamedTuple

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import AtLeast
from flatlab.geometry.bounce import follow_drift, nearest_minimum
from flatlab.geometry.curvature import leading_curvature
from flatlab.methods import GD, SAM
from flatlab.objectives import hessian
from paper_checks.bartlett2023.problems.bounces import Bounce, curved_problem
from paper_checks.bartlett2023.problems.long_runs import CURVED_FOR_LONG, CURVED_FOR_LONG_CORNERS, GAP, even_steps
from paper_checks.bartlett2023.problems.quadratic import STABLE

RECORDS = np.arange(9)
MOVING = 0.02  # of the flow's largest loss between two records: below, it is nearly at rest


class Run(NamedTuple):
    """A bounce, a radius, the steps between two records, and what the flow loses of the eigenvalue between them."""

    bounce: Bounce
    rho: float
    block: int
    flow: np.ndarray

    @property
    def moving(self):
        """Between which records the flow is not yet at rest."""
        return self.flow >= MOVING * self.flow.max()


def run(time, seed, **setting):
    """Return a run on a random problem; one on which a second eigenvalue comes near the largest is drawn again."""
    rng = np.random.default_rng(seed)
    while True:
        bounce = curved_problem(rng, **setting)
        rho = bounce.rho(0.05)
        block = even_steps(bounce, rho, time / RECORDS[-1])
        times = block * bounce.eta * rho**2 * RECORDS[1:]
        try:
            later = follow_drift(bounce.objective, bounce.frame.minimum, times, bounce.eta)
        except ValueError:  # they meet
            continue
        minima = [bounce.frame.minimum, *later]
        *_, second, largest = np.transpose([np.linalg.eigvalsh(hessian(bounce.objective, z)) for z in minima])
        if (second < (1 - GAP) * largest).all():
            return Run(bounce, rho, block, falls(bounce, minima))


def falls(bounce, minima):
    return -np.diff([leading_curvature(bounce.objective, z).value for z in minima])


def observed(p, rng, method=None):
    bounce = p.bounce
    method = SAM(bounce.eta, p.rho) if method is None else method(bounce.eta)
    points = bounce.path(p.rho, RECORDS[-1] * p.block, method, every=p.block)
    centres = [trajectory(method, bounce.objective, point, steps=1).mean(axis=0) for point in points]
    return falls(bounce, [nearest_minimum(bounce.objective, centre, bounce.rank) for centre in centres])[p.moving]


CLAIM = Claim(
    id="bartlett2023/sharpness-falls",
    title="the sharpness falls along the drift",
    statement=r"""As long as $\lambda_2<0.9\lambda_1$ along the flow, between two neighbouring records of a run the
        largest eigenvalue at the minimum under the bounce falls, by at least half of what $\lambda_1$ loses along the
        flow, while the flow loses there at least a fiftieth of its largest loss.""",
    source=("What the authors state", "Drift flow"),
    origin="measured",
    kind="ordering",
    relation=AtLeast(),
    problem=run,
    observe=observed,
    expect=lambda p: p.flow[p.moving] / 2,
    domain=CURVED_FOR_LONG,
    corners=CURVED_FOR_LONG_CORNERS,
    hypotheses=STABLE,
    quick=4,
    full=200,
    seconds=0.05,
    note="""Observed: the falls between nine records; over those of the flow they are 1 - O(rho^2). Where the flow is
        nearly at rest the bounce rests elsewhere, at a distance of order rho^2, and the eigenvalue may rise.""",
    controls=(Control("gradient descent", "its sharpness stays", observe=lambda p, rng: observed(p, rng, GD)),),
)
