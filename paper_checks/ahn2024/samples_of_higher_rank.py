r"""Where the Hessian of a sample has rank $k$, sharpness-aware steps gain $d/k$ over random smoothing and not $d$."""

from typing import NamedTuple

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform, Whole
from flatlab.evidence.relations import Equal
from paper_checks.ahn2024.enclosures.samples_of_higher_rank import ENCLOSURE
from paper_checks.ahn2024.problems.gradients import (
    SIZE,
    SampleModels,
    Smoothed,
    sample_models,
    sharpness_aware_mean,
    sign_patterns,
)


class Outputs(NamedTuple):
    """Models of n samples with k outputs each, in one list, sample by sample, and the radius."""

    models: SampleModels
    k: int
    rho: float


def outputs(n, k, rho, seed):
    return Outputs(sample_models(n * k, seed), k, rho)


def gain(p, rng, blocks=True):
    """Return k times the drift of SAP over that of random smoothing, a mean over samples, signs and residual signs.

    A sample's loss is the sum over its outputs, k times the mean over them.
    """
    objective, tangent, k = p.models.objective, p.models.tangent, p.k if blocks else 1
    count = len(objective.gradients)
    inverse, drifts = np.linalg.pinv(objective.gradients), []
    for signs in sign_patterns(k):
        w = inverse @ (SIZE * np.tile(signs, count // k))
        batches = [tuple(range(i, i + k)) for i in range(0, count, k)]
        moves = [sharpness_aware_mean(objective, w, p.rho, batch) for batch in batches]
        drifts.append(np.mean(moves, axis=0) @ tangent)
    # f is here the mean over all outputs, of which a sample's loss has k times as much
    return np.mean(drifts) / (Smoothed(objective, np.zeros(tangent.size), p.rho).mean @ tangent)


CLAIM = Claim(
    id="ahn2024/samples-of-higher-rank",
    title="samples of higher rank gain less",
    statement=r"""Where a sample's loss is $\frac12\sum_{c\le k}r_c^2$, so that its Hessian at a minimum has rank $k$,
        with orthogonal gradients of equal norm and residuals of independent signs, the drift of SAP with single samples
        is $d/k$ times that of random smoothing at equal $\rho$: Theorem 2's factor $d$ is that of rank one.""",
    source=("Batch size", "Where Theorem 2 does not apply"),
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-4),
    problem=outputs,
    observe=gain,
    expect=lambda p: p.models.tangent.size / p.k,
    domain={"n": Whole(1, 3), "k": Whole(2, 4), "rho": LogUniform(0.003, 0.03), "seed": SEED},
    corners=({"n": 3, "k": 2, "rho": 0.01, "seed": 1},),
    quick=4,
    full=199,
    seconds=0.005,
    controls=(
        Control(
            "each output a sample of its own",
            "samples of rank one have the whole gain",
            observe=lambda p, rng: gain(p, rng, blocks=False),
        ),
    ),
    enclosure=ENCLOSURE,
)
