"""Training a network: gradient descent and SAM each sit at their edge of stability."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.methods import GD, SAM
from flatlab.theory.sam import sam_edge
from paper_checks.bartlett2023._network import drawn_network, late_curvature

EDGE = "Long and Bartlett, arXiv 2309.12488, in words (README, SAM edge)"
DOMAIN = {"seed": Whole(0, 10**6), "eta": Uniform(0.25, 0.35)}
SAMPLES, HIDDEN, STEPS = 100, 32, 1200


def _gd_ratio(setting, eta=None):
    """Return the median of lambda_1 eta / 2 over the second half of training."""
    eta = setting["eta"] if eta is None else eta
    network, start = drawn_network(setting["seed"], SAMPLES, HIDDEN)
    return float(np.median(late_curvature(network, start, GD(eta), STEPS)[0]) * eta / 2)


GD_EDGE = Claim(
    id="bartlett2023/network-gd-edge",
    title="gradient descent trains a network at 2/eta",
    statement=r"Full-batch gradient descent trains a small network with $\lambda_1$ close to $2/\eta$.",
    source=EDGE,
    origin="reconstructed",
    kind="equality",
    relation=Equal(rtol=0.1),
    observe=lambda setting, rng: _gd_ratio(setting),
    expect=lambda setting: 1.0,
    domain=DOMAIN,
    quick=2,
    full=8,
    note="Observed: median of lambda_1 eta / 2 over the second half of training. Close to is a tenth here; the "
    "source names no tolerance.",
    controls=(
        Control(
            "a tenth of the step size",
            "training then ends long before the curvature reaches the edge",
            observe=lambda s, rng: _gd_ratio(s, s["eta"] / 10),
        ),
    ),
)


def _sam_ratio(setting, edge, rho=0.05):
    network, start = drawn_network(setting["seed"], SAMPLES, HIDDEN)
    top, norm = late_curvature(network, start, SAM(setting["eta"], rho), STEPS)
    return float(np.median(top / np.array([edge(length, setting["eta"], rho) for length in norm])))


SAM_EDGE = Claim(
    id="bartlett2023/network-sam-edge",
    title="SAM trains a network at its own edge",
    statement=r"Full-batch SAM trains a small network with $\lambda_1$ close to "
    r"$\frac{|g|}{2\rho}(\sqrt{1+8\rho/(\eta|g|)}-1)<2/\eta$, $g$ the gradient.",
    source=EDGE + "; formula derived there",
    origin="reconstructed",
    kind="equality",
    relation=Equal(rtol=0.15),
    observe=lambda setting, rng: _sam_ratio(setting, sam_edge),
    expect=lambda setting: 1.0,
    domain=DOMAIN,
    quick=2,
    full=8,
    note="Observed: median of lambda_1 over the edge at the same iterate, over the second half of training. The "
    "source states that the edge depends on the gradient norm and lies below 2/eta; the tolerance is chosen here.",
    controls=(
        Control(
            "the edge of gradient descent",
            "SAM stays far below 2/eta",
            observe=lambda s, rng: _sam_ratio(s, lambda length, eta, rho: 2 / eta),
        ),
    ),
)
