"""Curvature of networks without their Hessian: products, trace and largest eigenvalue against the dense matrix."""

from functools import lru_cache

import numpy as np
from scipy import stats

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, Uniform
from flatlab.evidence.intervals import LEVEL
from flatlab.evidence.relations import AtMost, Equal
from flatlab.geometry.hessian_vector import hessian_operator, hutch_plus_plus, largest_eigenvalue
from flatlab.objectives import MultilayerPerceptron, dimension
from paper_checks.zhang2024 import _dense_hessian as witness

WIDTHS, SAMPLES, PROBES = (7, 6, 6, 4), 30, 180
DOMAIN = {
    "activation": Choice(("tanh", "gelu")),
    "loss": Choice(("squared", "cross-entropy")),
    "scale": Uniform(0.5, 1.5),
    "seed": SEED,
}
CORNERS = tuple(
    {"activation": activation, "loss": loss, "scale": 1.0, "seed": 1}
    for activation in ("tanh", "gelu")
    for loss in ("squared", "cross-entropy")
)


@lru_cache(maxsize=512)
def _problem(activation, loss, scale, seed):
    """Return a network, a point far from any minimum, and the dense Hessian there."""
    rng = np.random.default_rng(seed)
    inputs, labels = rng.standard_normal((SAMPLES, WIDTHS[0])), rng.integers(0, WIDTHS[-1], SAMPLES)
    network = MultilayerPerceptron(WIDTHS, inputs, labels, activation=activation, loss=loss)
    w = scale * rng.standard_normal(dimension(network)) / np.sqrt(WIDTHS[1])
    return network, w, witness.dense_hessian(WIDTHS, w, inputs, labels, activation, loss)


def _matrix_free(setting):
    network, w, _ = _problem(**setting)
    return hessian_operator(network, w)


def _gauss_newton(setting):
    network, w, _ = _problem(**setting)
    return witness.gauss_newton(WIDTHS, w, network.inputs, network.labels, setting["activation"], setting["loss"])


def _transposed(setting):
    """Return the Hessian of the network whose square layer stands transposed."""
    network, w, _ = _problem(**setting)
    parts = [(weights.T if k == 1 else weights, bias) for k, (weights, bias) in enumerate(witness.layers(WIDTHS, w))]
    return hessian_operator(network, np.concatenate([np.append(weights, bias) for weights, bias in parts]))


def _apart(setting, rng, of=_matrix_free):
    """Return the largest entry of the difference of the two matrices, over that of the dense one."""
    dense = _problem(**setting)[2]
    return float(np.abs(of(setting) @ np.eye(len(dense)) - dense).max() / np.abs(dense).max())


def _trace_error(setting, rng, of=_matrix_free):
    """Return the distance of the estimate from the trace, in its own standard errors."""
    found = hutch_plus_plus(of(setting), probes=PROBES, rng=rng)
    return abs(found.value - np.trace(_problem(**setting)[2])) / found.error


def _top(setting, rng, of=_matrix_free):
    """Return the largest eigenvalue and its residual, both over the largest eigenvalue of the dense matrix."""
    dense = np.linalg.eigvalsh(_problem(**setting)[2])[-1]
    found = largest_eigenvalue(of(setting))
    return [found.value / dense, found.residual / dense]


def _controls(observe):
    return (
        Control(
            "Gauss-Newton matrix",
            "away from a minimum the outputs' own curvature counts",
            observe=lambda s, rng: observe(s, rng, _gauss_newton),
        ),
        Control(
            "a transposed layer",
            "weights read by columns are another network",
            observe=lambda s, rng: observe(s, rng, _transposed),
        ),
    )


COMMON = {
    "source": "README, Curvature of networks",
    "origin": "derived",
    "domain": DOMAIN,
    "corners": CORNERS,
    "quick": 4,
    "full": 60,
}

CLAIMS = [
    Claim(
        id="zhang2024/network-hessian-products",
        title="Hessian products of a network are exact",
        statement=r"The compiled products $v\mapsto\nabla^2f(w)v$ of a network with two hidden layers are those of the "
        r"dense $\nabla^2f$, by complex steps, to rounding.",
        kind="equality",
        relation=Equal(atol=1e-12),
        observe=_apart,
        expect=lambda setting: 0.0,
        note="Observed: largest difference of two entries over the largest entry, far from any minimum, d = 118.",
        controls=_controls(_apart),
        **COMMON,
    ),
    Claim(
        id="zhang2024/network-trace",
        title="Hutch++ gives a network's trace within its own error",
        statement=rf"With {PROBES} products the estimate of $\operatorname{{tr}}\nabla^2f$ lies within Student's "
        r"quantile, of its own standard errors, of the trace of the dense Hessian.",
        kind="upper bound",
        relation=AtMost(),
        observe=_trace_error,
        expect=lambda setting: float(stats.t.ppf((1 + LEVEL) / 2, PROBES // 3 - 1)),
        note="Observed: distance from the exact trace in standard errors; the allowance is that of the suite's level.",
        controls=_controls(_trace_error)[:1],  # transposing a layer may leave the trace nearly the same
        **COMMON,
    ),
    Claim(
        id="zhang2024/network-top-eigenvalue",
        title="Lanczos iteration gives a network's largest eigenvalue",
        statement=r"The matrix-free $\lambda_1(\nabla^2f)$ is that of the dense Hessian, and its residual "
        r"$|\nabla^2f\,v-\lambda_1v|$ is rounding.",
        kind="equality",
        relation=Equal(atol=1e-11),
        observe=_top,
        expect=lambda setting: [1.0, 0.0],
        note="Observed: eigenvalue and residual over the dense matrix's largest eigenvalue.",
        controls=_controls(_top),
        **COMMON,
    ),
]
