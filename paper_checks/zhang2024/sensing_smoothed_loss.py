r"""F - L on matrix sensing, exactly, and its gradient $E\nabla L(W+U)$, NSO's mean step."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from flatlab.objectives import TracePenalty, hessian_trace, value
from flatlab.theory.noise import SensingSample
from paper_checks.zhang2024.problems.exact_means import gaussian_mean, gaussian_mean_of_cubic
from paper_checks.zhang2024.problems.small_sensing import RANK, TINY, gradient_at, tiny


def gap(p, rng):
    return gaussian_mean(lambda point: value(p.objective, point), p.w, p.s) - value(p.objective, p.w)


def gap_of_one_entry(p):
    def along(points):
        return np.array([value(p.objective, np.append(point, p.w[1:])) for point in np.atleast_1d(points)])

    return gaussian_mean(lambda point: along(point)[0], p.w[:1], p.s) - value(p.objective, p.w)


def stated_gap(p, second=1.0, fourth=1.0):
    """Return the stated gap, with its two terms multiplied by ``second`` and ``fourth``."""
    squares, traces = fourth * np.sum(p.symmetric**2), fourth * (p.traces @ p.traces)
    sample = SensingSample(len(p.traces), p.objective.columns)
    return sample.smoothing_gap(p.s, second * hessian_trace(p.objective, p.w), squares, traces)


def mean_gradient(p, rng):
    return gaussian_mean_of_cubic(lambda point: gradient_at(p.objective, point), p.w, p.s)


def stated_step(p, factor=0.5):
    return gradient_at(TracePenalty(p.objective, factor * p.s**2), p.w)


CLAIMS = (
    Claim(
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
        expect=stated_gap,
        domain=TINY,
        corners=({"d": 1, "rank": 1, "p": 1, "n": 1, "s": 1.0, "seed": 1},),
        hypotheses=RANK,
        quick=4,
        full=200,
        note="The mean is taken by a rule that is exact for quartics, not by sampling.",
        controls=(
            Control(
                "noise of one entry",
                "every entry of W has its curvature",
                observe=lambda p, rng: gap_of_one_entry(p),
                change=lambda s: {**s, "d": max(s.d, 2)},
            ),
            Control(
                "trace term alone", "the fourth-order term is not small", expect=lambda p: stated_gap(p, fourth=0.0)
            ),
            Control(
                "whole trace instead of half",
                "the expansion has the factor s^2/2",
                expect=lambda p: stated_gap(p, second=2.0),
            ),
        ),
    ),
    Claim(
        id="zhang2024/sensing-mean-step",
        title="NSO's mean step is the gradient of loss plus trace",
        statement=r"""$\mathbb E\nabla L(W+U)=\nabla\left[L+\frac{s^2}2\operatorname{tr}\nabla^2L\right](W)$ for
            Gaussian $U$: noise stability optimisation penalises the trace $\langle C,WW^\top\rangle$, linear in
            $WW^\top$.""",
        source="Penalty of one sample",
        origin="derived",
        kind="equality",
        relation=Equal(rtol=1e-9, atol=1e-10),
        problem=tiny,
        observe=mean_gradient,
        expect=stated_step,
        domain=TINY,
        hypotheses=RANK,
        quick=5,
        full=200,
        note="Every entry of the gradient; the mean is taken by a rule that is exact for cubics.",
        controls=(
            Control("twice the penalty", "the factor is s^2/2", expect=lambda p: stated_step(p, 1.0)),
            Control(
                "no noise",
                "the mean step is not the plain gradient",
                observe=lambda p, rng: mean_gradient(p._replace(s=0.0), rng),
            ),
        ),
    ),
)
