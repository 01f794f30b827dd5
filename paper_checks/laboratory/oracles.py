"""Oracles draw their samples as they say, in order."""

from typing import NamedTuple

import numpy as np

from flatlab.compiler.options import interpreted
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform, Whole
from flatlab.evidence.relations import Close
from flatlab.objectives import CoordinateNoise, FreshNoise, LeastSquares, Noisy, Quadratic, ResidualBatch
from flatlab.objectives.questions import draw, new_sample, sample_gradient

RESIDUALS = 5


class Draws(NamedTuple):
    """Some samples of every oracle at one point, each oracle with a generator of its own."""

    d: int
    count: int
    sigma: float
    seed: int

    @property
    def curvatures(self):
        return np.linspace(1.0, 2.0, self.d)

    @property
    def w(self):
        return np.cos(1.0 + np.arange(self.d))

    @property
    def squares(self):
        """Least squares with residuals that are not linear."""
        rng = np.random.default_rng([self.seed, 9])
        return LeastSquares(
            rng.standard_normal((RESIDUALS, self.d)),
            rng.standard_normal((RESIDUALS, self.d)),
            rng.standard_normal(RESIDUALS),
            "tanh",
        )

    @property
    def rngs(self):
        return [np.random.default_rng([self.seed, k]) for k in range(4)]

    @property
    def drawn(self):
        """Return the gradients of samples one after the other, and the residuals of batches as they are drawn."""
        base, size = Quadratic(self.curvatures), (RESIDUALS, self.d)
        noise = Noisy(base, self.sigma), CoordinateNoise(base, self.sigma * self.curvatures), FreshNoise(base, 0.7, 1)
        batch = ResidualBatch(LeastSquares(np.ones(size), np.zeros(size), np.zeros(RESIDUALS)), self.count)
        found, out, rngs = [], np.empty(self.d), self.rngs
        with interpreted():
            for objective, rng in zip(noise, rngs):
                sample = new_sample(objective, self.w)
                for _ in range(self.count):
                    draw(objective, sample, rng)
                    sample_gradient(objective, sample, self.w, out)
                    found += [*out]
            sample = new_sample(batch, self.w)
            draw(batch, sample, rngs[3])
        return [*found, *sample]

    def defined(self, before=0):
        """Return what ``drawn`` returns, by the definitions; ``before`` draws more are made first."""
        spread = self.sigma / np.sqrt(self.d), self.sigma * self.curvatures
        found, rngs = [], self.rngs
        for rng, deviation in zip(rngs, spread):
            for _ in range(before):
                rng.standard_normal(self.d)
            for _ in range(self.count):
                found += [*(self.curvatures * self.w + deviation * rng.standard_normal(self.d))]
        for t in range(self.count):
            push = np.zeros(self.d)
            push[1 + (before + t) % (self.d - 1)] = 0.7 if rngs[2].random() < 0.5 else -0.7
            found += [*(self.curvatures * self.w + push)]
        return [*found, *(rngs[3].integers(0, RESIDUALS) for _ in range(self.count))]


CLAIM = Claim(
    id="laboratory/oracles",
    title="samples as they are drawn",
    statement=r"""The $t$-th sample of an oracle is made of the generator's next numbers: normal ones in the order
        of the coordinates, a fair sign on coordinate $f+(t\ \mathrm{mod}\ (d-f))$ at $t=0,1,\dots$, or the indices of a
        batch.""",
    observe=lambda p, rng: p.drawn,
    expect=Draws.defined,
    controls=(
        Control("one sample later", "other numbers are drawn", expect=lambda p: p.defined(before=1)),
        Control("another seed", "other numbers are drawn", observe=lambda p, rng: p._replace(seed=p.seed ^ 1).drawn),
    ),
    source="Oracles and observables",
    origin="derived",
    kind="equality",
    relation=Close(rtol=1e-14),
    problem=Draws,
    domain={"d": Whole(2, 6), "count": Whole(1, 6), "sigma": LogUniform(0.1, 10.0), "seed": SEED},
    quick=5,
    full=200,
    seconds=0.001,
)
