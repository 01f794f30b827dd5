r"""A step with a projected perturbation raises $f$ by at most $-\eta(1-\beta\eta/2)|\nabla f|^2+\beta\eta^2|v|^2/2$."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import AtMost
from paper_checks.ahn2024.problems.wavy_step import DOMAIN, PLAIN, WavyStep

CLAIM = Claim(
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
            "no projection",
            "the term of first order in the gradient returns",
            observe=lambda p, rng: p.rise(rng, projected=False),
        ),
        Control(
            "half the bound",
            "the bound is nearly attained",
            expect=lambda p: p.cost.projected / 2,
            change={"height": 0.0, "n": 3},
        ),
    ),
)
