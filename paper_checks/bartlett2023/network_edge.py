r"""Training a small network, gradient descent and SAM each hold $\lambda_1$ close to their edge of stability."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.geometry.curvature import leading_eigenpair
from flatlab.geometry.hessian_vector import hessian_operator
from flatlab.methods import GD, SAM
from flatlab.objectives import gradient
from flatlab.theory.sam import sam_edge
from paper_checks.bartlett2023.problems.network import drawn_network

DOMAIN = {"seed": Whole(0, 10**6), "eta": Uniform(0.25, 0.35)}
STEPS, RECORDS, RHO = 1200, 8, 0.05


def training(seed, eta):
    """Return a network with its start, and the step size."""
    return drawn_network(seed, samples=100, hidden=32), eta


def late(network, start, method):
    """Return largest eigenvalue and gradient norm over the second half of a run, shape (2, RECORDS)."""
    every = STEPS // (2 * RECORDS)
    points = trajectory(method, network, start, steps=2 * RECORDS * every, record_every=every)[RECORDS + 1 :]
    slope, found = np.empty(start.size), np.empty((2, RECORDS))
    for k, w in enumerate(points):
        gradient(network, w, slope)
        found[:, k] = leading_eigenpair(hessian_operator(network, w)).value, np.linalg.norm(slope)
    return found


def top_of_gd(case, rng):
    (network, start), eta = case
    return np.median(late(network, start, GD(eta))[0])


def ratio_of_sam(case, rng, edge=sam_edge):
    (network, start), eta = case
    tops, norms = late(network, start, SAM(eta, RHO))
    return np.median(tops / np.array([edge(norm, eta, RHO) for norm in norms]))


CLAIMS = (
    Claim(
        id="bartlett2023/network-gd-edge",
        title="gradient descent trains a network at 2/eta",
        statement=r"Full-batch gradient descent trains a small network with $\lambda_1$ close to $2/\eta$.",
        source="Networks at the edge",
        origin="measured",
        kind="equality",
        relation=Equal(rtol=0.1),
        problem=training,
        observe=top_of_gd,
        expect=lambda case: 2 / case[1],
        domain=DOMAIN,
        quick=2,
        full=8,
        note="""Observed: median of lambda_1 over the second half of training. Close to is a tenth here; no source names
            a tolerance.""",
        controls=(
            Control(
                "a tenth of the step size",
                "training then ends long before the curvature reaches the edge",
                problem=lambda seed, eta: training(seed, eta / 10),
            ),
        ),
    ),
    Claim(
        id="bartlett2023/network-sam-edge",
        title="SAM trains a network at its own edge",
        statement=r"""Full-batch SAM trains a small network with $\lambda_1$ close to
            $\frac{|g|}{2\rho}(\sqrt{1+8\rho/(\eta|g|)}-1)<2/\eta$, $g$ the gradient.""",
        source=("Networks at the edge", "SAM edge"),
        origin="measured",
        kind="equality",
        relation=Equal(rtol=0.15),
        problem=training,
        observe=ratio_of_sam,
        expect=1,
        domain=DOMAIN,
        quick=2,
        full=8,
        note="""Observed: median of lambda_1 over the edge at the same iterate, over the second half of training. The
            tolerance is chosen here.""",
        controls=(
            Control(
                "the edge of gradient descent",
                "SAM stays far below 2/eta",
                observe=lambda case, rng: ratio_of_sam(case, rng, lambda norm, eta, rho: 2 / eta),
            ),
        ),
    ),
)
