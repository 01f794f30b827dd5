r"""$E\nabla L(W+U)=\nabla[L+\frac{s^2}2\operatorname{tr}\nabla^2L](W)$: NSO's mean step descends a trace penalty."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from flatlab.objectives import TracePenalty
from paper_checks.zhang2024.problems.exact_means import gaussian_mean_of_cubic
from paper_checks.zhang2024.problems.small_sensing import RANK, TINY, gradient_at, tiny


def mean_gradient(p, rng):
    return gaussian_mean_of_cubic(lambda point: gradient_at(p.objective, point), p.w, p.s)


def stated(p, factor=0.5):
    return gradient_at(TracePenalty(p.objective, factor * p.s**2), p.w)


CLAIM = Claim(
    id="zhang2024/sensing-mean-step",
    title="NSO's mean step is the gradient of loss plus trace",
    statement=r"""$\mathbb E\nabla L(W+U)=\nabla\left[L+\frac{s^2}2\operatorname{tr}\nabla^2L\right](W)$ for Gaussian
        $U$: noise stability optimisation penalises the trace $\langle C,WW^\top\rangle$, linear in $WW^\top$.""",
    source="Penalty of one sample",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9, atol=1e-10),
    problem=tiny,
    observe=mean_gradient,
    expect=stated,
    domain=TINY,
    hypotheses=RANK,
    quick=5,
    full=40,
    note="Every entry of the gradient; the mean is taken by a rule that is exact for cubics.",
    controls=(
        Control("twice the penalty", "the factor is s^2/2", expect=lambda p: stated(p, 1.0)),
        Control("no penalty", "the mean step is not the plain gradient", expect=lambda p: stated(p, 0.0)),
    ),
)
