r"""Over Gaussian measurements $E\operatorname{tr}\nabla^2L=2(d+1)\|WW^\top\|_*+2p\operatorname{tr}(WW^\top-X^*)$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform, Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import WithinInterval
from flatlab.objectives import MatrixSensing, hessian_trace
from flatlab.objectives.sensing._packed import unpack
from flatlab.objectives.sensing.problem import gaussian_measurements
from flatlab.theory.noise import SensingMean


def stated(d, nuclear, p, known):
    return SensingMean(d, p).hessian_trace(nuclear, known)


def deviation(s, rng, stated=stated):
    """Return the mean over measurement draws of trace less stated, at one W, over the sizes of its two terms."""
    w, truth = rng.standard_normal(s.d * s.p), rng.standard_normal((s.d, 1))
    nuclear, known = np.sum(w**2), s.off * np.sum(truth**2)
    size = 2 * (s.d + 1) * nuclear + 2 * s.p * abs(nuclear - known)
    traces = []
    for _ in range(s.draws):
        measurements = gaussian_measurements(s.d, s.n, rng=rng)
        targets = unpack(measurements).reshape(s.n, -1) @ (s.off * truth @ truth.T).ravel()
        traces.append(hessian_trace(MatrixSensing(measurements, targets, s.p), w))
    return mean((np.array(traces) - stated(s.d, nuclear, s.p, known)) / size)


def without_one(d, nuclear, p, known):
    return stated(d, nuclear, p, known) - 2 * nuclear


def without_residuals(d, nuclear, p, known):
    return 2 * (d + 1) * nuclear


CLAIM = Claim(
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
)
