r"""A cold start read at its best iterate falls as $T^{-2/3}$ and $k^{-1/3}$."""

from functools import lru_cache

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform
from flatlab.evidence.relations import Equal
from flatlab.theory.noise import best_step
from paper_checks.zhang2024.problems.descent import SCALES, FixedStep, noisy_descent

TIMES, PAIRS = (1000, 10_000, 100_000), (1, 4, 16)


def descents(nu100, **setting):
    """Return nu and the descent at each T for one sample, and for each number of samples, which only lower nu."""
    share = nu100 * 100  # sigma^2/(C D^2) for one sample
    cases = [(share / T, T) for T in TIMES], [(share / (TIMES[1] * k), TIMES[1]) for k in PAIRS]
    return [[(nu, noisy_descent(T=T, k=1, nu=nu, **setting)) for nu, T in row] for row in cases]


best = lru_cache(maxsize=16)(best_step)  # one instance is in both rows


def slopes(rows, rng, start="cold", measure="minimum"):
    """Return the slopes in T and in k of the value at the best fixed step size."""
    found = []
    for scales, row in zip((TIMES, PAIRS), rows):
        steps = [best(nu, d.steps, start, measure).eta / d.smoothness for nu, d in row]
        values = [getattr(FixedStep(eta, d).moments(start), measure)[0] for eta, (_, d) in zip(steps, row)]
        found.append(np.polyfit(np.log(scales), np.log(values), 1)[0])
    return found


CLAIM = Claim(
    id="zhang2024/cold-start",
    title="a cold start at its best iterate is faster",
    statement=r"""Started without its stationary noise and read at its best iterate, the instance falls as $T^{-2/3}$
        and $k^{-1/3}$, not as a square root.""",
    source="Warm and cold starts",
    origin="derived",
    kind="rate",
    relation=Equal(atol=0.015),
    problem=descents,
    observe=slopes,
    expect=(-2 / 3, -1 / 3),
    domain={**SCALES, "nu100": LogUniform(0.01, 0.1)},
    quick=1,
    full=10,
    seconds=0.7,
    few="the best step sizes of five instances, three times",
    note="""A trap for whoever measures the lower bound: use a warm start with the best iterate, or a cold start with
        the mean. In units of D sqrt(C sigma^2/(kT)) the mean tends to 1.124.""",
    controls=(
        Control(
            "warm start",
            "the square roots return",
            observe=lambda rows, rng: slopes(rows, rng, "warm"),
        ),
        Control(
            "mean over the iterates",
            "the square roots return",
            observe=lambda rows, rng: slopes(rows, rng, "cold", "mean"),
        ),
    ),
)
