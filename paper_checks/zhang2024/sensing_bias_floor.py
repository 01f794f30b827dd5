r"""Weight noise leaves $\sum_j\min(\lambda_j,\lambda)^2/\sum_j\lambda_j^2$ of the error, in the mean over samples."""

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform, Uniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.theory.noise import SensingMean, bias_floor


class Mean(NamedTuple):
    """The loss over all Gaussian measurements of a d by d truth of drawn eigenvalues, the least of them ``least``."""

    d: int
    least: float
    s: float
    seed: int

    @property
    def eigenvalues(self):
        rng = np.random.default_rng(self.seed)
        return np.append(rng.uniform(0.5, 2.0, self.d - 1), self.least)

    @property
    def truth(self):
        turn, _ = np.linalg.qr(np.random.default_rng([self.seed, 1]).standard_normal((self.d, self.d)))
        return turn * self.eigenvalues @ turn.T

    @property
    def threshold(self):
        """The s^2 (d + 1 + p) of p = d columns."""
        return self.s**2 * (2 * self.d + 1)


def left(p, rng, share=1.0):
    """Return the relative squared error of the W that a minimiser finds from a drawn start."""
    threshold = share * p.threshold

    def loss(flat):
        w = flat.reshape(p.d, p.d)
        error = w @ w.T - p.truth
        return np.sum(error**2) / 2 + threshold * np.sum(w**2), (2 * error @ w + 2 * threshold * w).ravel()

    start = rng.standard_normal(p.d**2)
    w = minimize(loss, start, jac=True, method="BFGS", options={"gtol": 1e-9, "maxiter": 2000}).x.reshape(p.d, p.d)
    return np.sum((w @ w.T - p.truth) ** 2) / np.sum(p.truth**2)


def stated(p):
    return bias_floor(p.eigenvalues, SensingMean(p.d).soft_threshold(p.s))


CLAIM = Claim(
    id="zhang2024/sensing-bias-floor",
    title="what weight noise leaves of the error in the mean",
    statement=r"""Over Gaussian measurements the minimiser of the mean loss with weight noise, $p=d$, has the relative
        squared error $\|WW^\top-X^\ast\|_F^2/\|X^\ast\|_F^2=\sum_j\min(\lambda_j,\lambda)^2/\sum_j\lambda_j^2$,
        $\lambda_j$ the eigenvalues of $X^\ast$, $\lambda=s^2(2d+1)$.""",
    source="Soft threshold",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-5),
    problem=Mean,
    observe=left,
    expect=stated,
    domain={"d": Whole(2, 5), "least": Uniform(0.02, 0.2), "s": LogUniform(0.03, 0.15), "seed": SEED},
    corners=({"d": 3, "least": 0.05, "s": 0.12, "seed": 1}, {"d": 3, "least": 0.2, "s": 0.05, "seed": 2}),
    hypotheses={
        "no eigenvalue is within a fifth of the threshold": lambda s: abs(Mean(**s).threshold / s.least - 1) > 0.2,
    },
    quick=5,
    full=200,
    seconds=0.0081,
    note="""Found by BFGS on the mean loss from a drawn W. The first corner cuts the least eigenvalue off, the second
        does not. Where an eigenvalue is the threshold, the minimum is flat and minimisers stop early.""",
    controls=(
        Control(
            "half of the penalty",
            "the error grows with the noise",
            observe=lambda p, rng: left(p, rng, share=0.5),
        ),
        Control(
            "no eigenvalue cut off",
            "below the threshold an eigenvalue is lost and no more",
            expect=lambda p: p.d * p.threshold**2 / np.sum(p.eigenvalues**2),
            change={"d": 3, "least": 0.05, "s": 0.12, "seed": 1},
        ),
    ),
)
