r"""Runs on quadratics have the second moments of the recursion $m_{t+1}=(1-\eta\lambda)^2m_t+\eta^2v$."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.relations import Equal, WithinInterval
from flatlab.methods import NoiseInjection
from paper_checks.zhang2024.problems.quadratic import ONE_SIDED, PLAIN, quadratic
from paper_checks.zhang2024.problems.quadratic_runs import COPIES, DOMAIN_OF_RUNS, Runs

LOUD = {"oracle": 1.0, "weight": 3.0}


def pairs(T, **setting):
    return Runs(quadratic(estimator="pair", **setting), T)


def points(T, **setting):
    return Runs(quadratic(estimator="one point", **setting), T)


def without_estimator(setting, **given):
    return {**{name: value for name, value in setting.items() if name != "estimator"}, **given}


SHARED = {"k": 3, "oracle": 1.0, "weight": 0.1, "T": 20}
CLAIMS = (
    Claim(
        id="zhang2024/moments-of-runs",
        title="runs of the pair have the moments that the rates are computed from",
        statement=r"""On quadratics, with its weight noise, NSO has the mean of $E|\nabla F(W_t)|^2$ over $1\le t\le T$
            of the recursion $m_{t+1}=(1-\eta\lambda)^2m_t+\eta^2\sigma_i^2/k$.""",
        source="Quadratic recursion",
        origin="derived",
        kind="equality",
        relation=Equal(rtol=1e-9),
        problem=pairs,
        observe=lambda p, rng: p.on_fresh_coordinates(rng),
        expect=lambda p: p.quadratic.mean(p.T),
        domain={**DOMAIN_OF_RUNS, "d": Whole(1, 5), "T": Whole(3, 100, log=True)},
        corners=(without_estimator(PLAIN, d=5, k=2, T=100, weight=3.0),),
        quick=5,
        full=200,
        note="""The recursion is the one that zhang2024/rate-in-steps, -rate-in-pairs, -rates-do-not-separate and
            -upper-bound-quadratic evaluate. The oracle's noise is on fresh coordinates of each curvature.""",
        controls=(
            Control(
                "one point in place of the pair",
                "it keeps the weight noise",
                observe=lambda p, rng: p.on_fresh_coordinates(rng, NoiseInjection),
                change=LOUD,
            ),
            Control(
                "one sample for all",
                "then k does not lower the oracle's noise",
                observe=lambda p, rng: p.on_fresh_coordinates(rng, shared=True),
                change=SHARED,
            ),
        ),
    ),
    Claim(
        id="zhang2024/moments-of-one-sided-runs",
        title="runs of one-sided noise have the moments that the rates are computed from",
        statement=r"""On quadratics one-sided noise has the mean of $E|\nabla F(W_t)|^2$ over $1\le t\le T$ of the
            recursion $m_{t+1}=(1-\eta\lambda)^2m_t+\eta^2(\sigma_i^2+\lambda^2s^2)/k$.""",
        source="Quadratic recursion",
        origin="derived",
        kind="equality",
        relation=WithinInterval(rtol=0.1),
        problem=points,
        observe=lambda p, rng: p.in_copies(rng),
        expect=lambda p: p.quadratic.mean(p.T),
        domain={**DOMAIN_OF_RUNS, "d": Whole(1, 3), "T": Whole(3, 20, log=True)},
        corners=(without_estimator(ONE_SIDED, d=3, k=2, T=20),),
        quick=4,
        full=200,
        seconds=0.017,
        note=f"{COPIES} copies; the tolerance holds their interval.",
        controls=(
            Control(
                "weight noise left out",
                "a part of the variance is missing",
                observe=lambda p, rng: p.in_copies(rng, weight=0.0),
                change={**LOUD, "T": 20},
            ),
            Control(
                "one sample for all",
                "then k does not lower the oracle's noise",
                observe=lambda p, rng: p.in_copies(rng, shared=True),
                change=SHARED,
            ),
        ),
    ),
)
