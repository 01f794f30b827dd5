r"""Where trace and largest eigenvalue part ways both perturbations follow the trace."""

from typing import NamedTuple

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform, Uniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.objectives import QuadraticModels, hessian
from paper_checks.ahn2024.enclosures.trace_not_largest_eigenvalue import ENCLOSURE
from paper_checks.ahn2024.problems.gradients import Smoothed, gradient_at, sharpness_aware_mean


class Slopes(NamedTuple):
    """Models at a minimum, a tangent, and the slopes along it of the largest and of the other eigenvalues together."""

    objective: QuadraticModels
    tangent: np.ndarray
    rho: float
    top: float
    rest: float


def slopes(n, top, rest, rho, seed):
    """Return :class:`Slopes` for orthogonal gradients, the first the longest."""
    rng = np.random.default_rng(seed)
    frame = np.linalg.qr(rng.standard_normal((n + 2, n + 2)))[0]
    lengths = np.append(2.0, rng.uniform(0.5, 1.5, n - 1))
    rises = np.append(top, np.full(n - 1, rest / (n - 1))) * n / (2 * lengths)
    outer = frame[:n, :, None] * frame[n]
    bends = rises[:, None, None] * (outer + outer.transpose(0, 2, 1))
    return Slopes(QuadraticModels(frame[:n] * lengths[:, None], bends), frame[n], rho, top, rest)


def along(p, vector):
    """Return the part along the tangent over rho^2/2."""
    return vector @ p.tangent / (p.rho**2 / 2)


def both(p, rng):
    """Return the mean drift of SAP, over samples and signs, and d times that of random smoothing, over the sphere."""
    origin, slopes_of = np.zeros(p.tangent.size), p.objective.gradients
    moves = [sharpness_aware_mean(p.objective, origin, p.rho, (i,), slope) for i, slope in enumerate(slopes_of)]
    return along(p, np.mean(moves, axis=0)), origin.size * along(p, Smoothed(p.objective, origin, p.rho).mean)


def full_batch(p, rng):
    """Return the drift of the full gradient at points moved along the direction of the largest curvature."""
    move = p.rho * np.linalg.eigh(hessian(p.objective, np.zeros(p.tangent.size)))[1][:, -1]
    return along(p, (gradient_at(p.objective, move) + gradient_at(p.objective, -move)) / 2)


CLAIM = Claim(
    id="ahn2024/trace-not-largest-eigenvalue",
    title="both perturbations follow the trace where the largest eigenvalue goes another way",
    statement=r"""At a minimum that all models fit, of normal curvatures $\lambda_1>\lambda_2,\dots,\lambda_n$, the mean
        perturbation of SAP along a tangent $t$ is $\frac{\rho^2}2t\cdot\nabla\sum\lambda_i$, and so is $d$ times
        that of random smoothing, whatever $t\cdot\nabla\lambda_1$ is: it is 0 where the trace is stationary along
        $t$, and unchanged where $\lambda_1$ is.""",
    source=("Where trace and largest eigenvalue part ways", "Drift of the sharpness-aware perturbation"),
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9, atol=1e-8),
    problem=slopes,
    observe=both,
    expect=lambda p: p.top + p.rest,
    domain={
        "n": Whole(2, 8),
        "top": Uniform(-1, 1),
        "rest": Uniform(-1, 1),
        "rho": LogUniform(1e-3, 1.0),
        "seed": SEED,
    },
    corners=(
        {"n": 3, "top": 1.0, "rest": -1.0, "rho": 0.1, "seed": 1},
        {"n": 3, "top": 0.0, "rest": 1.0, "rho": 0.1, "seed": 1},
    ),
    quick=3,
    full=198,
    seconds=0.002,
    note=r"""Observed over $\rho^2/2$; top and rest are the slopes of $\lambda_1$ and of the other eigenvalues together.
        The means are exact.""",
    controls=(
        Control(
            "the full batch, moved along its largest curvature",
            "it follows the largest eigenvalue",
            observe=full_batch,
            change=lambda s: s if abs(s.rest) > 0.01 else None,
        ),
    ),
    enclosure=ENCLOSURE,
)
