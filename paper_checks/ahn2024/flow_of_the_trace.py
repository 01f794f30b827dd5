r"""On curved manifolds of minima the path of the mean perturbed step is, through $\Phi$, the flow of the trace."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform, Uniform
from flatlab.evidence.relations import Close
from paper_checks.ahn2024.problems.gradients import Smoothed, sharpness_aware_mean
from paper_checks.ahn2024.problems.trace_flow import PARTS, flow, mean_path, network_path

DOMAIN = {
    "shape": Choice(((2, 3), (2, 4), (3, 4))),
    "rho": LogUniform(0.03, 0.3),
    "fall": Uniform(0.3, 1.5),
    "seed": SEED,
}


def smoothed(p, rng, radius=1.0):
    """Return the path of the mean of random smoothing, and beside it the projected flow of the trace."""
    pace = 2 * p.minimum.size / p.rho**2
    ends = mean_path(p.objective, lambda w: Smoothed(p.objective, w, radius * p.rho).mean, p.minimum, p.time, pace)
    return [*ends, *flow(p.projected_slope, p.minimum, p.time)]


def sharpness_aware(p, rng, samples=True):
    """Return the path of the mean of SAP; with ``samples`` off random smoothing takes its place."""

    def mean(w):
        if not samples:
            return Smoothed(p.objective, w, p.rho).mean
        moves = [sharpness_aware_mean(p.objective, w, p.rho, (i,), g) for i, g in enumerate(p.slopes(w))]
        return np.mean(moves, axis=0)

    return mean_path(p.objective, mean, p.minimum, p.time, 2 / p.rho**2)


def stated(p):
    return [p.after(time) for time in PARTS * p.time]


CLAIMS = (
    Claim(
        id="ahn2024/flow-of-the-trace",
        title="the path of the mean of random smoothing is the flow of the trace",
        statement=r"""On a diagonal network of $n\ge2$ samples, whose minima are a curved manifold of codimension $n$,
            the flow of $-(\nabla f+\mathbb E\nabla f(\cdot+\rho g))$ from a minimum is at the time $2d\tau/\rho^2$,
            through $\Phi$, where the projected flow $\dot x=-P_T\nabla\mathrm{tr}\,\nabla^2f$ is at $\tau$, and this is
            $\Phi$ of the minimum with $u_j$ and $v_j$ scaled by $\exp(-\frac{8\tau}n\sum_ia_{ij}^2)$.""",
        source="Flow of the trace",
        origin="derived",
        kind="equality",
        relation=Close(rtol=1e-4),
        problem=network_path,
        observe=smoothed,
        expect=lambda p: 2 * stated(p),
        domain=DOMAIN,
        quick=2,
        full=200,
        seconds=0.04,
        few="a stiff flow of means over many points",
        note="""Observed: both flows at three times by a stiff solver; the mean over the sphere is an exact quadrature.
            fall: how far the products of the entries fall, as a logarithm.""",
        controls=(
            Control("half the radius", "it is four times slower", observe=lambda p, rng: smoothed(p, rng, radius=0.5)),
        ),
    ),
    Claim(
        id="ahn2024/flow-of-the-trace-of-samples",
        title="the path of the mean of sharpness-aware steps is the flow of the trace, d times as fast",
        statement=r"""On a diagonal network the flow of $-(\nabla f+\mathbb E\nabla f_i(\cdot+\sigma\rho g_i))$, a mean
            over samples and signs, $g_i=\nabla p_i/|\nabla p_i|$, is from a minimum at the time $2\tau/\rho^2$, through
            $\Phi$, where the projected flow of the trace is at $\tau$, $d$ times as fast as random smoothing; a sample
            counts with its $a_{ij}^2$.""",
        source="Flow of the trace",
        origin="derived",
        kind="equality",
        relation=Close(rtol=1e-4),
        problem=network_path,
        observe=sharpness_aware,
        expect=stated,
        domain=DOMAIN,
        quick=2,
        full=200,
        seconds=0.041,
        few="a stiff flow of means over many points",
        note="Observed: the flow at three times by a stiff solver. fall: as in the claim of random smoothing.",
        controls=(
            Control(
                "random smoothing",
                "it is d times slower",
                observe=lambda p, rng: sharpness_aware(p, rng, samples=False),
            ),
        ),
    ),
)
