r"""Flatter is not better: naive noise is no sharper than NSO and recovers worse, a small start the other way round."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import AtLeast
from paper_checks.zhang2024.problems.sensing import AT_PAPER_SCALE, FIXED, RECOVERY, UNDERDETERMINED, Sensing


def several(problems, seed, **setting):
    """Return the problems of consecutive seeds."""
    return [Sensing(seed=seed + k, **setting) for k in range(problems)]


def medians(problems, rng, flat="naive-2"):
    """Return medians over problems: trace and nuclear norm, NSO over another, and error, the other over NSO."""
    ends = [(one.end("nso"), one.end(flat)) for one in problems]
    rows = [[nso.trace / other.trace, nso.nuclear / other.nuclear, other.error / nso.error] for nso, other in ends]
    return np.median(rows, axis=0)


def trace_and_error(p, rng, rival="small-start"):
    """Return the trace of a rival over NSO's, and the error of NSO over the rival's."""
    nso, other = p.end("nso"), p.end(rival)
    return [other.trace / nso.trace, nso.error / other.error]


CLAIMS = (
    Claim(
        id="zhang2024/sensing-flatter-and-worse",
        title="Naive noise recovers worse than NSO and is no sharper on five problems",
        statement=r"""Medians over five problems: $\operatorname{tr}\nabla^2L$ and $\|WW^\top\|_*$ of NSO are at least
            those of naive noise (two points), and its error is smaller.""",
        source="Recovery, measured",
        origin="measured",
        kind="ordering",
        relation=AtLeast(),
        problem=several,
        observe=medians,
        expect=1,
        fixed={**FIXED, "problems": 5},
        corners=({"seed": 1},),
        full_corners=tuple({**corner, "problems": 1} for corner in AT_PAPER_SCALE),
        hypotheses=UNDERDETERMINED,
        note="""Third of four readings: a lower trace is not by itself better. The differences of trace are below 2%
            and go either way between problems, so that other five problems may decide otherwise; the error is smaller
            in all. sensing-sharper-and-better shows the reading in every problem.""",
        controls=(
            Control(
                "gradient descent in place of naive noise",
                "its minimum is far sharper",
                observe=lambda problems, rng: medians(problems, rng, flat="gd"),
            ),
        ),
    ),
    Claim(
        id="zhang2024/sensing-sharper-and-better",
        title="A small start ends sharper than NSO and recovers better",
        statement=r"""Gradient descent from entries of size $0.01$ has the larger $\operatorname{tr}\nabla^2L$ and the
            smaller error, in every problem.""",
        source="Recovery, measured",
        origin="measured",
        kind="ordering",
        relation=AtLeast(),
        observe=trace_and_error,
        expect=1,
        **RECOVERY,
        note="Third of four readings, in every problem: the truth itself is sharper than what weight noise finds.",
        controls=(
            Control(
                "a unit start",
                "it ends sharper still, and does not recover the matrix",
                observe=lambda p, rng: trace_and_error(p, rng, "gd"),
            ),
        ),
    ),
)
