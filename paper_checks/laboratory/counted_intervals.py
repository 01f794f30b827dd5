r"""Of many intervals at level 0.9 one in ten leaves out the true value: counted on normal replicates."""

import numpy as np
from scipy import stats

from flatlab.evidence import intervals
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.relations import Estimate, WithinInterval

REPETITIONS, LEVEL = 2000, 0.9
SCALES = np.array([1.0, 2.0, 4.0, 8.0, 16.0])


def share(found, true):
    """Return the share of intervals that leave the true value out."""
    return intervals.proportion(sum(not one.low <= true <= one.high for one in found), REPETITIONS)


def misses(s, rng, mean=intervals.mean, common=0.0):
    """Return the share of intervals that miss; ``common`` is noise that all replicates share."""
    shape = (REPETITIONS, s.replicates, SCALES.size)
    noise = s.spread * (rng.standard_normal(shape) + common * rng.standard_normal((REPETITIONS, 1, SCALES.size)))
    if s.of == "means":
        return share([mean(values, level=LEVEL) for values in s.truth + noise[:, :, 0]], s.truth)
    powers = np.exp(s.truth * np.log(SCALES) + noise)
    return share([intervals.power_law_slope(SCALES, values, level=LEVEL) for values in powers], s.truth)


def normal_quantile(values, level):
    centre, half = values.mean(), stats.norm.ppf((1 + level) / 2) * values.std(ddof=1) / np.sqrt(values.size)
    return Estimate(centre, centre - half, centre + half)


CLAIM = Claim(
    id="laboratory/counted-intervals",
    title="one interval in ten misses",
    statement=r"""Of 2000 intervals at level $0.9$, each from $n\ge2$ independent replicates of a mean or a power law
        with normal noise, one in ten leaves out the true mean or exponent.""",
    source="Intervals",
    origin="derived",
    kind="probability",
    relation=WithinInterval(0.12),
    observe=misses,
    expect=1 - LEVEL,
    fixed={"of": "means"},
    domain={"replicates": Whole(2, 9), "truth": Uniform(-3, 3), "spread": LogUniform(0.01, 1.0)},
    full_corners=tuple({"of": "slopes", "replicates": n, "truth": -3.0, "spread": 0.1} for n in (2, 3, 9)),
    quick=1,
    full=40,
    seconds=0.2,
    few="2000 intervals, each with its quantile",
    note="The share that misses is an estimate with its own binomial interval at the suite's level.",
    controls=(
        Control(
            "normal quantile",
            "two replicates have heavier tails",
            observe=lambda s, rng: misses(s, rng, mean=normal_quantile),
            change={"replicates": 2},
        ),
        Control(
            "replicates that share noise",
            "their spread does not show what they have in common",
            observe=lambda s, rng: misses(s, rng, common=3.0),
        ),
    ),
)
