r"""With $\rho=s=0$ SAM, USAM, ASAM, RSAM, noise injection and NSO reach the point of SGD, bit for bit."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.relations import Equal
from flatlab.learning.protocol import fine_tune
from flatlab.methods import ASAM, GD, NSO, RSAM, SAM, USAM, HeavyBall, NoiseInjection
from paper_checks.zhang2024.problems.networks import prepare

ETA, STEPS = 0.05, 40


def methods(r):
    """Return methods with radius or noise r; the same sample serves all gradients of a step."""
    return (
        SAM(ETA, r),
        USAM(ETA, r),
        ASAM(ETA, r),
        RSAM(ETA, r, r / 20),
        NoiseInjection(ETA, r, 1),
        NoiseInjection(ETA, r, 2, shared_sample=True),
        NSO(ETA, r, 1),
        NSO(ETA, r, 2, shared_sample=True),
        NSO(ETA, r, 3, shared_sample=True),
    )


def distances(s, rng, radius=0.0):
    """Return the largest difference of a coordinate from the end of SGD, for each method."""
    task, start = prepare(s.seed)

    def end(method):
        method = HeavyBall(method, 0.9, 0.001)
        budget = STEPS * method.gradients_per_step
        return fine_tune(method, task, start, seed=s.seed, budget=budget, records=1).points[-1]

    plain = end(GD(ETA))
    return [np.abs(end(method) - plain).max() for method in methods(radius)]


CLAIM = Claim(
    id="zhang2024/radius-zero",
    title="without radius the methods are one",
    statement=r"""With $\rho=s=0$, one base optimiser and the same mini-batches, SAM, USAM, ASAM, RSAM, noise injection
        at one and two points and NSO (k = 1, 2, 3) reach the point of SGD, $\max_i|w_i-w_i^{\mathrm{SGD}}|=0$, bit for
        bit.""",
    source="Methods without radius",
    origin="derived",
    kind="equality",
    relation=Equal(),
    observe=distances,
    expect=0,
    domain={"seed": Whole(0, 10**6)},
    quick=1,
    full=6,
    seconds=0.11,
    few="ten runs on a network, twice",
    note="""With momentum 0.9 and weight decay; gradients in single precision, so that the mean of equal ones, taken in
        double, is exact. RS and SAP are left out: they step along the full gradient, and without radius RS adds
        nothing to it but the rounding of its projection, SAP the part of a sample's gradient across it. Weight decay
        and label smoothing have no radius; at 0 they are SGD's own code.""",
    controls=(
        Control(
            "radius 0.001",
            "a radius moves every method, however little",
            observe=lambda s, rng: min(distances(s, rng, radius=1e-3)),
        ),
    ),
)
