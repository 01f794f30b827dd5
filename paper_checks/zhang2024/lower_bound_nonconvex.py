r"""L5: $|\nabla F(W_t)|^2\ge D^2/(4G)\ge\min\{CD^2/4,D\sqrt{C\sigma^2/(128kT)}\}$ at every iterate of every path."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Whole
from flatlab.evidence.relations import AtLeast
from flatlab.theory.noise import NoisySchedule
from paper_checks.zhang2024.enclosures import lower_bound_nonconvex, lower_bound_nonconvex_rate
from paper_checks.zhang2024.problems.descent import SCALES
from paper_checks.zhang2024.problems.hard_instances import nonconvex_hats
from paper_checks.zhang2024.problems.step_schedules import CORNERS, DOMAIN, PLAIN, SHORT_STEPS, short_schedule


def least(p, rng, stretch=1.0):
    """Return the least |grad f|^2 over 0..T, with steps ``stretch`` times what the hats are built for."""
    return p.path(nonconvex_hats(*p.against), p.etas.size, rng, stretch).min()


def bound(p):
    return max(NoisySchedule(*p.against).nonconvex_bound, p.descent.nonconvex)


CLAIMS = (
    Claim(
        id="zhang2024/lower-bound-nonconvex",
        title="L5: a nonconvex instance, every iterate of every path",
        statement=r"""For $\eta_t\le1/C$ and $\sum\eta_t^2\le 2kD^2/(C\sigma^2)$ a nonconvex instance without weight
            noise has at every iterate $|\nabla F(W_t)|^2 \ge D^2/(4G) \ge \min\{CD^2/4, D\sqrt{C\sigma^2/(128kT)}\}$,
            $G=\max(1/C,2S)$.""",
        source=("L5", "What the authors state"),
        origin="derived",
        kind="lower bound",
        relation=AtLeast(slack=1e-9, tight_within=1.001),
        problem=short_schedule,
        observe=least,
        expect=bound,
        domain=DOMAIN,
        corners=(
            *CORNERS,
            {**PLAIN, "T": 300, "h": 1.0, "nu": 3.0, "shape": "constant"},
            {**PLAIN, "T": 1, "h": 1.0, "nu": 2.0, "shape": "constant"},  # here it is an equality
        ),
        hypotheses=SHORT_STEPS,
        quick=6,
        full=300,
        seconds=0.0025,
        note="""The authors' poster names a chain-like nonconvex instance. The hats are a cost only: with flat noise
        directions the same run has twice the bound. Long schedules are not covered.""",
        enclosure=lower_bound_nonconvex.ENCLOSURE,
        controls=(
            Control(
                "a schedule twenty times as long",
                "the gentle bowl is travelled",
                everywhere=False,
                change=lambda s: {**s, "h": min(s.h, 0.05), "C": 1.0},
                observe=lambda p, rng: least(p, rng, stretch=20.0),
            ),
            Control(
                "constant of the flat instance, doubled",
                "D^2/G is more than the gap pays for, and 5/4 of it is stated",
                expect=lambda p: 5 * bound(p),
                everywhere=False,
            ),
        ),
    ),
    Claim(
        id="zhang2024/lower-bound-nonconvex-rate",
        title="L5 as a rate",
        statement=r"""For constant steps with $T\eta^2=2kD^2/(C\sigma^2)$, $2/T^2\le\nu\le8$, the instance of L5 has at
            every iterate $|\nabla F(W_t)|^2\ge D\sqrt{C\sigma^2/(128kT)}$.""",
        source="L5",
        origin="derived",
        kind="lower bound",
        relation=AtLeast(slack=1e-9, tight_within=1.48),
        problem=short_schedule,
        observe=least,
        expect=lambda p: p.descent.nonconvex,
        fixed={"shape": "constant", "seed": 1, "h": 1.0},
        domain={**SCALES, "T": Whole(8, 300, log=True), "k": Whole(1, 4), "nu": LogUniform(0.05, 8.0)},
        corners=({"C": 1.0, "gap": 1.0, "T": 300, "k": 1, "nu": 0.1},),
        quick=6,
        full=200,
        seconds=0.0015,
        note=r"The run keeps $D^2e^{-1}/G$, which the bound counts as $D^2/(4G)$.",
        enclosure=lower_bound_nonconvex_rate.ENCLOSURE,
        controls=(
            Control(
                "a schedule twenty times as long",
                "the gentle bowl is travelled",
                observe=lambda p, rng: least(p, rng, stretch=20.0),
                change={"T": 300, "nu": 4.0},
            ),
        ),
    ),
)
