r"""L4: $E|\nabla F(W_t)|^2\ge D^2/(S+1/(2C))+(C\sigma^2/(2kS))(\sum\eta_t^2-\max\eta_t/C)$ for the weighted output."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import AtLeast
from flatlab.theory.noise import NoisySchedule
from paper_checks.zhang2024.enclosures.lower_bound_schedules import ENCLOSURE
from paper_checks.zhang2024.problems.hard_instances import huber_schedule
from paper_checks.zhang2024.problems.step_schedules import CORNERS, DOMAIN, SHORT_STEPS, scheduled


def weighted_mean(p, rng, silent=False):
    instance = huber_schedule(*p.against)
    if silent:
        instance = instance._replace(objective=instance.objective._replace(sigma=0.0))
    return p.weighted_mean(instance, rng)


CLAIM = Claim(
    id="zhang2024/lower-bound-schedules",
    title="L4: against every schedule, for the weighted output",
    statement=r"""For $0<\eta_t\le1/C$ fixed in advance and $t$ drawn with probability $\eta_t/S$ a convex instance
        with a cold start and without weight noise has $E|\nabla F(W_t)|^2 \ge D^2/(S+1/(2C)) +
        (C\sigma^2/(2kS))(\sum\eta_t^2-\max\eta_t/C)$.""",
    source="L4",
    origin="derived",
    kind="lower bound",
    relation=AtLeast(slack=1e-9, tight_within=1.001),
    problem=scheduled,
    observe=weighted_mean,
    expect=lambda p: NoisySchedule(*p.against).bound,
    domain=DOMAIN,
    corners=(*CORNERS, {"C": 1.0, "gap": 1.0, "k": 2, "nu": 1.0, "T": 1, "h": 1.0, "shape": "constant", "seed": 1}),
    hypotheses=SHORT_STEPS,
    quick=6,
    full=300,
    seconds=0.0012,
    note="""One run of the method on 1 + kT coordinates for each schedule; every path has the same lengths. Where the
        noise is large beside the steps' sum the bound is below 0 and says nothing: 4 of 100 drawn settings.""",
    enclosure=ENCLOSURE,
    controls=(
        Control(
            "noise taken away",
            "the second term is the noise",
            observe=lambda p, rng: weighted_mean(p, rng, silent=True),
            change={"T": 300, "h": 0.5, "nu": 1.0},
        ),
        Control(
            "20% more",
            "the bound is nearly attained",
            expect=lambda p: 1.2 * NoisySchedule(*p.against).bound,
            everywhere=False,
        ),
    ),
)
