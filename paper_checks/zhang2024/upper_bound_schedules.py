r"""Every schedule has $E|\nabla F(W_t)|^2\le(2D^2+(C\sigma^2/k)\sum\eta_t^2)/((2-C\max\eta_t)S)$, weighted by steps."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import AtMost, Equal
from flatlab.theory.noise import NoisySchedule
from paper_checks.zhang2024.enclosures.first_term_of_schedules import ENCLOSURE
from paper_checks.zhang2024.problems.hard_instances import huber_schedule
from paper_checks.zhang2024.problems.step_schedules import CORNERS, DOMAIN, PLAIN, SHORT_STEPS, scheduled


def weighted_mean(p, rng, stretch=1.0):
    return p.weighted_mean(huber_schedule(*p.against), rng, stretch)


def first_term(p):
    return 2 * p.descent.gap / ((2 - p.descent.smoothness * p.etas.max()) * p.etas.sum())


def bound(p):
    return NoisySchedule(*p.against).upper_bound


def off_by(p):
    c = p.descent.smoothness
    return (2 + 1 / (c * p.etas.sum())) / (2 - c * p.etas.max())


CLAIMS = (
    Claim(
        id="zhang2024/upper-bound-schedules",
        title="upper bound, every schedule",
        statement=r"""For a $C$-smooth objective, $0<\eta_t\le1/C$ fixed in advance, no weight noise,
            $S=\sum\eta_t$ and $t$ drawn with probability $\eta_t/S$:
            $E|\nabla F(W_t)|^2\le(2D^2+(C\sigma^2/k)\sum\eta_t^2)/((2-C\max\eta_t)S)$. On the
            instance of L4 with constant steps the second term is reached.""",
        source=("Upper bound", "L4"),
        origin="derived",
        kind="upper bound",
        relation=AtMost(tight_within=1.02),
        problem=scheduled,
        observe=weighted_mean,
        expect=bound,
        domain=DOMAIN,
        corners=(*CORNERS, {**PLAIN, "nu": 3.0, "T": 300, "h": 1.0, "shape": "constant"}),
        hypotheses=SHORT_STEPS,
        quick=6,
        full=300,
        seconds=0.0012,
        note="""Observed on the instance of L4 only, which is convex: one run of the method on 1 + kT coordinates for
            each schedule; every path has the same lengths. With weight noise the variance is that of
            zhang2024/one-step-variance.""",
        controls=(
            Control(
                "steps of 2.5/C",
                "beyond 2/C the steps overshoot",
                observe=lambda p, rng: weighted_mean(p, rng, stretch=2.5),
                change={"T": 100, "h": 1.0, "shape": "constant"},
            ),
            Control(
                "noise left out of the bound",
                "the second term is the noise",
                expect=first_term,
                change={"T": 300, "h": 1.0, "nu": 3.0, "shape": "constant"},
            ),
        ),
    ),
    Claim(
        id="zhang2024/first-term-of-schedules",
        title="every schedule: by what the first term is off",
        statement=r"""Without noise $2D^2/((2-C\max\eta_t)S)$ over the weighted mean of $|\nabla F(W_t)|^2$ is
            $(2+1/(CS))/(2-C\max\eta_t)$ on the instance of L4, for every schedule with $\eta_t\le1/C$.""",
        source=("Upper bound", "L4"),
        origin="derived",
        kind="equality",
        relation=Equal(rtol=1e-9),
        problem=scheduled,
        observe=lambda p, rng: bound(p) / weighted_mean(p, rng),
        expect=off_by,
        fixed={"nu": 1e-24},
        domain={name: values for name, values in DOMAIN.items() if name != "nu"},
        hypotheses=SHORT_STEPS,
        quick=6,
        full=200,
        seconds=0.0015,
        note="The oracle's noise is a millionth of a millionth of the gradient.",
        enclosure=ENCLOSURE,
        controls=(
            Control(
                "half as much step again",
                "the slope ends after two thirds of the steps",
                observe=lambda p, rng: bound(p) / weighted_mean(p, rng, stretch=1.5),
                change=lambda s: {**s, "T": max(s.T, 30), "h": max(s.h, 0.2), "shape": "constant"},
            ),
        ),
    ),
)
