r"""The mean of k independent pairs, or of k points, has $1/k$ of the variance of one."""

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
    """Return the variance by the even and odd part of the gradient."""
    p, build, kind, k = case
    noise = GaussianNoise(p.s)
    parity = (noise.quartic_gradient if kind == "quartic" else noise.cubic_gradient)(p.w, p.coefficients)
    return parity.pair(pairs=k) if build is pair else parity.one_point(points=k)


CLAIM = Claim(
    id="zhang2024/variance-in-k",
    title="k perturbations divide the variance by k",
    statement=r"""The mean of $k$ independent pairs, or of $k$ points, has $1/k$ of the variance of one, which is that
        of the even part, or of both.""",
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
            "perturbations that are equal average nothing",
            observe=lambda case, rng: variance(case, rng, tied=True),
        ),
    ),
)
