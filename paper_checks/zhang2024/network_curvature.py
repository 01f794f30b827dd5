r"""Products, trace and largest eigenvalue of a network's Hessian without the Hessian are those of the dense matrix."""

import numpy as np
from scipy import stats

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, Uniform
from flatlab.evidence.intervals import LEVEL
from flatlab.evidence.relations import AtMost, Equal
from flatlab.geometry.hessian_vector import hutch_plus_plus, largest_eigenvalue
from paper_checks.zhang2024.problems.dense_hessian import curved_network

PROBES = 180
ACTIVATIONS, LOSSES = ("tanh", "gelu"), ("squared", "cross-entropy")


def difference(p, rng, of="matrix_free"):
    """Return the largest entry of the difference of the two matrices, over that of the dense one."""
    return np.abs(getattr(p, of) @ np.eye(len(p.dense)) - p.dense).max() / np.abs(p.dense).max()


def trace_error(p, rng, of="matrix_free"):
    """Return the distance of the estimate from the trace, in its own standard errors."""
    found = hutch_plus_plus(getattr(p, of), probes=PROBES, rng=rng)
    return abs(found.value - np.trace(p.dense)) / found.error


def top_and_residual(p, rng, of="matrix_free"):
    """Return the largest eigenvalue and its residual, both over the largest eigenvalue of the dense matrix."""
    found = largest_eigenvalue(getattr(p, of))
    return np.array([found.value, found.residual]) / np.linalg.eigvalsh(p.dense)[-1]


def controls(observe):
    return (
        Control(
            "Gauss-Newton matrix",
            "away from a minimum the outputs' own curvature counts",
            observe=lambda p, rng: observe(p, rng, "gauss_newton"),
        ),
        Control(
            "a transposed layer",
            "weights read by columns are another network",
            observe=lambda p, rng: observe(p, rng, "transposed"),
        ),
    )


COMMON = {
    "source": "Curvature of networks",
    "origin": "derived",
    "problem": curved_network,
    "domain": {"activation": Choice(ACTIVATIONS), "loss": Choice(LOSSES), "scale": Uniform(0.5, 1.5), "seed": SEED},
    "corners": tuple(
        {"activation": activation, "loss": loss, "scale": 1.0, "seed": 1}
        for activation in ACTIVATIONS
        for loss in LOSSES
    ),
    "quick": 4,
    "full": 200,
}

CLAIMS = (
    Claim(
        id="zhang2024/network-hessian-products",
        title="Hessian products of a network are exact",
        statement=r"""The compiled products $v\mapsto\nabla^2f(w)v$ of a network with two hidden layers are those of the
            dense $\nabla^2f$, by complex steps, to rounding.""",
        kind="equality",
        relation=Equal(atol=1e-12),
        observe=difference,
        expect=0,
        note="Observed: largest difference of two entries over the largest entry, far from any minimum, d = 118.",
        controls=controls(difference),
        **COMMON,
    ),
    Claim(
        id="zhang2024/network-trace",
        title="Hutch++ gives a network's trace within its own error",
        statement=rf"""With {PROBES} products the estimate of $\operatorname{{tr}}\nabla^2f$ lies within Student's
            quantile, of its own standard errors, of the trace of the dense Hessian.""",
        kind="upper bound",
        relation=AtMost(),
        observe=trace_error,
        expect=stats.t.ppf((1 + LEVEL) / 2, PROBES // 3 - 1),
        note="Observed: distance from the exact trace in standard errors; the allowance is that of the suite's level.",
        controls=controls(trace_error)[:1],  # transposing a layer may leave the trace nearly the same
        **COMMON,
    ),
    Claim(
        id="zhang2024/network-top-eigenvalue",
        title="Lanczos iteration gives a network's largest eigenvalue",
        statement=r"""The matrix-free $\lambda_1(\nabla^2f)$ is that of the dense Hessian, and its residual
            $|\nabla^2f\,v-\lambda_1v|$ is rounding.""",
        kind="equality",
        relation=Equal(atol=1e-11),
        observe=top_and_residual,
        expect=(1, 0),
        note="Observed: eigenvalue and residual over the dense matrix's largest eigenvalue.",
        controls=controls(top_and_residual),
        **COMMON,
    ),
)
