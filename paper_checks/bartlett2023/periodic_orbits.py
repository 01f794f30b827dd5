r"""SAM on a convex quadratic has no periodic orbits but the two-cycles $\pm a_je_j$."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, LogUniform, Whole
from flatlab.evidence.relations import Equal
from paper_checks.bartlett2023.problems.quadratic import FEW, STABLE, quadratic

STARTS, NEWTON_STEPS, CLOSED = 30, 25, 1e-10


def orbits(period, **setting):
    """Return a quadratic and a period."""
    return quadratic(**setting), period


def closed_orbit(p, period, w):
    """Return a point that ``period`` steps take back to itself, by Newton's method; None where it finds none."""

    def moved(point):
        return trajectory(p.sam, p.objective, point, steps=period, record_every=period)[-1] - point

    for _ in range(NEWTON_STEPS):
        width = 1e-6 * np.linalg.norm(w)
        jacobian = np.array([moved(w + e) - moved(w - e) for e in width * np.eye(w.size)]).T / (2 * width)
        step = np.linalg.lstsq(jacobian, moved(w), rcond=None)[0]
        w = w - step / max(1.0, np.linalg.norm(step) / np.linalg.norm(w))  # no longer than w itself
        if not (
            np.isfinite(w).all() and np.linalg.norm(w) > 1e-9 * p.radius
        ):  # on its way to 0, where SAM is undefined
            return None
    return w if np.linalg.norm(moved(w)) < CLOSED * np.linalg.norm(w) else None


def distances(case, rng, known=None):
    """Return the largest distance of a closed orbit from the nearest two-cycle, over the size of that; 0 if none."""
    p, period = case
    sizes, found = p.theory.cycles.radius, [0.0]
    for start in rng.standard_normal((STARTS, sizes.size)) * sizes * np.exp(rng.uniform(-2, 2, (STARTS, 1))):
        w = closed_orbit(p, period, start)
        if w is not None:
            found.append(min(np.linalg.norm(np.abs(w) - a * e) / a for a, e in zip(sizes, np.eye(w.size)[:known])))
    return max(found)


CLAIM = Claim(
    id="bartlett2023/periodic-orbits",
    title="no periodic orbits but the two-cycles",
    statement=r"""For distinct eigenvalues and $h<2$ every orbit of SAM on a convex quadratic that comes back after $n$
        steps is a two-cycle $\pm a_je_j$; there is none for odd $n$.""",
    source="Periodic orbits",
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-5),
    problem=orbits,
    observe=distances,
    expect=0,
    domain={
        **FEW,
        "d": Whole(2, 4),
        "gap": LogUniform(0.05, 0.9),
        "flat": LogUniform(0.1, 0.9),
        "period": Choice((1, 2, 3, 4, 5, 6, 8, 12)),
    },
    hypotheses=STABLE,
    quick=2,
    full=60,
    seconds=0.2,
    few="Each setting searches with Newton's method from thirty random points.",
    note="Observed: how far what the search finds is from the nearest two-cycle, over its size.",
    controls=(
        Control(
            "the top cycle alone",
            "those along the other axes are closed as well",
            observe=lambda case, rng: distances(case, rng, known=1),
            change={"period": 2},
            everywhere=False,
        ),
    ),
)
