r"""No bound of order 1/(kT) can hold: the best fixed step size leaves $\min_tE|\nabla F|^2\cdot kT\sim\sqrt T$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Whole
from flatlab.evidence.relations import AtLeast, Equal
from flatlab.theory.noise import NoisyDescent, best_step
from paper_checks.zhang2024.enclosures import excess_over_printed_rate, printed_rate_is_impossible
from paper_checks.zhang2024.problems.descent import PLAIN, SCALES, FixedStep, noisy_descent

TIMES = (100, 316, 1000, 3162, 10_000)
ENDS = (100, 10_000)


def descents(nu100, **setting):
    """Return nu and the descent at each time; nu T is the same for all, and nu is nu100 at T = 100."""
    return [(nu100 * 100 / T, noisy_descent(T=T, nu=nu100 * 100 / T, **setting)) for T in TIMES]


def slope(cases, rng, start="warm"):
    values = []
    for T, (nu, descent) in zip(TIMES, cases):
        eta = best_step(nu, T, start).eta / descent.smoothness
        values.append(FixedStep(eta, descent).minimum(start) * T)
    return np.polyfit(np.log(TIMES), np.log(values), 1)[0]


def unit_descents(C, gap, k):
    return [NoisyDescent(C, gap, np.sqrt(k * C * gap), T, k) for T in ENDS]


def least(cases, rng, share=1.0):
    """Return the least E|grad f|^2 over C D^2/T at each T, for ``share`` of the oracle's variance."""
    found = []
    for descent in cases:
        c, gap, sigma, T, _ = descent
        eta = best_step(share / T, T).eta / c
        found.append(FixedStep(eta, descent._replace(sigma=sigma * np.sqrt(share))).minimum() * T / (c * gap))
    return found


CLAIMS = (
    Claim(
        id="zhang2024/printed-rate-is-impossible",
        title="no bound of order 1/(kT) can hold",
        statement=r"""The best fixed step size leaves $\min_t E|\nabla F(W_t)|^2\cdot kT$ growing as $\sqrt T$ on the
            instance built against it: the upper bound printed as $1/(kT)$ on the authors' poster lacks a root.""",
        source=("What the authors state", "L1"),
        origin="derived",
        kind="rate",
        relation=Equal(atol=0.015),
        problem=descents,
        observe=slope,
        expect=0.5,
        domain={**SCALES, "k": Whole(1, 16), "nu100": LogUniform(0.01, 0.1)},
        corners=({**PLAIN, "nu100": 0.01},),
        quick=1,
        full=20,
        seconds=0.21,
        few="the best step sizes of five instances, twice",
        note=f"""Contradicts the rate on the authors' poster; the lower bound printed beside it has the root. Exact
            second moments, T = {TIMES[0]} to {TIMES[-1]}.""",
        enclosure=printed_rate_is_impossible.ENCLOSURE,
        controls=(
            Control("bounded", "a bound of order 1/(kT) would leave slope 0", expect=0),
            Control(
                "cold start",
                "the cold instance leaves a third",
                observe=lambda cases, rng: slope(cases, rng, "cold"),
                change=lambda s: s if s.k == 1 else None,
            ),
        ),
    ),
    Claim(
        id="zhang2024/excess-over-printed-rate",
        title="by how much the printed rate is missed",
        statement=r"""With $\sigma^2 = kCD^2$ every fixed step size leaves at least L1, that is $8.5\,CD^2/T$ at
            $T=100$ and $86\,CD^2/T$ at $T=10^4$, on the instance built against it.""",
        source="L1",
        origin="derived",
        kind="lower bound",
        relation=AtLeast(slack=1e-9, tight_within=1.05),
        problem=unit_descents,
        observe=least,
        expect=lambda cases: [d.warm_quadratic * d.steps / (d.smoothness * d.gap) for d in cases],
        domain={**SCALES, "k": Whole(1, 16)},
        corners=(PLAIN,),
        quick=1,
        full=10,
        seconds=0.078,
        few="the best step sizes of two instances, twice",
        note="""Contradicts the rate on the authors' poster. In units of C D^2/T, at the step size that does best on the
            instance.""",
        enclosure=excess_over_printed_rate.ENCLOSURE,
        controls=(
            Control(
                "hardly any noise",
                "without noise the rate is 1/T",
                observe=lambda cases, rng: least(cases, rng, share=1e-8),
                change=lambda s: s if s.k == 1 else None,
            ),
        ),
    ),
)
