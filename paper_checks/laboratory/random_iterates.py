r"""A random output is $w_t$ with $t$ uniform on $1,\dots,T$; the last one is $w_T$."""

from typing import NamedTuple

import numpy as np
from scipy import stats

from flatlab import outputs
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform, Uniform, Whole
from flatlab.evidence.intervals import LEVEL
from flatlab.evidence.relations import Close, Estimate, Inside
from paper_checks.laboratory.problems.geometric import Geometric

DRAWS = 100


class Outputs(NamedTuple):
    """A run of T steps, of which one iterate is put out."""

    h: float
    start: float
    T: int
    seed: int

    def put_out(self, steps, rng, **given):
        run = Geometric(self.h, self.start, 1.0)
        return outputs(run.method, run.objective, [self.start], steps=steps, rng=rng, **given)


def iterates(p, rng, steps=None, shift=0):
    """Return the outputs at the given times 0 to T, the last iterate, and the drawn output."""
    steps = steps or p.T
    given = [p.put_out(steps, rng, time=max(0, min(time, steps) + shift)) for time in range(p.T + 1)]
    drawn = p.put_out(steps, np.random.default_rng(p.seed))
    return [one.random[0] for one in given], [given[0].last[0]], [drawn.random[0]]


def stated_iterates(p):
    q, drawn = 1 - p.h, np.random.default_rng(p.seed).integers(1, p.T + 1)
    path = [p.start, q * p.start, q**2 * p.start, q**3 * p.start]
    return path[: p.T + 1], [path[p.T]], [path[drawn]]


def counts(p, rng, shift=0):
    """Return how often each time is drawn."""
    generators = (np.random.default_rng([p.seed, draw]) for draw in range(DRAWS))
    times = [p.put_out(p.T, generator).time + shift for generator in generators]
    return [times.count(time) for time in range(1, p.T + 1)]


def stated_counts(p):
    low, high = stats.binom.ppf([(1 - LEVEL) / 2, (1 + LEVEL) / 2], DRAWS, 1 / p.T)
    return [Estimate(DRAWS / p.T, low, high)] * p.T


SHARED = {
    "source": "Geometric runs",
    "origin": "derived",
    "problem": Outputs,
    "domain": {"h": Uniform(0.05, 0.9), "start": LogUniform(1e-3, 1e3), "T": Whole(1, 3), "seed": SEED},
}
CLAIMS = (
    Claim(
        id="laboratory/output-iterates",
        title="the iterates that a run puts out",
        statement=r"""The output at time $t=0,\dots,T$ is $w_t=q^tw_0$, the last iterate is $q^Tw_0$, and the random
            output is $w_t$ with $t$ the generator's first draw from $1,\dots,T$, for $T=1,2,3$.""",
        kind="equality",
        relation=Close(rtol=1e-13),
        observe=iterates,
        expect=stated_iterates,
        quick=5,
        full=200,
        seconds=0.002,
        controls=(
            Control("one step more", "the run ends at T + 1", observe=lambda p, rng: iterates(p, rng, p.T + 1)),
            Control("one step early", "time 1 is not the start", observe=lambda p, rng: iterates(p, rng, shift=-1)),
        ),
        **SHARED,
    ),
    Claim(
        id="laboratory/output-times",
        title="the time of a random output",
        statement=r"""The time of a random output is even on $1,\dots,T$: of 100 draws each time gets a number within
            its binomial interval $B(100,1/T)$, for $T=1,2,3$.""",
        kind="probability",
        relation=Inside(),
        observe=counts,
        expect=stated_counts,
        corners=tuple({"h": 0.3, "start": 1.0, "T": T, "seed": 1} for T in (1, 2, 3)),
        quick=2,
        full=200,
        seconds=0.02,
        note="The interval is missed with probability 1e-9.",
        controls=(
            Control("times from 0 to T - 1", "T is never drawn", observe=lambda p, rng: counts(p, rng, -1)),
            Control("times from 2 to T + 1", "1 is never drawn", observe=lambda p, rng: counts(p, rng, 1)),
        ),
        **SHARED,
    ),
)
