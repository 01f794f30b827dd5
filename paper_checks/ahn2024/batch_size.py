r"""With orthogonal gradients of equal norm the drift of a mini-batch is $1/B$ of that of one sample."""

from typing import NamedTuple

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform
from flatlab.evidence.relations import Equal
from flatlab.theory.sam import batch_factor
from paper_checks.ahn2024.enclosures.batch_size import ENCLOSURE
from paper_checks.ahn2024.problems.gradients import SampleModels, sample_models, sign_patterns


class Batches(NamedTuple):
    """Models of n samples, the size of a mini-batch, and the radius."""

    models: SampleModels
    n: int
    batch: int
    rho: float


def batches(n, batch, rho, seed, **breach):
    return Batches(sample_models(n, seed, **breach), n, batch, rho)


def unequal(**setting):
    return batches(**setting, norms=np.where(np.arange(setting["n"]) % 2, 10.0, 1.0))


def observe(p, rng):
    return p.models.batch_ratio(p.batch, p.rho, sign_patterns(p.n))


def equal_signs(p, rng):
    return p.models.batch_ratio(p.batch, p.rho, [np.ones(p.n)])


CLAIM = Claim(
    id="ahn2024/batch-size",
    title="the drift falls as one over the batch size",
    statement=r"""With orthogonal gradients of equal norm and residuals $\pm r$ of independent signs the drift of
        a mini-batch is $1/B$ of that of one sample.""",
    source="Batch size",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-4),
    problem=batches,
    observe=observe,
    expect=lambda p: batch_factor(p.batch),
    domain={"n": Choice((4, 5)), "batch": Choice((2, 3, 4)), "rho": LogUniform(0.003, 0.03), "seed": SEED},
    corners=tuple({"n": 5, "batch": batch, "rho": 0.01, "seed": 1} for batch in (2, 3, 5)),
    quick=1,
    seconds=0.031,
    few="exact means over all signs and batches",
    full=197,
    note="The mean over signs, batches and residual signs is exact.",
    controls=(
        Control("norms of 1 and 10", "the sample of the longer gradient takes the direction", problem=unequal),
        Control(
            "parallel gradients",
            "samples that pull the same way lose nothing",
            problem=lambda **setting: batches(**setting, parallel=True),
            observe=equal_signs,
        ),
        Control(
            "fixed residual signs",
            "the cross terms of the samples stay, and hardly ever cancel each other",
            problem=lambda **setting: batches(**setting, rise=0.2),
            observe=equal_signs,
            everywhere=False,
        ),
        Control("no loss", "a larger batch would be as good", expect=1),
    ),
    enclosure=ENCLOSURE,
)
