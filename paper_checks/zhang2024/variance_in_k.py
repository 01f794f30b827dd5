r"""The mean gradient over k independent pairs, or k independent points, has $1/k$ of the variance of one."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, Whole
from flatlab.evidence.relations import Equal
from flatlab.theory.noise import GaussianNoise
from paper_checks.zhang2024.problems.estimators import SEPARABLE, one_sided, pair, separable

BUILD = {"pair": pair, "one point": one_sided}


def estimator(estimator, kind, k, **setting):
    return separable(**setting), BUILD[estimator], kind, k


def variance(case, rng, tied=False):
    p, build, kind, k = case
    return p.variance(build(p.s, k), kind, rng, tied)


def stated(case):
    """Return the variance in closed form, from those of the even and the odd part of the gradient."""
    p, build, kind, k = case
    noise = GaussianNoise(p.s)
    parity = (noise.quartic_gradient if kind == "quartic" else noise.cubic_gradient)(p.w, p.coefficients)
    return parity.pair(pairs=k) if build is pair else parity.one_point(points=k)


CLAIM = Claim(
    id="zhang2024/variance-in-k",
    title="the mean of k independent draws has 1/k of the variance",
    statement=r"""For Gaussian $u$ the mean of $k$ independent pairs $\frac12(\nabla f(w+u)+\nabla f(w-u))$, or of $k$
        independent gradients $\nabla f(w+u)$, has $1/k$ of the variance of one. That of a pair is the variance of the
        part of $\nabla f$ that is even in $u$, that of one gradient the sum of the variances of the even and the odd
        part.""",
    source="Even and odd parts",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-8),
    problem=estimator,
    observe=variance,
    expect=stated,
    domain={**SEPARABLE, "estimator": Choice(tuple(BUILD)), "kind": Choice(("quartic", "cubic")), "k": Whole(2, 4)},
    corners=tuple(
        {"d": 2, "s": 0.5, "scale": 1.0, "seed": 3, "estimator": estimator, "kind": kind, "k": k}
        for estimator, kind, k in (("pair", "cubic", 4), ("one point", "quartic", 4), ("pair", "quartic", 2))
    ),
    quick=3,
    full=200,
    controls=(
        Control(
            "one draw for all",
            "the mean of equal perturbations is one of them",
            observe=lambda case, rng: variance(case, rng, tied=True),
        ),
        Control(
            "the odd part counts for pairs too",
            "it cancels between w+u and w-u",
            expect=lambda case: stated((case[0], one_sided, *case[2:])),
            change=lambda s: {**s, "estimator": "pair"},
        ),
    ),
)
