r"""Hessian-vector products of matrix sensing give the trace within the estimates' own errors, and $\lambda_1$."""

from typing import Any

import numpy as np
from scipy.sparse.linalg import LinearOperator

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, Uniform, Whole
from flatlab.evidence.relations import AtMost, Equal
from flatlab.geometry.hessian_vector import hessian_operator, hutch_plus_plus, hutchinson, largest_eigenvalue
from flatlab.objectives import hessian, hessian_trace
from paper_checks.zhang2024.problems.small_sensing import off_minimum

SIGMAS = 6.2  # a normal deviate is beyond this with probability 6e-10


def probed(probes, **setting):
    return off_minimum(**setting), probes


def deviations(case, rng, factor=1.0):
    """Return the distance of both estimates from ``factor`` times the exact trace, in their own standard errors."""
    p, probes = case
    operator, exact = hessian_operator(p.objective, p.w), factor * hessian_trace(p.objective, p.w)
    found = [estimate(operator, probes=probes, rng=rng) for estimate in (hutchinson, hutch_plus_plus)]
    return [abs(one.value - exact) / one.error for one in found]


def products(s, rng, more=0):
    """Return how many products both estimates take, counted and as they say."""
    counted, matrix = [0], np.eye(s.d)

    def multiply(block):
        counted[0] += block.shape[1]
        return matrix @ block

    made: Any = LinearOperator  # SciPy's stub has another signature
    operator, found = made((s.d, s.d), matvec=matrix.dot, matmat=multiply, dtype=float), []
    for estimate in (hutchinson, hutch_plus_plus):
        counted[0] = 0
        said = estimate(operator, probes=s.probes + more, rng=rng).products
        found += [counted[0], said]
    return found


def rayleigh(p, rng):
    vector = rng.standard_normal(p.w.size)
    return vector @ (hessian_operator(p.objective, p.w) @ vector) / (vector @ vector)


CLAIMS = (
    Claim(
        id="zhang2024/sensing-trace-estimates",
        title="Hutchinson and Hutch++ agree with the exact trace",
        statement=rf"""Both estimates of $\operatorname{{tr}}\nabla^2L(W)$ from Hessian-vector products lie within
            {SIGMAS:g} of their own standard errors of the exact trace.""",
        source=("Hessian trace of matrix sensing", "Estimates from products"),
        origin="derived",
        kind="upper bound",
        relation=AtMost(),
        problem=probed,
        observe=deviations,
        expect=SIGMAS,
        fixed={"n": 80, "probes": 150},
        domain={"d": Choice((12, 16)), "p": Choice((12, 16)), "off": Uniform(0.5, 3.0), "seed": SEED},
        corners=({"d": 30, "p": 30, "n": 240, "off": 1.0, "seed": 1},),
        quick=4,
        full=200,
        seconds=0.0072,
        controls=(
            Control(
                "the authors' loss",
                "their loss is half of this one, and so is its trace",
                observe=lambda case, rng: deviations(case, rng, factor=0.5),
            ),
        ),
    ),
    Claim(
        id="zhang2024/sensing-top-eigenvalue",
        title="Largest Hessian eigenvalue by Lanczos iteration",
        statement=r"Lanczos iteration on Hessian-vector products gives the $\lambda_1$ of the full Hessian.",
        source="Estimates from products",
        origin="derived",
        kind="equality",
        relation=Equal(rtol=1e-10),
        problem=off_minimum,
        observe=lambda p, rng: largest_eigenvalue(hessian_operator(p.objective, p.w)).value,
        expect=lambda p: np.linalg.eigvalsh(hessian(p.objective, p.w))[-1],
        domain={"d": Whole(3, 12), "p": Whole(2, 12), "n": Whole(5, 80), "off": Uniform(0.5, 3.0), "seed": SEED},
        quick=5,
        full=200,
        note="ARPACK against LAPACK.",
        controls=(Control("a random direction", "its curvature is an average over the spectrum", observe=rayleigh),),
    ),
    Claim(
        id="zhang2024/products-of-the-estimates",
        title="products that the estimates take",
        statement="Given $m\\le3d$ Hessian-vector products in $d$ variables, both estimates take $m$ and say so.",
        source="Estimates from products",
        origin="derived",
        kind="equality",
        relation=Equal(),
        observe=products,
        expect=lambda s: [s.probes] * 4,
        domain={"d": Whole(20, 60), "probes": Whole(6, 60)},
        quick=5,
        full=200,
        seconds=0.001,
        controls=(Control("one probe more", "it takes one product", observe=lambda s, rng: products(s, rng, 1)),),
    ),
)
