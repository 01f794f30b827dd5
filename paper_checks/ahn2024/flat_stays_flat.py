r"""From a point with $|\nabla h|=0.95\sqrt\varepsilon$ all but one iterate in a thousand stay flat."""

import math

from scipy.optimize import brentq

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, Uniform
from flatlab.evidence.relations import Equal
from flatlab.geometry.flatness import Flat
from flatlab.objectives.valleys.profiles import profile_at
from flatlab.simulation.trajectories import running
from paper_checks.ahn2024.problems.valleys import KINDS, escape, weight

EDGE = 0.95  # of the certificate, over its tolerance


def runs(kind, epsilon, steps, replicates):
    """Return the escape from a place along the valley where the point has just become flat."""
    p = escape(kind=kind, epsilon=epsilon)
    start, profile = p.start.copy(), p.objective.profile
    far = {"strongly convex": 0.0, "exponential": 20.0, "power": 1e3}.get(kind, -10 * start[-1])
    level = EDGE * math.sqrt(epsilon) / weight(3)
    start[-1] = brentq(lambda y: abs(profile_at(profile, y)[1]) - level, far, start[-1])
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
    statement=r"""On the valleys of the theorems in $\mathbb R^3$, from a minimum with
        $|\nabla h|=0.95\sqrt\varepsilon$, at the edge of flatness, of 20000 iterates of random smoothing with the
        reconstructed sizes for $\delta=1$ all but one in a thousand are $(\varepsilon,\sqrt\varepsilon)$-flat.""",
    source="Random iterate",
    origin="measured",
    kind="equality",
    relation=Equal(atol=1e-3),
    problem=runs,
    observe=observe,
    expect=1,
    fixed={"steps": 20000, "replicates": 3},
    domain={"kind": Choice(KINDS), "epsilon": Uniform(0.02, 0.05)},
    corners=tuple({"kind": kind, "epsilon": 0.05} for kind in KINDS),
    quick=1,
    full=196,
    seconds=0.014,
    note="Observed: the smallest share of flat iterates among the runs.",
    controls=(
        Control("a sharp start", "until it has escaped it is not flat", problem=sharp_runs, change={"steps": 2000}),
    ),
)
