r"""$F-L=\frac{s^2}2\operatorname{tr}\nabla^2L+\frac{s^4}n\sum[p\|S_i\|_F^2+\frac12p^2(\operatorname{tr}S_i)^2]$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from flatlab.objectives import hessian_trace, value
from flatlab.theory.noise import SensingSample
from paper_checks.zhang2024.problems.exact_means import gaussian_mean
from paper_checks.zhang2024.problems.small_sensing import RANK, TINY, tiny


def gap(p, rng):
    return gaussian_mean(lambda point: value(p.objective, point), p.w, p.s) - value(p.objective, p.w)


def stated(p, second=1.0, fourth=1.0):
    """Return the stated gap, with its two terms multiplied by ``second`` and ``fourth``."""
    squares, traces = fourth * np.sum(p.symmetric**2), fourth * (p.traces @ p.traces)
    sample = SensingSample(len(p.traces), p.objective.columns)
    return sample.smoothing_gap(p.s, second * hessian_trace(p.objective, p.w), squares, traces)


CLAIM = Claim(
    id="zhang2024/sensing-smoothed-loss",
    title="Smoothed loss of matrix sensing, exactly",
    statement=r"""$F-L=\frac{s^2}2\operatorname{tr}\nabla^2L+\frac{s^4}n\sum\left[p\|S_i\|_F^2
        +\tfrac12p^2(\operatorname{tr}S_i)^2\right]$ for Gaussian weight noise, with no remainder.""",
    source="Smoothed loss of matrix sensing",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-10),
    problem=tiny,
    observe=gap,
    expect=stated,
    domain=TINY,
    corners=({"d": 1, "rank": 1, "p": 1, "n": 1, "s": 1.0, "seed": 1},),
    hypotheses=RANK,
    quick=4,
    full=40,
    note="The mean is taken by a rule that is exact for quartics, not by sampling.",
    controls=(
        Control("trace term alone", "the fourth-order term is not small", expect=lambda p: stated(p, fourth=0.0)),
        Control(
            "whole trace instead of half", "the expansion has the factor s^2/2", expect=lambda p: stated(p, second=2.0)
        ),
    ),
)
