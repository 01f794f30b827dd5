r"""$\operatorname{tr}\nabla^2L=\frac4n\sum\|S_iW\|_F^2+\frac{2p}n\sum e_i\operatorname{tr}S_i$, and its mean."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Uniform, Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import Equal, WithinInterval
from flatlab.objectives import MatrixSensing, hessian_trace, sensing_residuals, value
from flatlab.objectives.sensing._packed import unpack
from flatlab.objectives.sensing.problem import gaussian_measurements
from flatlab.theory.noise import SensingMean, SensingSample
from paper_checks.zhang2024.problems.exact_means import second_differences
from paper_checks.zhang2024.problems.small_sensing import off_minimum


def stated_trace(p, residuals=1.0):
    """Return the stated trace, with the term of the residuals multiplied by ``residuals``."""
    products = p.symmetric @ p.w.reshape(p.objective.rows, -1)
    errors = sensing_residuals(p.objective, p.w) @ p.traces
    sample = SensingSample(len(p.traces), p.objective.columns)
    return sample.hessian_trace(np.sum(products**2), residuals * errors)


def stated_mean(d, nuclear, p, known):
    return SensingMean(d, p).hessian_trace(nuclear, known)


def deviation(s, rng, stated_mean=stated_mean):
    """Return the mean over measurement draws of trace less stated, at one W, over the sizes of its two terms."""
    w, truth = rng.standard_normal(s.d * s.p), rng.standard_normal((s.d, 1))
    nuclear, known = np.sum(w**2), s.off * np.sum(truth**2)
    size = 2 * (s.d + 1) * nuclear + 2 * s.p * abs(nuclear - known)
    traces = []
    for _ in range(s.draws):
        measurements = gaussian_measurements(s.d, s.n, rng=rng)
        targets = unpack(measurements).reshape(s.n, -1) @ (s.off * truth @ truth.T).ravel()
        traces.append(hessian_trace(MatrixSensing(measurements, targets, s.p), w))
    return mean((np.array(traces) - stated_mean(s.d, nuclear, s.p, known)) / size)


def without_one(d, nuclear, p, known):
    return stated_mean(d, nuclear, p, known) - 2 * nuclear


def without_residuals(d, nuclear, p, known):
    return 2 * (d + 1) * nuclear


CLAIMS = (
    Claim(
        id="zhang2024/sensing-trace",
        title="Hessian trace of matrix sensing",
        statement=r"""The Hessian of $L(W)=\frac1{2n}\sum e_i^2$ has the trace $\frac4n\sum\|S_iW\|_F^2+\frac{2p}n\sum
            e_i\operatorname{tr}S_i$ at every W.""",
        source="Hessian trace of matrix sensing",
        origin="derived",
        kind="equality",
        relation=Equal(rtol=1e-10),
        problem=off_minimum,
        observe=lambda p, rng: second_differences(lambda point: value(p.objective, point), p.w).sum(),
        expect=stated_trace,
        domain={"d": Whole(2, 8), "p": Whole(1, 8), "n": Whole(1, 40), "off": Uniform(0.5, 3.0), "seed": SEED},
        corners=({"d": 1, "p": 1, "n": 1, "off": 1.0, "seed": 1}, {"d": 6, "p": 6, "n": 9, "off": 0.0, "seed": 2}),
        quick=8,
        full=100,
        note="Second differences of a quartic over five points have no truncation error.",
        controls=(
            Control(
                "residual term left out",
                "the second term vanishes at interpolation only",
                expect=lambda p: stated_trace(p, residuals=0.0),
            ),
        ),
    ),
    Claim(
        id="zhang2024/sensing-mean-trace",
        title="Mean Hessian trace is the nuclear norm",
        statement=r"""Over Gaussian measurements $\mathbb
            E\operatorname{tr}\nabla^2L=2(d+1)\|WW^\top\|_*+2p\operatorname{tr}(WW^\top-X^\star)$: at interpolation
            $2(d+1)$ times the nuclear norm.""",
        source="Hessian trace of matrix sensing",
        origin="derived",
        kind="equality",
        relation=WithinInterval(tolerance=0.04),
        observe=deviation,
        expect=0,
        fixed={"n": 2000, "draws": 150},
        domain={"d": Whole(3, 8), "p": Whole(2, 8), "off": Uniform(0.0, 2.0)},
        quick=3,
        full=30,
        note="Observed: mean trace less the stated one, over the sizes of its two terms, which may cancel.",
        controls=(
            Control(
                "d instead of d + 1",
                "the diagonal entries have twice the variance of the others",
                observe=lambda s, rng: deviation(s, rng, without_one),
            ),
            Control(
                "residual term left out",
                "W is far from interpolation, the residuals have a mean",
                observe=lambda s, rng: deviation(s, rng, without_residuals),
            ),
        ),
    ),
)
