"""Oracles draw their samples as they say, in order, and observables read off a point what they say."""

from typing import NamedTuple

import numpy as np

from flatlab import trajectory
from flatlab.compiler.options import interpreted
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform, Whole
from flatlab.evidence.relations import Close
from flatlab.methods import NoiseInjection, TwoPoint
from flatlab.methods.noise_laws import Rademacher, norm_moments
from flatlab.objectives import CoordinateNoise, FreshNoise, LeastSquares, Noisy, Quadratic, ResidualBatch
from flatlab.objectives import observables as seen
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
        """Return the same by the definitions; ``before`` draws more are made first."""
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


def moves(p, rng, later=0):
    """Return a step of the two-point method, and the second and fourth power of the length of fair signs."""
    objective, chance = Quadratic(p.curvatures), np.random.default_rng(p.seed)
    chance.standard_normal(later)
    step = p.w - trajectory(TwoPoint(1.0, 0.5), objective, p.w, steps=1, rng=chance)[-1]
    signs = NoiseInjection(1.0, p.sigma, law=Rademacher())
    noise = p.w - trajectory(signs, Quadratic(np.ones(p.d)), p.w, steps=1, rng=chance)[-1] - p.w
    return [*step, np.linalg.norm(noise) ** 2, np.linalg.norm(noise) ** 4]


def stated_moves(p):
    direction = np.random.default_rng(p.seed).standard_normal(p.d)
    return [*((p.curvatures * p.w) @ direction * direction), *norm_moments(Rademacher(), p.sigma, p.d)]


def read(p, point=1.0):
    """Return every observable at the point."""
    objective, other = Quadratic(p.curvatures), point * np.sin(1.0 + np.arange(p.d))
    each = seen.Loss(), seen.GradientNorm(), seen.SquaredGradientNorm(), seen.Coordinate(p.d - 1)
    each = *each, seen.Distance(other), seen.CycleDistance(other), seen.CycleDistance(-other)
    with interpreted():
        return [seen.observe(one, objective, p.w) for one in each]


def defined(p):
    grad, other = p.curvatures * p.w, np.sin(1.0 + np.arange(p.d))
    near, far = np.linalg.norm(p.w - other), np.linalg.norm(p.w + other)
    return [p.w @ grad / 2, np.linalg.norm(grad), grad @ grad, abs(p.w[-1]), near, *[min(near, far)] * 2]


SHARED = {
    "source": "Oracles and observables",
    "origin": "derived",
    "kind": "equality",
    "relation": Close(rtol=1e-14),
    "problem": Draws,
    "domain": {"d": Whole(2, 6), "count": Whole(1, 6), "sigma": LogUniform(0.1, 10.0), "seed": SEED},
    "quick": 5,
    "full": 200,
    "seconds": 0.001,
}
CLAIMS = (
    Claim(
        id="laboratory/oracles",
        title="samples as they are drawn",
        statement=r"""The $t$-th sample of an oracle is made of the generator's next numbers: normal ones in the order
            of the coordinates, a fair sign on coordinate $f+(t\bmod(d-f))$ at $t=0,1,\dots$, or the indices of a
            batch.""",
        observe=lambda p, rng: p.drawn,
        expect=Draws.defined,
        controls=(Control("one sample later", "other numbers are drawn", expect=lambda p: p.defined(before=1)),),
        **SHARED,
    ),
    Claim(
        id="laboratory/random-steps",
        title="a two-point step, and fair signs",
        statement=r"""On a quadratic the two-point step is $-\eta(g\cdot U)U$ with $g$ the gradient and $U$ the
            generator's next normal numbers; $|U|^2=ds^2$ and $|U|^4=d^2s^4$ for fair signs of size $s$ are $E|U|^2$
            and $E|U|^4$.""",
        observe=moves,
        expect=stated_moves,
        controls=(Control("numbers later", "another direction", observe=lambda p, rng: moves(p, rng, later=1)),),
        **{**SHARED, "relation": Close(rtol=1e-12)},
    ),
    Claim(
        id="laboratory/observables",
        title="what observables read off a point",
        statement=r"""Value, length of the gradient and its square, $|w_d|$, $|w-c|$ and $\min(|w-c|,|w+c|)$ are read
            off a point.""",
        observe=lambda p, rng: read(p),
        expect=defined,
        controls=(Control("twice the other point", "it is further away", observe=lambda p, rng: read(p, 2.0)),),
        **SHARED,
    ),
)
