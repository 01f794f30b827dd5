r"""Only $h_i$ and $w/\rho$ matter: $F(w;\eta,\Lambda,\rho)=\rho\,F(w/\rho;1,\eta\Lambda,1)$."""

from typing import Any

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from flatlab.methods import SAM, USAM
from flatlab.objectives import Quadratic
from paper_checks.bartlett2023.enclosures.scaling import ENCLOSURE
from paper_checks.bartlett2023.problems.quadratic import ANY_STEP, CORNERS, quadratic


def difference(p, rng, method: Any = SAM, rescaled=True):
    """Return the largest difference of the two sides, in units of the largest term."""
    size = p.rho if rescaled else 1.0
    step = trajectory(method(p.eta, p.rho), p.objective, p.start, steps=1)[1]
    unit = trajectory(method(1.0, 1.0), Quadratic(p.eta * p.eigenvalues), p.start / size, steps=1)[1]
    return np.abs(step - size * unit).max() / (np.abs(p.start).max() + p.rho * p.h)


CLAIM = Claim(
    id="bartlett2023/scaling",
    title="only h_i and w / rho matter",
    statement=r"A step $F$ of SAM on the quadratic has $F(w;\eta,\Lambda,\rho) = \rho\,F(w/\rho;1,\eta\Lambda,1)$.",
    source="Setting and two-cycle",
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-13),
    problem=quadratic,
    observe=difference,
    expect=0,
    domain=ANY_STEP,
    corners=CORNERS,
    quick=20,
    full=500,
    seconds=0.002,
    note="Observed: the largest difference of the two sides, in units of the largest term.",
    enclosure=ENCLOSURE,
    controls=(
        Control(
            "no rescaling",
            "the radius sets the scale",
            observe=lambda p, rng: difference(p, rng, rescaled=False),
            change={"rho": 10.0},
        ),
        Control(
            "no normalisation",
            "a step of USAM is linear in w: its radius has other units",
            observe=lambda p, rng: difference(p, rng, USAM),
            change={"rho": 10.0},
        ),
    ),
)
