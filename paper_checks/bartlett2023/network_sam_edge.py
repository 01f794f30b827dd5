r"""Training a network, the median of SAM's steps lies at its edge $\frac{s}{2\rho}(\sqrt{1+8\rho/(\eta s)}-1)$."""

from typing import Any

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from flatlab.methods import GD, SAM
from flatlab.theory.sam import sam_edge
from paper_checks.bartlett2023.problems.network import RHO, TRAINING, gradients, training

RECORDS = 8


def above_edge(case, rng, method: Any = SAM, edge=sam_edge):
    """Return the median of the curvature along the step over the edge, over the second half of a run."""
    (network, start), eta, steps = case
    method, every = method(eta, RHO), steps // (2 * RECORDS)
    found = []
    for end in trajectory(method, network, start, steps=steps, record_every=every)[RECORDS + 1 :]:
        points = trajectory(method, network, end, steps=1)
        grads = gradients(network, points)
        step, change = points[1] - points[0], grads[1] - grads[0]
        found.append(change @ step / (step @ step) / edge(np.linalg.norm(grads, axis=1).mean(), eta, RHO))
    return np.median(found)


CLAIM = Claim(
    id="bartlett2023/network-sam-edge",
    title="training a small network, SAM's steps lie at its edge in the median",
    statement=r"""Over the second half of training a small tanh network with squared loss by full-batch SAM the median
        curvature along the step is $\frac{s}{2\rho}(\sqrt{1+8\rho/(\eta s)}-1)<2/\eta$ to three parts in a thousand,
        $s$ the gradient norm.""",
    source=("Networks at the edge", "SAM edge", "Edge on a two-cycle"),
    origin="measured",
    kind="equality",
    relation=Equal(rtol=0.003),
    problem=training,
    observe=above_edge,
    expect=1,
    fixed={"steps": 1200},
    domain=TRAINING,
    quick=5,
    full=40,
    seconds=0.16,
    few="a network is trained for 1200 steps",
    note="""Observed: median over eight records of the curvature along a step over the edge at the mean of the
        gradient norms at its ends. No source names a tolerance.""",
    controls=(
        Control(
            "the edge of gradient descent",
            "SAM stays far below 2/eta",
            observe=lambda case, rng: above_edge(case, rng, edge=lambda norm, eta, rho: 2 / eta),
        ),
        Control(
            "gradient descent",
            "its steps lie at SAM's edge by chance at most",
            observe=lambda case, rng: above_edge(case, rng, lambda eta, rho: GD(eta)),
            everywhere=False,
        ),
    ),
)
