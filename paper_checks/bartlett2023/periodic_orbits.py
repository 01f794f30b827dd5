r"""SAM on a convex quadratic has no periodic orbits but the two-cycles between $a_je_j$ and $-a_je_j$."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, LogUniform, Whole
from flatlab.evidence.relations import Equal
from paper_checks.bartlett2023.problems.quadratic import FEW, STABLE, quadratic

STARTS, NEWTON_STEPS, CLOSED = 30, 25, 1e-10  # the last relative to the size of the point


def case_of(period, **setting):
    """Return a quadratic and a number of steps."""
    return quadratic(**setting), period


def with_equal_eigenvalues(period, **setting):
    """Return the same with all eigenvalues those of the first axis."""
    p = quadratic(**setting)
    return p._replace(eigenvalues=np.full(p.eigenvalues.size, p.eigenvalues[0])), period


def closed_orbit(p, period, sign, w):
    """Return a point that ``period`` steps take to ``sign`` times itself, by Newton's method; None without one."""

    def excess(point):
        return trajectory(p.sam, p.objective, point, steps=period, record_every=period)[-1] - sign * point

    for _ in range(NEWTON_STEPS):
        width = 1e-6 * np.linalg.norm(w)
        jacobian = np.array([excess(w + e) - excess(w - e) for e in width * np.eye(w.size)]).T / (2 * width)
        step = np.linalg.lstsq(jacobian, excess(w), rcond=None)[0]
        w = w - step / max(1.0, np.linalg.norm(step) / np.linalg.norm(w))  # no longer than w itself
        if not (np.isfinite(w).all() and np.linalg.norm(w) > 1e-9 * p.radius):  # SAM is not defined at 0
            return None
    return w if np.linalg.norm(excess(w)) < CLOSED * np.linalg.norm(w) else None


def distance(case, rng, known=None):
    """Return the largest relative distance of what the search finds from the nearest two-cycle; nan for nothing.

    ``known`` counts the two-cycles of so many first axes only.
    """
    p, period = case
    sizes, found = p.theory.cycles.radius, []
    cycles = sizes[:, None] * np.eye(sizes.size)
    spread = np.exp(rng.uniform(-3, 3, (STARTS, sizes.size)))  # so that every axis is near to some start
    starts = [(start, (-1) ** k) for k, start in enumerate(rng.standard_normal(spread.shape) * spread * sizes)]
    starts += [(cycle + 0.05 * cycle.max() * rng.standard_normal(sizes.size), (-1) ** period) for cycle in cycles]
    for start, sign in starts:
        w = closed_orbit(p, period, sign, start)
        if w is not None:
            found.append(min(np.linalg.norm(np.abs(w) - cycle) / cycle.max() for cycle in cycles[:known]))
    return max(found, default=np.nan)


CLAIM = Claim(
    id="bartlett2023/periodic-orbits",
    title="no periodic orbits but the two-cycles",
    statement=r"""On a positive definite quadratic with distinct eigenvalues $l_j$ and $h=\eta l_1<2$, a point that $n$
        steps of SAM take to itself or to its opposite is $\pm a_je_j$ with $a_j=\rho\eta l_j/(2-\eta l_j)$ and a unit
        eigenvector $e_j$; to itself for even $n$, to its opposite for odd $n$.""",
    source="Periodic orbits",
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-5),
    problem=case_of,
    observe=distance,
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
    few="Each setting searches with Newton's method from thirty random points and more.",
    note="""Observed: the largest distance of a point that the search finds from the nearest two-cycle, divided by its
        $a_j$. The search begins at thirty random points, from every second for a point that is taken to its opposite,
        and near each two-cycle. A search that finds nothing is no evidence.""",
    controls=(
        Control(
            "only the two-cycle of the largest eigenvalue counts",
            "the search finds those of the others too",
            observe=lambda case, rng: distance(case, rng, known=1),
            change={"period": 2},
            everywhere=False,
        ),
        Control(
            "equal eigenvalues",
            "then every direction has a two-cycle",
            problem=with_equal_eigenvalues,
        ),
    ),
)
