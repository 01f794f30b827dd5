r"""Where $\Delta^2f$ is constant, $\mathbb E\nabla f(x+\rho g)=\nabla f(x)+\rho^2\nabla\mathrm{tr}(x)/(2d)$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import Close, WithinInterval
from flatlab.objectives import DiagonalNetwork, Product, RankOne
from paper_checks.ahn2024.enclosures.trace_gradient_identity import ENCLOSURE
from paper_checks.ahn2024.problems.features import sign_features
from paper_checks.ahn2024.problems.gradients import Smoothed, gradient_at

QUARTICS = ("hyperbola", "rank one", "network")


def quartic(problem, rho, seed):
    """Return a random point of a polynomial of degree four whose iterated Laplacian is constant."""
    rng = np.random.default_rng(seed)
    if problem == "hyperbola":
        objective, d = Product(2), 2
    elif problem == "rank one":
        m, n = int(rng.integers(2, 6)), int(rng.integers(2, 6))
        objective, d = RankOne(rng.standard_normal(m), rng.standard_normal(n), float(rng.uniform(0.5, 3))), m + n
    else:
        n, k = int(rng.integers(2, 6)), int(rng.integers(6, 15))
        objective, d = DiagonalNetwork(sign_features(rng, n, k), rng.standard_normal(n)), 2 * k
    return Smoothed(objective, rng.standard_normal(d), rho)


def network(rho, seed, draws):
    rng = np.random.default_rng(seed)
    objective = DiagonalNetwork(sign_features(rng, 10, 20), rng.standard_normal(10))
    return Smoothed(objective, rng.standard_normal(40), rho), draws


def sampled(case, rng, antithetic=True):
    """Return the mean component along the stated drift, over draws or over pairs of opposite draws."""
    p, count = case
    base, along = p.gradient, p.drift / np.linalg.norm(p.drift)
    moves = rng.standard_normal((count, p.w.size))
    moves *= p.rho / np.linalg.norm(moves, axis=1, keepdims=True)
    others = (gradient_at(p.objective, p.w - move) if antithetic else base for move in moves)
    pairs = (gradient_at(p.objective, p.w + move) / 2 + other / 2 for move, other in zip(moves, others))
    return mean([(pair - base) @ along for pair in pairs])


CLAIMS = (
    Claim(
        id="ahn2024/trace-gradient-identity",
        title="a smoothed gradient is the gradient plus that of the trace",
        statement=r"""Where $\Delta^2 f$ is constant,
            $\mathbb E\nabla f(x+\rho g)=\nabla f(x)+\frac{\rho^2}{2}\nabla\overline{\mathrm{tr}}(x)$ exactly, at every
            radius.""",
        source="Sphere average",
        origin="derived",
        kind="equality",
        relation=Close(rtol=1e-12),
        problem=quartic,
        observe=lambda p, rng: p.mean,
        expect=lambda p: p.gradient + p.drift,
        domain={"problem": Choice(QUARTICS), "rho": LogUniform(0.05, 2.0), "seed": SEED},
        corners=tuple({"problem": name, "rho": 0.7, "seed": 1} for name in QUARTICS),
        quick=6,
        full=197,
        seconds=0.0015,
        note="Averages by quadrature that is exact for the degree at hand.",
        controls=(
            Control(
                "trace not divided by d",
                "the drift is that of the normalised trace",
                expect=lambda p: p.gradient + p.w.size * p.drift,
            ),
            Control(
                "the ball in place of the sphere",
                "its mean square is smaller by the factor d/(d+2)",
                observe=lambda p, rng: p._replace(rho=p.rho * np.sqrt(p.w.size / (p.w.size + 2))).mean,
            ),
        ),
        enclosure=ENCLOSURE,
    ),
    Claim(
        id="ahn2024/sampled-trace-gradient",
        title="sampled perturbations recover the gradient of the trace",
        statement=r"""The mean of $\tfrac12[\nabla f(x+\rho g)+\nabla f(x-\rho g)]-\nabla f(x)$ over draws is
            $\frac{\rho^2}{2}\nabla\overline{\mathrm{tr}}(x)$, in 40 dimensions.""",
        source="Sphere average",
        origin="derived",
        kind="equality",
        relation=WithinInterval(rtol=0.25),
        problem=network,
        observe=sampled,
        expect=lambda case: np.linalg.norm(case[0].drift),
        fixed={"draws": 4000},
        domain={"rho": LogUniform(0.02, 1.0), "seed": SEED},
        quick=1,
        full=6,
        seconds=0.1,
        few="4000 draws in 40 dimensions, three times as many in a control",
        note="Observed: the component along the stated vector. Pairs of opposite draws cancel the first-order noise.",
        controls=(
            Control(
                "trace not divided by d",
                "40 times the stated drift",
                expect=lambda case: 40 * np.linalg.norm(case[0].drift),
            ),
            Control(
                "one draw in place of the pair",
                "half of it has the mean of the gradient alone",
                observe=lambda case, rng: sampled(case, rng, antithetic=False),
                change=lambda s: {**s, "rho": 3.0, "draws": 3 * s.draws},
            ),
        ),
    ),
)
