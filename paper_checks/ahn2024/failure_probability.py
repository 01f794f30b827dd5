r"""On the ramp $T_{\rm hit}/\delta$, a share $\delta$ of it before the first flat iterate, grows like $\delta^{-4}$."""

from functools import partial

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform
from flatlab.evidence.intervals import power_law_slope
from flatlab.evidence.relations import WithinInterval
from paper_checks.ahn2024.problems.valleys import escape

DELTAS = 0.8 * 1.5 ** -np.arange(5)


def first_times(s, rng):
    """Return the first flat times, shape (replicates, deltas)."""
    seed, columns = int(rng.integers(2**31)), []
    for k, delta in enumerate(DELTAS):
        p = escape(kind="ramp", epsilon=s.epsilon, delta=float(delta))
        columns.append(p.times(s.replicates, seed + k, by_distance=False).times)
    return np.array(columns, dtype=float).T


def observe(s, rng, share=True):
    return power_law_slope(DELTAS, first_times(s, rng) / (DELTAS if share else 1.0))


CLAIM = Claim(
    id="ahn2024/failure-probability-exponent",
    title="the exponent of the failure probability",
    statement=r"""On the ramp $T_{\rm hit}/\delta$, the run length with a share $\delta$ of iterates before the first
        flat one, grows like $\delta^{-4}$: $\delta^{-3}$ is the first flat time with the reconstructed parameters,
        $\delta^{-1}$ the share.""",
    source=("Exponents", "Random iterate"),
    origin="derived",
    kind="rate",
    relation=WithinInterval(0.2),
    observe=observe,
    expect=-4,
    fixed={"replicates": 16},
    domain={"epsilon": Uniform(0.1, 0.2)},
    corners=({"epsilon": 0.2},),
    quick=0,
    full=3,
    note="""Five values of delta from 0.8 to 0.16. Only the first flat time is measured; that later iterates are flat is
        held against runs by ahn2024/flat-stays-flat.""",
    controls=(Control("hitting time alone", "the share adds one power", observe=partial(observe, share=False)),),
)
