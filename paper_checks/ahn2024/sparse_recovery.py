r"""On a diagonal network SAP ends where the trace is $4\min_{Ax=b}\|x\|_1$ and the coefficients are the sparse ones."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED
from flatlab.evidence.relations import AtMost
from paper_checks.ahn2024.problems.sparse_recovery import CLEAR, Recovery


def observe(p, rng, method="sharpness-aware"):
    """Return the excess of the last trace over the least, relative, and the distance to the sparse coefficients."""
    traces, errors = p.run(method, rng)
    return abs(traces[-1] / p.least - 1), errors[-1]


CLAIM = Claim(
    id="ahn2024/sparse-recovery",
    title="sharpness-aware steps recover the sparse coefficients",
    statement=r"""On a diagonal network of 10 samples and 20 coefficients, 2 of them not 0, SAP ends where the trace is
        $4\min_{Ax=b}\|x\|_1$ and the coefficients are the sparse ones, to $0.02$.""",
    source="Sparse recovery",
    origin="measured",
    kind="upper bound",
    relation=AtMost(),
    problem=Recovery,
    observe=observe,
    expect=0.02,
    fixed={"steps": 60000},
    domain={"seed": SEED},
    corners=({"seed": 2, "steps": 40000},),
    hypotheses=CLEAR,
    quick=0,
    full=8,
    note="""Observed: the excess of the trace over the linear program's value, relative, and the distance to the sparse
        coefficients, both at the limit of the last iterate.""",
    controls=(
        Control("gradient descent", "it stays where it starts", observe=lambda p, rng: observe(p, rng, "descent")),
        Control("random smoothing", "it is d times slower", observe=lambda p, rng: observe(p, rng, "smoothed")),
    ),
)
