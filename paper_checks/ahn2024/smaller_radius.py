r"""With $\rho_{\rm SAP}=\rho_{\rm RS}/2$ on a diagonal network of $d=40$ the drift of SAP is $d/4=10$ times larger."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform
from flatlab.evidence.relations import Equal
from flatlab.geometry.limit_map import limit_map, trace_gradient_along
from flatlab.objectives import DiagonalNetwork
from paper_checks.ahn2024.problems.features import sign_features
from paper_checks.ahn2024.problems.gradients import Smoothed, sharpness_aware_mean


def network(rho, seed):
    rng = np.random.default_rng(seed)
    objective = DiagonalNetwork(sign_features(rng, 10, 20), rng.standard_normal(10))
    return Smoothed(objective, limit_map(objective, rng.uniform(0.5, 1.5, 40)), rho)


def observe(p, rng, share=0.5):
    """Return the drift of SAP at a share of the radius over that of random smoothing, along the trace's gradient."""
    along = trace_gradient_along(p.objective, p.w)
    slopes = np.hstack([p.objective.features, -p.objective.features]) * (2 * p.w)
    moves = [sharpness_aware_mean(p.objective, p.w, share * p.rho, (i,), slope) for i, slope in enumerate(slopes)]
    return (np.mean(moves, axis=0) @ along) / ((p.mean - p.gradient) @ along)


CLAIM = Claim(
    id="ahn2024/smaller-radius",
    title="sharpness-aware steps win with a smaller radius too",
    statement=r"""With $\rho_{\rm SAP}=\rho_{\rm RS}/2$ on a diagonal network of $d=40$ the drift of SAP is
        $d/4=10$ times larger.""",
    source=("Drift of the smoothed perturbation", "Drift of the sharpness-aware perturbation"),
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-6),
    problem=network,
    observe=observe,
    expect=10,
    domain={"rho": LogUniform(1e-3, 0.3), "seed": SEED},
    corners=({"rho": 0.1, "seed": 1},),
    quick=4,
    full=199,
    seconds=0.004,
    controls=(
        Control("no radius factor", "the drift is quadratic in it", observe=lambda p, rng: observe(p, rng, share=1.0)),
        Control("random smoothing's factor", "without the gain of d it would be a quarter", expect=0.25),
    ),
)
