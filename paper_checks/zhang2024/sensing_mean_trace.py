r"""Over Gaussian measurements the mean Hessian trace is $2(d+1)\|WW^\top\|_*+2p\operatorname{tr}(WW^\top-X^\star)$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Uniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.objectives import MatrixSensing, hessian_trace
from flatlab.objectives.sensing._packed import unpack
from flatlab.objectives.sensing.problem import pack_measurements
from flatlab.theory.noise import SensingMean


def exact_moments(d, rng):
    """Return N = d(d+1)/2 measurements whose mean of S_ab S_cd is that of Gaussian ones, shape (N, d, d).

    A random rotation of the orthonormal basis of the symmetric matrices, of norm sqrt(N).
    """
    size = d * (d + 1) // 2
    basis, (rows, columns) = np.zeros((size, d, d)), np.tril_indices(d)
    basis[np.arange(size), rows, columns] = basis[np.arange(size), columns, rows] = np.where(
        rows == columns, 1, 0.5**0.5
    )
    rotation = np.linalg.qr(rng.standard_normal((size, size)))[0]
    return np.sqrt(size) * np.einsum("ij,jab->iab", rotation, basis)


def sensing_at(d, p, off, seed):
    """Return a loss with exact moments, a point, its nuclear norm and the trace of X*."""
    rng = np.random.default_rng(seed)
    w, truth = rng.standard_normal(d * p), rng.standard_normal((d, 1))
    measurements = exact_moments(d, rng)
    targets = measurements.reshape(-1, d * d) @ (off * truth @ truth.T).ravel()
    return MatrixSensing(pack_measurements(measurements), targets, p), w, np.sum(w**2), off * np.sum(truth**2)


def stated_mean(case):
    objective, _, nuclear, known = case
    return SensingMean(objective.rows, objective.columns).hessian_trace(nuclear, known)


def mean_trace(case, rng):
    objective, w, _, _ = case
    return hessian_trace(objective, w)


def diagonal_alike(case, rng):
    """Use entries of one variance on the diagonal and off it, as of measurements that are not symmetrised sums."""
    objective, w, _, _ = case
    symmetric = unpack(objective.measurements)
    d = symmetric.shape[1]
    halved = symmetric * np.where(np.eye(d), 0.5**0.5, 1.0)
    return hessian_trace(MatrixSensing(pack_measurements(halved), objective.targets, objective.columns), w)


CLAIM = Claim(
    id="zhang2024/sensing-mean-trace",
    title="Mean Hessian trace is the nuclear norm",
    statement=r"""Over Gaussian measurements $\mathbb
        E\operatorname{tr}\nabla^2L=2(d+1)\|WW^\top\|_*+2p\operatorname{tr}(WW^\top-X^\star)$: at interpolation
        $2(d+1)$ times the nuclear norm.""",
    source="Hessian trace of matrix sensing",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9, atol=1e-9),
    problem=sensing_at,
    observe=mean_trace,
    expect=stated_mean,
    domain={"d": Whole(2, 12), "p": Whole(1, 12), "off": Uniform(0.0, 2.0), "seed": SEED},
    quick=10,
    full=200,
    seconds=0.0017,
    note="""The trace is of second degree in the measurements, so d(d+1)/2 of them whose second moments are exactly
        those of Gaussian ones give the mean without sampling.""",
    controls=(
        Control(
            "a diagonal like the rest",
            "the diagonal entries have twice the variance of the others",
            observe=diagonal_alike,
        ),
        Control(
            "residual term left out",
            "W is far from interpolation, the residuals have a mean",
            observe=lambda case, rng: 2 * (case[0].rows + 1) * case[2],
        ),
    ),
)
