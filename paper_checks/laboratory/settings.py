r"""The settings of a claim and the random numbers in each follow from the seed, the budget and the claim's id alone."""

import math
import zlib
from typing import NamedTuple

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform, Uniform, Whole
from flatlab.evidence.judge import draw_settings, judge
from flatlab.evidence.relations import Close
from paper_checks.laboratory.problems.tiny_claims import RANGES, tiny_claim

CORNER = (0.5, 1.0, 3, 10, "b")
POINTS = (0.0, 0.1, 0.5, 0.9999, 1.0)


class Drawn(NamedTuple):
    """How many settings are drawn in each budget, by which seed, and a number for the ends of ranges."""

    seed: int
    budget: str
    quick: int
    full: int
    end: float

    @property
    def claim(self):
        corner = dict(zip(RANGES, (0.25, 2.0, 4, 20, "c")))
        return tiny_claim(quick=self.quick, full=self.full, full_corners=(corner,))


def _numbers(setting):
    """Return the parameters as numbers, letters by their place."""
    return [float("abc".index(value)) if isinstance(value, str) else float(value) for value in setting]


def judged(p, seed=None, shared=False):
    """Return all parameters of the settings and the random number observed in each, quantiles and counts."""
    seed = p.seed if seed is None else seed
    settings = [tuple(setting.values()) for setting in draw_settings(p.claim, seed, p.budget)]
    random = [one.observed for one in judge(p.claim, seed, p.budget)]
    random = random[:1] * len(random) if shared else random
    rng, ends = np.random.default_rng(p.seed), [p.end * 1.37**k for k in range(9)]
    one_value = [LogUniform(end, end) for end in ends]
    beyond = sum(values.draw(rng) != end for values, end in zip(one_value, ends))
    inside = sum(not values.holds(values.draw(rng)) for values in RANGES.values() for _ in range(9))
    quantiles = [_numbers([values.quantile(u)])[0] for values in RANGES.values() for u in POINTS]
    alone = len(draw_settings(tiny_claim(domain={}, corners=(), hypotheses={}), p.seed, p.budget))
    return [*(n for setting in settings for n in _numbers(setting)), *random, *quantiles, beyond, inside, alone]


def defined(p):
    """Return what ``judged`` returns, from generators with the stated keys and from the quantile functions."""
    key = [p.seed, ("quick", "full").index(p.budget), zlib.crc32(b"laboratory/tiny")]
    rng = np.random.default_rng(key)
    settings = [CORNER] + [(0.25, 2.0, 4, 20, "c")] * (p.budget == "full")
    wanted = len(settings) + (p.quick if p.budget == "quick" else p.full)
    while len(settings) < wanted:
        even, wide = -1 + 3 * rng.random(), 1e-3 * 1e4 ** rng.random()
        whole, scale = rng.integers(-2, 8), math.floor(101 ** rng.random())
        drawn = even, wide, whole, scale, "abc"[rng.integers(3)]
        settings += [drawn] if even < 1 else []
    random = [np.random.default_rng([*key, 1 + k]).random() for k in range(len(settings))]
    quantiles = [
        *(-1 + 3 * u for u in POINTS),
        *(1e-3 * 1e4**u for u in POINTS),
        *(min(math.floor(-2 + 10 * u), 7) for u in POINTS),
        *(min(math.floor(101**u), 100) for u in POINTS),
        *(min(math.floor(3 * u), 2) for u in POINTS),
    ]
    return [*(n for setting in settings for n in _numbers(setting)), *random, *quantiles, 0, 0, 1]


CLAIM = Claim(
    id="laboratory/settings-follow-from-the-seed",
    title="settings follow from the seed",
    statement=r"""A setting is the vector of quantiles $F_i^{-1}(U_i)$ of its ranges at independent uniform $U_i$, drawn
        again until the hypotheses hold, after the corners; budget, seed and id are the key of the generator, and
        setting $k$ has a generator of its own whose key ends with $1+k$. Without ranges and corners there is one
        setting.""",
    source="Settings",
    origin="derived",
    kind="equality",
    relation=Close(rtol=1e-12),
    problem=Drawn,
    observe=lambda p, rng: judged(p),
    expect=defined,
    domain={
        "seed": SEED,
        "budget": Choice(("quick", "full")),
        "quick": Whole(1, 9),
        "full": Whole(10, 30),
        "end": Uniform(0.001, 100.0),
    },
    quick=10,
    full=200,
    seconds=0.004,
    controls=(
        Control("another seed", "other numbers are drawn", observe=lambda p, rng: judged(p, seed=p.seed + 1)),
        Control(
            "one generator for all settings",
            "then all of them see the same random numbers",
            observe=lambda p, rng: judged(p, shared=True),
        ),
    ),
)
