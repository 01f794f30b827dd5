r"""While $|\nabla h|>\sqrt\varepsilon$ the flow of $h$ takes at most $\Delta/\varepsilon$, $\Delta$ the drop of $h$."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, Uniform
from flatlab.evidence.relations import AtMost
from flatlab.objectives.valleys.profiles import profile_at
from flatlab.theory.escape import flow_time_bound
from paper_checks.ahn2024.problems.valleys import DROP, KINDS, flow_time, profile_and_start, weight


def expect(s):
    if s.kind == "ramp":
        return flow_time_bound(DROP, s.epsilon)
    profile, start = profile_and_start(s.kind, s.epsilon)
    return flow_time_bound(weight(3) * (profile_at(profile, start)[0] - profile.level), s.epsilon)


CLAIM = Claim(
    id="ahn2024/flow-time-bound",
    title="the flow time is at most the drop over the tolerance",
    statement=r"""While $|\nabla h|>\sqrt\varepsilon$ the flow of $h$ falls at a rate above $\varepsilon$, so it
        takes at most $\Delta/\varepsilon$.""",
    source="Exponents",
    origin="derived",
    kind="upper bound",
    relation=AtMost(slack=0.2, tight_within=5.0),
    observe=lambda s, rng: flow_time(s.kind, s.epsilon),
    expect=expect,
    domain={"kind": Choice(KINDS), "epsilon": Uniform(0.001, 0.15)},
    corners=tuple({"kind": kind, "epsilon": 0.05} for kind in KINDS),
    note="The ramp's soft foot lies below its nominal height, hence the slack.",
    controls=(Control("a hundredth", "it is nearly attained", expect=lambda s: 0.01 * expect(s), everywhere=False),),
)
