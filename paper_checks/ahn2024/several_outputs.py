r"""Samples with $C$ outputs: the drift of a mini-batch of $B$ is $1/(BC)$ of $\frac{\rho^2}{2}P\nabla\mathrm{tr}$."""

from itertools import combinations
from typing import NamedTuple

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform
from flatlab.evidence.relations import Equal
from paper_checks.ahn2024.problems.gradients import (
    SIZE,
    SampleModels,
    sample_models,
    sharpness_aware_mean,
    sign_patterns,
)


class Samples(NamedTuple):
    """Models of the outputs of all samples, one sample after the other, with the sizes of a setting."""

    models: SampleModels
    n: int
    outputs: int
    batch: int
    rho: float

    @property
    def stated(self):
        """The law, with the derivative along the tangent of tr Hess f = (1/n) sum |grad p|^2 over all outputs."""
        models = self.models.objective
        slope = 2 / self.n * np.einsum("ij,ijk,k->", models.gradients, models.hessians, self.models.tangent)
        return self.rho**2 / 2 * slope / (self.batch * self.outputs)

    def drift(self, signs):
        """Return the gradient of f_S = (1/B) sum r^2/2 at moved points along the tangent, a mean over batches and r."""
        back, found = np.linalg.pinv(self.models.objective.gradients), []
        for r in signs:
            for chosen in combinations(range(self.n), self.batch):
                batch = [i * self.outputs + c for i in chosen for c in range(self.outputs)]
                found.append(sharpness_aware_mean(self.models.objective, back @ (SIZE * r), self.rho, batch))
        return self.outputs * float(np.mean(found, axis=0) @ self.models.tangent)  # a batch's mean is over outputs too


def samples(shape, batch, rho, seed, **breach):
    n, outputs = shape
    return Samples(sample_models(n * outputs, seed, **breach), n, outputs, batch, rho)


def unequal(**setting):
    return samples(**setting, norms=np.where(np.arange(np.prod(setting["shape"])) % 2, 10.0, 1.0))


def observe(p, rng):
    return p.drift(sign_patterns(p.n * p.outputs))


CLAIM = Claim(
    id="ahn2024/several-outputs",
    title="the drift falls as one over batch size and outputs",
    statement=r"""With $C$ outputs a sample, orthogonal gradients of equal norm of all of them and residuals $\pm r$ of
        independent signs, the drift of a mini-batch of $B$ is
        $\frac{\rho^2}{2}\cdot\frac{1}{BC}P_T\nabla\mathrm{tr}\,\nabla^2f$.""",
    source="A bad minimum",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-6),
    problem=samples,
    observe=observe,
    expect=lambda p: p.stated,
    domain={
        "shape": Choice(((2, 2), (2, 3), (3, 2))),
        "batch": Choice((1, 2)),
        "rho": LogUniform(0.003, 0.03),
        "seed": SEED,
    },
    corners=(
        {"shape": (2, 3), "batch": 1, "rho": 0.01, "seed": 1},
        {"shape": (2, 3), "batch": 2, "rho": 0.01, "seed": 1},
        {"shape": (3, 2), "batch": 2, "rho": 0.03, "seed": 2},
    ),
    quick=5,
    full=197,
    seconds=0.011,
    few="exact means over all signs and batches",
    note="Shape: n and C. The mean over signs, batches and residual signs is exact.",
    controls=(
        Control("one over the batch size alone", "as if there were one output", expect=lambda p: p.stated * p.outputs),
        Control("norms of 1 and 10", "the output of the longer gradient takes the direction", problem=unequal),
        Control(
            "parallel gradients",
            "outputs that pull the same way lose nothing",
            problem=lambda **setting: samples(**setting, parallel=True),
            observe=lambda p, rng: p.drift([np.ones(p.n * p.outputs)]),
        ),
    ),
)
