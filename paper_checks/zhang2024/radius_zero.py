r"""With $\rho=s=0$ SAM, USAM, ASAM, RSAM, noise injection and NSO reach the point of SGD, bit for bit."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice
from flatlab.evidence.relations import Equal
from flatlab.learning.protocol import fine_tune
from flatlab.learning.tasks import Labelled, Task
from flatlab.methods import ASAM, GD, NSO, RSAM, SAM, USAM, HeavyBall, NoiseInjection
from flatlab.objectives import initial_weights

INPUTS, HIDDEN, CLASSES, SAMPLES = 2, 4, 3, 16
ETA, STEPS = 0.05, 3


def methods(r, shared=True):
    """Return methods with radius or noise r; one sample serves a step, or each point or pair has its own."""
    return (
        SAM(ETA, r),
        USAM(ETA, r),
        ASAM(ETA, r),
        RSAM(ETA, r, r / 20),
        NoiseInjection(ETA, r, 1),
        NoiseInjection(ETA, r, 2, shared_sample=shared),
        NSO(ETA, r, 1),
        NSO(ETA, r, 2, shared_sample=shared),
        NSO(ETA, r, 3, shared_sample=shared),
    )


WITHOUT = methods(0.0)


def distances(s, rng, of=WITHOUT):
    """Return the largest difference of a coordinate from the end of SGD, for each method."""
    draws = np.random.default_rng(s.seed)
    part = Labelled(draws.standard_normal((SAMPLES, INPUTS)), draws.integers(0, CLASSES, SAMPLES))
    task = Task("drawn", part, part, part, part, CLASSES, CLASSES)
    start = initial_weights([INPUTS, HIDDEN, CLASSES], draws)

    def end(method):
        method = HeavyBall(method, 0.9, 0.001)
        cost = {"budget": STEPS * method.gradients_per_step, "batch": s.batch, "records": 1}
        return fine_tune(method, task, start, seed=s.seed, loss=s.loss, hidden=HIDDEN, **cost).points[-1]

    plain = end(GD(ETA))
    return [np.abs(end(method) - plain).max() for method in of]


CLAIM = Claim(
    id="zhang2024/radius-zero",
    title="without radius the methods are one",
    statement=r"""With $\rho=s=0$, one base optimiser and the same mini-batches, whose size is a power of two, SAM,
        USAM, ASAM, RSAM, noise injection at one and two points and NSO (k = 1, 2, 3) reach the point of SGD,
        $\max_i|w_i-w_i^{\mathrm{SGD}}|=0$, bit for bit.""",
    source="Methods without radius",
    origin="derived",
    kind="equality",
    relation=Equal(),
    observe=distances,
    expect=0,
    domain={"batch": Choice((1, 2, 4, 8)), "loss": Choice(("squared", "cross-entropy")), "seed": SEED},
    hypotheses={"the batch's size is a power of two": lambda s: s.batch & (s.batch - 1) == 0},
    quick=5,
    full=200,
    seconds=0.0095,
    note="""With momentum 0.9 and weight decay; gradients in single precision. RS and SAP are left out: they step along
        the full gradient, and without radius RS adds nothing to it but the rounding of its projection, SAP the part of
        a sample's gradient across it. Weight decay and label smoothing have no radius; at 0 they are SGD's own
        code.""",
    controls=(
        Control(
            "radius 0.001",
            "a radius moves every method, however little",
            observe=lambda s, rng: min(distances(s, rng, methods(1e-3))),
        ),
        Control(
            "a mini-batch for each pair",
            "NSO of two or three pairs then averages the gradients of as many mini-batches",
            observe=lambda s, rng: min(distances(s, rng, methods(0.0, shared=False)[-2:])),
        ),
    ),
)
