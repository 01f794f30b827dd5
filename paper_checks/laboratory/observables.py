"""Observables read off a point what they say, and random methods use the generator's numbers as they say."""

from typing import NamedTuple

import numpy as np

from flatlab import trajectory
from flatlab.compiler.options import interpreted
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform, Whole
from flatlab.evidence.relations import Close
from flatlab.methods import NoiseInjection, TwoPoint
from flatlab.methods.noise_laws import Rademacher, norm_moments
from flatlab.objectives import Quadratic, residuals, value
from flatlab.objectives import observables as seen
from paper_checks.laboratory.oracles import Draws


class ValueOnly(NamedTuple):
    """A quadratic that gives its value and no gradient."""

    curvatures: np.ndarray


@value.register(ValueOnly)
def _(objective, w):
    return (objective.curvatures * w) @ w / 2


def moves(p, rng, later=0):
    """Return a step of the two-point method, and the second and fourth power of the length of fair signs."""
    objective, chance = ValueOnly(p.curvatures), np.random.default_rng(p.seed)
    chance.standard_normal(later)
    step = p.w - trajectory(TwoPoint(1.0, 0.3), objective, p.w, steps=1, rng=chance)[-1]
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
        return [*(seen.observe(one, objective, p.w) for one in each), *residuals(p.squares, p.w)]


def defined(p):
    grad, other = p.curvatures * p.w, np.sin(1.0 + np.arange(p.d))
    near, far = np.linalg.norm(p.w - other), np.linalg.norm(p.w + other)
    linear, features, shifts, _ = p.squares
    left = linear @ p.w + np.tanh(features @ p.w + shifts) - np.tanh(shifts)
    return [p.w @ grad / 2, np.linalg.norm(grad), grad @ grad, abs(p.w[-1]), near, *[min(near, far)] * 2, *left]


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
            off a point, and residuals $a_i\cdot w+\tanh(b_i\cdot w+s_i)-\tanh s_i$.""",
        observe=lambda p, rng: read(p),
        expect=defined,
        controls=(Control("twice the other point", "it is further away", observe=lambda p, rng: read(p, 2.0)),),
        **SHARED,
    ),
)
