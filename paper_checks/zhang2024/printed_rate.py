r"""No bound of order 1/(kT) can hold: the best fixed step size leaves $\min_tE|\nabla F|^2\cdot kT\sim\sqrt T$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.theory.noise import best_step
from paper_checks.zhang2024.problems.descent import PLAIN, SCALES, FixedStep, noisy_descent

TIMES = (100, 316, 1000, 3162, 10_000)


def descents(nu100, **setting):
    """Return nu and the descent at each time; nu T is the same for all, and nu100 at T = 100."""
    return [(nu100 * 100 / T, noisy_descent(T=T, nu=nu100 * 100 / T, **setting)) for T in TIMES]


def slope(cases, rng, start="warm"):
    values = []
    for T, (nu, descent) in zip(TIMES, cases):
        eta = best_step(nu, T, start).eta / descent.smoothness
        values.append(FixedStep(eta, descent).minimum(start) * T)
    return np.polyfit(np.log(TIMES), np.log(values), 1)[0]


CLAIM = Claim(
    id="zhang2024/printed-rate-is-impossible",
    title="no bound of order 1/(kT) can hold",
    statement=r"""The best fixed step size leaves $\min_t E|\nabla F(W_t)|^2\cdot kT$ growing as $\sqrt T$ on the
        instance built against it: the upper bound printed as $1/(kT)$ on the authors' poster lacks a root.""",
    source=("What the authors state", "L1"),
    origin="derived",
    kind="rate",
    relation=Equal(atol=0.03),
    problem=descents,
    observe=slope,
    expect=0.5,
    domain={**SCALES, "k": Whole(1, 16), "nu100": LogUniform(0.01, 0.1)},
    corners=({**PLAIN, "nu100": 0.01},),
    quick=1,
    full=20,
    note=f"""Exact second moments, T = {TIMES[0]} to {TIMES[-1]}. Printed next to it is a lower bound with the root:
        the two contradict each other.""",
    controls=(
        Control("bounded", "a bound of order 1/(kT) would leave slope 0", expect=0),
        Control("cold start", "the cold instance leaves a third", observe=lambda cases, rng: slope(cases, rng, "cold")),
    ),
)
