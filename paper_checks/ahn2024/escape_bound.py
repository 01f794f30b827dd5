r"""The first flat time is at most $\Delta/\varepsilon$ over the flow time of a step, $\Delta$ the drop of $h$."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, LogUniform, Uniform
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import AtMost
from flatlab.objectives.valleys.profiles import profile_at
from flatlab.theory.escape import flow_time_bound
from paper_checks.ahn2024.problems.valleys import KINDS, escape, weight


def runs(replicates, **setting):
    return escape(**setting), replicates


def observe(case, rng, part=1.0):
    """Return the mean first flat time; a third of the radius takes about half of the steps that are allowed."""
    p, replicates = case
    p = p._replace(method=p.method._replace(rho=part * p.method.rho))
    return mean(p.times(replicates, int(rng.integers(2**31))).times)


def expect(case):
    p = case[0]
    profile = p.objective.profile
    drop = weight(3) * (profile_at(profile, p.start[-1])[0] - profile.level)
    return flow_time_bound(drop, p.epsilon) / p.step_time


CLAIM = Claim(
    id="ahn2024/escape-bound",
    title="the first flat time is at most the drop over the tolerance",
    statement=r"""While $|\nabla h|>\sqrt\varepsilon$ the flow of $h$ falls faster than at the rate $\varepsilon$: the
        first flat time of random smoothing is at most $\frac{\Delta}{\varepsilon}/\frac{\eta\rho^2}2$, of order
        $\varepsilon^{-3}\delta^{-3}$ with the reconstructed parameters, where $h$ can fall by $\Delta$.""",
    source=("What the paper states", "Exponents"),
    origin="derived",
    kind="upper bound",
    relation=AtMost(tight_within=5.0),
    problem=runs,
    observe=observe,
    expect=expect,
    fixed={"replicates": 12},
    domain={"kind": Choice(KINDS), "epsilon": LogUniform(0.03, 0.15), "c_eta": Uniform(0.15, 0.3)},
    corners=tuple({"kind": kind, "epsilon": 0.1, "c_eta": 0.25} for kind in KINDS),
    quick=1,
    full=196,
    seconds=0.065,
    note="The ramp comes nearest: with a slope of twice the root of the tolerance it takes a quarter of the bound.",
    controls=(
        Control(
            "a third of the radius",
            "the ramp then takes nine times as long",
            observe=lambda case, rng: observe(case, rng, 1 / 3),
            change=lambda s: s if s.kind == "ramp" and s.epsilon == 0.1 else None,
        ),
    ),
)
