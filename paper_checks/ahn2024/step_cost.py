r"""A step raises $f$ by at most $\beta\eta^2|v|^2/2$ if the perturbation is projected; without, by more."""

import math

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform
from flatlab.evidence.relations import AtMost, Equal
from flatlab.theory.escape import StepCost
from paper_checks.ahn2024.problems.wavy_step import DOMAIN, PLAIN, WavyStep


def worst(p):
    return p.cost._replace(perturbation_norm=max(p.cost.perturbation_norm, p.length)).unprojected


def plain(p, length=0.0):
    """Return the cost on a quadratic of curvature 2."""
    return StepCost(p.eta, 2.0, 2.0 * p.rho, length)


CLAIMS = (
    Claim(
        id="ahn2024/cost-of-a-step",
        title="a projected perturbation raises the cost little",
        statement=r"""In every draw $f(x_{t+1})-f(x_t)\le-\eta(1-\beta\eta/2)|\nabla f|^2+\beta\eta^2|v|^2/2$ with
            $|v|\le\beta\rho$.""",
        source=("What the paper states", "Cost of one step"),
        origin="derived",
        kind="upper bound",
        relation=AtMost(tight_within=1.3),
        problem=WavyStep,
        observe=lambda p, rng: p.rise(rng),
        expect=lambda p: p.cost.projected,
        fixed={"draws": 4000},
        domain=DOMAIN,
        corners=(PLAIN, {**PLAIN, "height": 0.3, "draws": 4000}),
        quick=3,
        full=60,
        note="""Observed: the largest rise among all draws. The inequality holds draw by draw, so there is no tolerance.
            Lemma 1 has it in words.""",
        controls=(
            Control(
                "no projection", "a term of first order returns", observe=lambda p, rng: p.rise(rng, projected=False)
            ),
            Control(
                "half the bound",
                "it is nearly attained",
                expect=lambda p: p.cost.projected / 2,
                change={"height": 0.0, "n": 3},
            ),
        ),
    ),
    Claim(
        id="ahn2024/cost-without-projection",
        title="without the projection a step may cost more",
        statement=r"""Without the projection $f(x_{t+1})-f(x_t)\le\eta(s-g)\,[\,g+\tfrac{\beta\eta}{2}(s-g)]$ in every
            draw, $g=|\nabla f|$, $s=\max(\beta\rho,g)$, $\beta\eta\le1/2$.""",
        source="Cost of one step",
        origin="derived",
        kind="upper bound",
        relation=AtMost(tight_within=1.3),
        problem=WavyStep,
        observe=lambda p, rng: p.rise(rng, projected=False),
        expect=worst,
        fixed={"draws": 4000},
        domain=DOMAIN,
        corners=({**PLAIN, "n": 2, "gate": 2.0}, {**PLAIN, "height": 0.3, "draws": 4000}),
        quick=3,
        full=60,
        controls=(Control("the projected bound", "it misses the first-order term", expect=lambda p: p.cost.projected),),
    ),
    Claim(
        id="ahn2024/cost-ratio",
        title="how much the projection saves",
        statement=r"""The worst rise without projection is $2\varepsilon_0/(\beta\eta|v|)$ times $\beta\eta^2|v|^2/2$,
            within a factor of two, where the gate $\varepsilon_0$ is well below $|v|=\beta\rho$.""",
        source="Cost of one step",
        origin="derived",
        kind="equality",
        relation=Equal(atol=1.0),
        problem=WavyStep,
        observe=lambda p, rng: math.log2(p.rise(rng, projected=False) / plain(p).projected),
        expect=lambda p: math.log2(plain(p, p.length).ratio),
        fixed={"n": 2, "height": 0.0, "draws": 4000},
        domain={
            "rho": DOMAIN["rho"],
            "eta": LogUniform(1e-4, 2e-3),
            "gate": Uniform(2.0, 4.0),
            "wavenumber": DOMAIN["wavenumber"],
            "y": DOMAIN["y"],
        },
        corners=({**PLAIN, "n": 2, "gate": 4.0, "eta": 5e-4, "draws": 4000},),
        quick=1,
        full=30,
        note="Logarithms to base 2 of the two ratios.",
        controls=(Control("one", "the projection would save nothing", expect=0),),
    ),
)
