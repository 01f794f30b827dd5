r"""A projected perturbation $v$ raises $f$ by at most $\beta\eta^2|v|^2/2$ in a step; without projection, by more."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import AtMost
from paper_checks.ahn2024.enclosures import cost_of_a_step, cost_without_projection
from paper_checks.ahn2024.problems.wavy_step import DOMAIN, PLAIN, WavyStep


def worst(p):
    """Return the bound with s - 2g: v = grad f(x + rho u) contains grad f(x) itself."""
    return p.cost._replace(perturbation_norm=p.cost.perturbation_norm - p.length).unprojected


CLAIMS = (
    Claim(
        id="ahn2024/cost-of-a-step",
        title="a projected perturbation raises f at second order only",
        statement=r"""Let $\nabla f$ be $\beta$-Lipschitz and $x_{t+1}=x_t-\eta(\nabla f(x_t)+v)$, where $v$ is
            $\nabla f(x_t+\rho u)$, $|u|=1$, less its part along $\nabla f(x_t)$. For every $u$,
            $f(x_{t+1})-f(x_t)\le-\eta(1-\beta\eta/2)|\nabla f(x_t)|^2+\beta\eta^2|v|^2/2$ and $|v|\le\beta\rho$.""",
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
        full=198,
        seconds=0.005,
        note="""Observed: the largest increase of f over 4000 directions u or more, at a point where the gradient has
            the length of the gate. The inequality holds for each u, so there is no tolerance. Lemma 1 of the paper says
            it in words.""",
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
        enclosure=cost_of_a_step.ENCLOSURE,
    ),
    Claim(
        id="ahn2024/cost-without-projection",
        title="without the projection a step may cost more",
        statement=r"""Without the projection, $v=\nabla f(x_t+\rho u)$: for every $u$ and $\beta\eta\le1/2$,
            $f(x_{t+1})-f(x_t)\le\eta(s-2g)\,[\,g+\tfrac{\beta\eta}{2}(s-2g)]$, $g=|\nabla f(x_t)|$, $s=\beta\rho$.""",
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
        full=198,
        seconds=0.004,
        controls=(
            Control(
                "a third more of the radius",
                "the bound is nearly attained",
                observe=lambda p, rng: p._replace(rho=1.3 * p.rho, gate=p.gate / 1.3).rise(rng, projected=False),
                change={"height": 0.0, "n": 2},
            ),
            Control(
                "the projected bound",
                "it misses the first-order term",
                expect=lambda p: p.cost.projected,
                change={"height": 0.0, "n": 2},  # where the constant of the bound is that of the valley
            ),
        ),
        enclosure=cost_without_projection.ENCLOSURE,
    ),
)
