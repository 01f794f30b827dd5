r"""A step of GD multiplies the gradient along the top eigenvector of the mean Hessian by $1-\eta\bar\lambda$."""

from typing import Any

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.relations import Equal
from flatlab.geometry.curvature import leading_eigenpair
from flatlab.geometry.hessian_vector import hessian_operator
from flatlab.methods import GD, SAM
from paper_checks.bartlett2023.problems.network import RHO, TRAINING, gradients, training

NODES, WEIGHTS = np.polynomial.legendre.leggauss(5)


def bounce(case, rng, method: Any = GD, whole=True):
    """Return ``v . g_{t+1} + (eta lambda - 1) v . g_t``, over |g_t|, at the end of a run.

    lambda and v are the leading eigenpair of the mean Hessian along the step; not whole, of the Hessian before it.
    """
    (network, start), eta, steps = case
    end = trajectory(method(eta), network, start, steps=steps, record_every=steps)[-1]
    before, after = points = trajectory(method(eta), network, end, steps=1)
    nodes = (1 + NODES) / 2 if whole else np.zeros(5)
    along = [w / 2 * hessian_operator(network, before + x * (after - before)) for x, w in zip(nodes, WEIGHTS)]
    top = leading_eigenpair(sum(along[1:], along[0]))
    now, then = gradients(network, points) @ top.vector / np.linalg.norm(gradients(network, points[:1]))
    return then + (eta * top.value - 1) * now


CLAIM = Claim(
    id="bartlett2023/network-gd-edge",
    title="what a step of gradient descent on a network does to the gradient along the sharpest direction",
    statement=r"""With the leading eigenpair $\bar\lambda,\bar v$ of the mean Hessian along a step of GD in training a
        network, $\bar v\cdot g_{t+1}=-(\eta\bar\lambda-1)\,\bar v\cdot g_t$.""",
    source="Networks at the edge",
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-7),
    problem=training,
    observe=bounce,
    expect=0,
    domain={**TRAINING, "steps": Whole(20, 900, log=True)},
    corners=({"seed": 3, "eta": 0.35, "steps": 300},),
    quick=2,
    full=40,
    seconds=0.35,
    few="a network is trained, and an eigenpair found by products with its Hessian",
    note="""Observed: both sides' difference over |g_t| in a step at the end of a run. The tolerance is the error of the
        quadrature with five points along the step. Where the eigenvalue is positive the size grows exactly beyond the
        edge 2 / eta; that training gets there is no part of the claim.""",
    controls=(
        Control(
            "SAM",
            "its steps are not along the gradient",
            observe=lambda case, rng: bounce(case, rng, lambda eta: SAM(eta, RHO)),
        ),
        Control(
            "the Hessian before the step",
            "the bounce sees the mean along the step",
            observe=lambda case, rng: bounce(case, rng, whole=False),
            change={"seed": 3, "eta": 0.35, "steps": 300},
        ),
    ),
)
