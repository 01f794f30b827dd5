"""The Hessian of a matrix sensing loss: its trace, the mean of the trace, estimates of both and of the top."""

import numpy as np

from flatlab.evidence import intervals as rates
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, Uniform, Whole
from flatlab.evidence.relations import AtMost, Equal, WithinInterval
from flatlab.geometry.hessian_vector import hessian_operator, hutch_plus_plus, hutchinson, largest_eigenvalue
from flatlab.objectives import MatrixSensing, hessian, hessian_trace, sensing_residuals, value
from flatlab.objectives.sensing._packed import unpack
from flatlab.objectives.sensing.problem import gaussian_measurements
from flatlab.theory.noise import SensingMean, SensingSample
from paper_checks.zhang2024._sensing_exact import second_differences

PAGE = "paper_checks/zhang2024/README.md"
SIGMAS = 6.2  # a normal deviate is beyond this with probability 6e-10


def _instance(setting):
    rng = np.random.default_rng(setting["seed"])
    d, p, n = setting["d"], setting["p"], setting["n"]
    measurements = gaussian_measurements(d, n, rng=rng)
    return MatrixSensing(measurements, setting["off"] * rng.standard_normal(n), p), rng.standard_normal(d * p)


def _formula(setting, tilt=1.0):
    objective, w = _instance(setting)
    factor = w.reshape(objective.rows, -1)
    symmetric = unpack(objective.measurements)
    squares = float(np.sum((symmetric @ factor) ** 2))
    errors = float(sensing_residuals(objective, w) @ np.trace(symmetric, axis1=1, axis2=2))
    return SensingSample(len(symmetric), objective.columns).hessian_trace(squares, tilt * errors)


def _differences(setting, rng):
    objective, w = _instance(setting)
    return float(second_differences(lambda point: value(objective, point), w).sum())


def _stated_mean(d, nuclear, p, known):
    return SensingMean(d, p).hessian_trace(nuclear, known)


def _mean_trace(setting, rng, stated=_stated_mean):
    """Return 1 + the mean over measurement draws of trace less stated, at one W, over the sizes of its two terms.

    The two terms may cancel, so that their sum is no unit to measure in.
    """
    d, p, n = setting["d"], setting["p"], setting["n"]
    w, truth = rng.standard_normal(d * p), rng.standard_normal((d, 1))
    nuclear, known = float(np.sum(w**2)), setting["off"] * float(np.sum(truth**2))
    size = 2 * (d + 1) * nuclear + 2 * p * abs(nuclear - known)
    traces = []
    for _ in range(setting["draws"]):
        measurements = gaussian_measurements(d, n, rng=rng)
        targets = unpack(measurements).reshape(n, -1) @ (setting["off"] * truth @ truth.T).ravel()
        traces.append(hessian_trace(MatrixSensing(measurements, targets, p), w))
    return rates.mean(1 + (np.array(traces) - stated(d, nuclear, p, known)) / size)


def _without_one(d, nuclear, p, known):
    return _stated_mean(d, nuclear, p, known) - 2 * nuclear


def _without_residuals(d, nuclear, p, known):
    return 2 * (d + 1) * nuclear


def _deviations(factor):
    def observe(setting, rng):
        objective, w = _instance(setting)
        operator, exact = hessian_operator(objective, w), factor * hessian_trace(objective, w)
        found = [estimate(operator, probes=setting["probes"], rng=rng) for estimate in (hutchinson, hutch_plus_plus)]
        return [abs(one.value - exact) / one.error for one in found]

    return observe


def _top(setting, rng):
    objective, w = _instance(setting)
    return largest_eigenvalue(hessian_operator(objective, w)).value


def _dense_top(setting):
    objective, w = _instance(setting)
    return float(np.linalg.eigvalsh(hessian(objective, w))[-1])


def _rayleigh(setting, rng):
    objective, w = _instance(setting)
    vector = rng.standard_normal(w.size)
    return float(vector @ (hessian_operator(objective, w) @ vector) / (vector @ vector))


SIZES = {"d": Whole(2, 8), "p": Whole(1, 8), "n": Whole(1, 40), "off": Uniform(0.5, 3.0), "seed": SEED}

CLAIMS = [
    Claim(
        id="zhang2024/sensing-trace",
        title="Hessian trace of matrix sensing",
        statement=(
            r"The Hessian of $L(W)=\frac1{2n}\sum e_i^2$ has the trace "
            r"$\frac4n\sum\|S_iW\|_F^2+\frac{2p}n\sum e_i\operatorname{tr}S_i$ at every W."
        ),
        source=f'"Hessian trace of matrix sensing", {PAGE}',
        origin="derived",
        kind="equality",
        relation=Equal(rtol=1e-10),
        observe=_differences,
        expect=_formula,
        domain=SIZES,
        corners=({"d": 1, "p": 1, "n": 1, "off": 1.0, "seed": 1}, {"d": 6, "p": 6, "n": 9, "off": 0.0, "seed": 2}),
        quick=8,
        full=100,
        controls=(
            Control(
                "residual term left out",
                "the second term vanishes at interpolation only",
                expect=lambda setting: _formula(setting, tilt=0.0),
            ),
        ),
        note="Second differences of a quartic over five points have no truncation error.",
    ),
    Claim(
        id="zhang2024/sensing-mean-trace",
        title="Mean Hessian trace is the nuclear norm",
        statement=(
            r"Over Gaussian measurements $\mathbb E\operatorname{tr}\nabla^2L=2(d+1)\|WW^\top\|_*"
            r"+2p\operatorname{tr}(WW^\top-X^\star)$: at interpolation $2(d+1)$ times the nuclear norm."
        ),
        source=f'"Hessian trace of matrix sensing", {PAGE}',
        origin="derived",
        kind="equality",
        relation=WithinInterval(tolerance=0.04),
        observe=_mean_trace,
        expect=lambda setting: 1.0,
        domain={
            "d": Whole(3, 8),
            "p": Whole(2, 8),
            "n": Choice((2000,)),
            "off": Uniform(0.0, 2.0),
            "draws": Choice((150,)),
        },
        quick=3,
        full=30,
        note="Observed: 1 + (mean trace less the stated one) / (sizes of its two terms, which may cancel).",
        controls=(
            Control(
                "d instead of d + 1",
                r"the diagonal entries have twice the variance of the others",
                observe=lambda setting, rng: _mean_trace(setting, rng, _without_one),
            ),
            Control(
                "residual term left out",
                "W is far from interpolation, the residuals have a mean",
                observe=lambda setting, rng: _mean_trace(setting, rng, _without_residuals),
            ),
        ),
    ),
    Claim(
        id="zhang2024/sensing-trace-estimates",
        title="Hutchinson and Hutch++ agree with the exact trace",
        statement=(
            rf"Both estimates of $\operatorname{{tr}}\nabla^2L(W)$ from Hessian-vector products lie within {SIGMAS:g} "
            r"of their own standard errors of the exact trace."
        ),
        source=f'"Hessian trace of matrix sensing", {PAGE}; Hutchinson 1990; Meyer, Musco, Musco and Woodruff 2021',
        origin="derived",
        kind="upper bound",
        relation=AtMost(),
        observe=_deviations(1.0),
        expect=lambda setting: SIGMAS,
        domain={
            "d": Choice((12, 16)),
            "p": Choice((12, 16)),
            "n": Choice((80,)),
            "off": Uniform(0.5, 3.0),
            "probes": Choice((150,)),
            "seed": SEED,
        },
        corners=({"d": 30, "p": 30, "n": 240, "off": 1.0, "probes": 150, "seed": 1},),
        quick=3,
        full=30,
        controls=(
            Control(
                "the authors' loss",
                "their loss is half of this one, and so is its trace",
                observe=_deviations(0.5),
            ),
        ),
    ),
    Claim(
        id="zhang2024/sensing-top-eigenvalue",
        title="Largest Hessian eigenvalue by Lanczos iteration",
        statement=r"Lanczos iteration on Hessian-vector products gives the $\lambda_1$ of the full Hessian.",
        source="definition of the largest eigenvalue; LAPACK against ARPACK",
        origin="derived",
        kind="equality",
        relation=Equal(rtol=1e-10),
        observe=_top,
        expect=_dense_top,
        domain={"d": Whole(3, 12), "p": Whole(2, 12), "n": Whole(5, 80), "off": Uniform(0.5, 3.0), "seed": SEED},
        quick=5,
        full=40,
        controls=(Control("a random direction", "its curvature is an average over the spectrum", observe=_rayleigh),),
    ),
]
