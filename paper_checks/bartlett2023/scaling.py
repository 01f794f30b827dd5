r"""Only $h_i$ and $w/\rho$ matter: $F(w;\eta,\Lambda,\rho)=\rho\,F(w/\rho;1,\eta\Lambda,1)$."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from flatlab.methods import SAM
from flatlab.objectives import Quadratic
from paper_checks.bartlett2023.enclosures.scaling import ENCLOSURE
from paper_checks.bartlett2023.problems.quadratic import ANY_STEP, CORNERS, quadratic


def difference(p, rng, power=1):
    """Return the largest difference of the two sides, in units of the largest term."""
    step = trajectory(p.sam, p.objective, p.start, steps=1)[1]
    unit = trajectory(SAM(1.0, 1.0), Quadratic(p.eta * p.eigenvalues), p.start / p.rho**power, steps=1)[1]
    return np.abs(step - p.rho**power * unit).max() / (np.abs(p.start).max() + p.rho * p.h)


CLAIM = Claim(
    id="bartlett2023/scaling",
    title="only h_i and w / rho matter",
    statement=r"$F(w;\eta,\Lambda,\rho) = \rho\,F(w/\rho;1,\eta\Lambda,1)$.",
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
            observe=lambda p, rng: difference(p, rng, 0),
            change={"rho": 10.0},
        ),
        Control(
            "square",
            "the map is homogeneous of degree one in w and rho",
            observe=lambda p, rng: difference(p, rng, 2),
            change={"rho": 10.0},
        ),
    ),
)
