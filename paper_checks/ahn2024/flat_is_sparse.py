r"""While SAP descends on a diagonal network the distance $|x-x^*|$ of the coefficients falls with the trace."""

import numpy as np
from scipy.stats import spearmanr

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED
from flatlab.evidence.relations import AtLeast
from paper_checks.ahn2024.problems.sparse_recovery import CLEAR, Recovery


def observe(p, rng, method="sharpness-aware"):
    """Return the rank correlation of trace and distance over the records that count; 0 if there are three or fewer."""
    traces, errors = p.run(method, rng)
    fallen = np.append(True, errors[1:] < 0.9 * errors[:-1])
    return spearmanr(traces[fallen], errors[fallen])[0] if fallen.sum() > 3 else 0.0


CLAIM = Claim(
    id="ahn2024/flat-is-sparse",
    title="the flatter, the closer to the sparse coefficients",
    statement=r"""Over the records of a run of SAP at which the distance $|x-x^*|$ of the coefficients has fallen by a
        tenth since the record before, distance and trace have a rank correlation of at least $0.95$.""",
    source="Sparse recovery",
    origin="measured",
    kind="lower bound",
    relation=AtLeast(),
    problem=Recovery,
    observe=observe,
    expect=0.95,
    fixed={"steps": 60000},
    domain={"seed": SEED},
    corners=({"seed": 2, "steps": 40000},),
    hypotheses=CLEAR,
    quick=0,
    full=8,
    controls=(Control("gradient descent", "nothing falls", observe=lambda p, rng: observe(p, rng, "descent")),),
)
