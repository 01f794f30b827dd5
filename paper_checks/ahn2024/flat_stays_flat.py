r"""From a point with $|\nabla h|\le0.1\sqrt\varepsilon$ all but one iterate in a thousand stay flat."""

import math

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, Uniform
from flatlab.evidence.relations import Equal
from flatlab.geometry.flatness import Flat
from flatlab.simulation.trajectories import running
from paper_checks.ahn2024.problems.valleys import KINDS, escape

ARRIVED = {"strongly convex": 0.0, "exponential": 6.0, "power": 30.0}  # on the ramp, twice its length beyond the foot


def runs(kind, epsilon, steps, replicates):
    """Return the escape from a place along the valley far beyond the first flat one."""
    p = escape(kind=kind, epsilon=epsilon)
    start = p.start.copy()
    start[-1] = ARRIVED.get(kind, -2 * start[-1])
    return p._replace(start=start), steps, replicates


def sharp_runs(kind, epsilon, steps, replicates):
    return escape(kind=kind, epsilon=epsilon), steps, replicates


def observe(case, rng):
    p, steps, replicates = case
    flat = Flat(p.epsilon, math.sqrt(p.epsilon))
    return min(
        running(p.method, p.objective, p.start, flat, checkpoints=[steps], rng=child).mean[0]
        for child in rng.spawn(replicates)
    )


CLAIM = Claim(
    id="ahn2024/flat-stays-flat",
    title="a flat start stays flat",
    statement=r"""From a point with $|\nabla h|\le0.1\sqrt\varepsilon$ all iterates but one in a thousand stay
        $(\varepsilon,\sqrt\varepsilon)$-flat.""",
    source="Random iterate",
    origin="measured",
    kind="equality",
    relation=Equal(atol=1e-3),
    problem=runs,
    observe=observe,
    expect=1,
    fixed={"steps": 100000, "replicates": 8},
    domain={"kind": Choice(KINDS), "epsilon": Uniform(0.02, 0.05)},
    corners=tuple({"kind": kind, "epsilon": 0.05, "steps": 20000, "replicates": 3} for kind in KINDS),
    quick=0,
    full=12,
    note="Observed: the smallest share of flat iterates among the runs.",
    controls=(
        Control("a sharp start", "until it has escaped it is not flat", problem=sharp_runs, change={"steps": 2000}),
    ),
)
