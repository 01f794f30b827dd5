r"""On a diagonal network SAP ends where the trace is $4\min_{Ax=b}\|x\|_1$ and the coefficients are the sparse ones."""

import numpy as np
from scipy.stats import spearmanr

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED
from flatlab.evidence.relations import AtLeast, AtMost
from paper_checks.ahn2024.problems.sparse_recovery import CLEAR, Recovery, last_excess

LEAST_EXCESS = 1e-3  # over that at the start, below which records are rounding


def recovery(p, rng, method="sharpness-aware"):
    """Return the excess of the last trace over the least, relative, and the distance to the sparse coefficients."""
    traces, errors = p.run(method, rng)
    return abs(traces[-1] / p.least - 1), errors[-1]


def correlation(p, rng, method="sharpness-aware"):
    """Return the rank correlation of trace and distance over the records that count; 0 if its excess does not halve."""
    traces, errors = p.run(method, rng)
    above = traces - p.least
    counted = above > LEAST_EXCESS * above[0]
    return spearmanr(traces[counted], errors[counted])[0] if np.ptp(traces[counted]) > above[0] / 2 else 0.0


def ratios(p, rng, sharp="sharpness-aware", smooth="smoothed", **sizes):
    """Return the excess of random smoothing over that of SAP, and of gradient descent over random smoothing."""
    smoothed = last_excess(p, rng, smooth, **sizes)
    return smoothed / last_excess(p, rng, sharp, **sizes), last_excess(p, rng, "descent") / smoothed


CLAIMS = (
    Claim(
        id="ahn2024/sparse-recovery",
        title="sharpness-aware steps recover the sparse coefficients",
        statement=r"""On a diagonal network of 10 samples and 20 coefficients, 2 of them not 0, SAP ends where the trace
            is $4\min_{Ax=b}\|x\|_1$ and the coefficients are the sparse ones, to
            $10^{-6}$.""",
        source="Sparse recovery",
        origin="measured",
        kind="upper bound",
        relation=AtMost(),
        problem=Recovery,
        observe=recovery,
        expect=1e-6,
        fixed={"steps": 60000},
        domain={"seed": SEED},
        hypotheses=CLEAR,
        quick=1,
        full=8,
        seconds=0.098,
        few="60 000 steps of a network with 40 parameters",
        note="""Observed: the excess of the trace over the linear program's value, relative, and the distance to the
            sparse coefficients, both at the limit of the last iterate.""",
        controls=(
            Control("gradient descent", "it stays where it starts", observe=lambda p, rng: recovery(p, rng, "descent")),
            Control(
                "random smoothing",
                "it is d times slower",
                observe=lambda p, rng: recovery(p, rng, "smoothed"),
                change={"steps": 30000},
            ),
        ),
    ),
    Claim(
        id="ahn2024/flat-is-sparse",
        title="the flatter, the closer to the sparse coefficients",
        statement=r"""Over the records of a run of SAP, until the excess of the trace over the least one is a thousandth
            of that at the start, the distance $|x-x^*|$ of the coefficients and the trace have a rank correlation of at
            least $0.999$.""",
        source="Sparse recovery",
        origin="measured",
        kind="lower bound",
        relation=AtLeast(),
        problem=Recovery,
        observe=correlation,
        expect=0.999,
        fixed={"steps": 60000},
        domain={"seed": SEED},
        hypotheses=CLEAR,
        quick=1,
        full=8,
        seconds=0.083,
        few="60 000 steps of a network with 40 parameters",
        controls=(Control("gradient descent", "nothing falls", observe=lambda p, rng: correlation(p, rng, "descent")),),
    ),
    Claim(
        id="ahn2024/ordering-of-methods",
        title="sharpness-aware before smoothed before gradient descent",
        statement=r"""At equal $\eta,\rho$ the excess trace $\mathrm{tr}-4\min\|x\|_1$ that random smoothing leaves
            after 7500 steps is at least twenty times that left by SAP, and gradient descent leaves at least $1.1$ times
            that of random smoothing.""",
        source="Sparse recovery",
        origin="measured",
        kind="ordering",
        relation=AtLeast(),
        problem=Recovery,
        observe=ratios,
        expect=(20.0, 1.1),
        fixed={"steps": 7500},
        domain={"seed": SEED},
        hypotheses=CLEAR,
        quick=1,
        full=200,
        seconds=0.03,
        few="three runs of 7500 steps of a network with 40 parameters",
        note="The paper has the first half of this order on a ResNet; only the order is compared.",
        controls=(
            Control("radius 0", "nothing is left but gradient descent", observe=lambda p, rng: ratios(p, rng, rho=0.0)),
            Control(
                "methods exchanged",
                "random smoothing leaves more",
                observe=lambda p, rng: ratios(p, rng, sharp="smoothed", smooth="sharpness-aware"),
            ),
        ),
    ),
)
