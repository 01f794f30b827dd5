r"""SAM diverges from $h=2$ on: $|w_{t+1,1}|-|w_{t,1}|\to2\rho$ at $h=2$, $|w_{t+1,1}|/|w_{t,1}|\to h-1$ above."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.relations import Equal
from paper_checks.bartlett2023.enclosures import above_two, at_two
from paper_checks.bartlett2023.problems.quadratic import CORNERS, DOMAIN, SEVERAL, quadratic

FAR = 1e13
VARIED = ("d", "rho", "gap", "flat", "scale", "seed")  # at h = 2


def last_two(p, steps):
    """Return the last two sizes of the first coordinate."""
    return np.abs(trajectory(p.sam, p.objective, p.start, steps=steps)[-2:, 0])


def ratio(p, rng, steps=None):
    before, after = last_two(p, steps or int(np.ceil(np.log(FAR) / np.log(p.h - 1))) + 10)
    return after / before


def patient(**setting):
    """Return a quadratic and a number of steps after which its other coordinates no longer matter."""
    return quadratic(**setting), int(100 / setting["gap"]) + 400


def plain(p, steps):
    return increment((p._replace(rho=0.0), steps), None)


def increment(case, rng):
    before, after = last_two(*case)
    return after - before


CLAIMS = (
    Claim(
        id="bartlett2023/above-two",
        title="above h = 2 SAM diverges geometrically",
        statement=r"For $h>2$ and $w_{0,1}\neq0$, $|w_{t+1,1}|/|w_{t,1}| \to h-1$.",
        source="Outside h < 2",
        origin="derived",
        kind="equality",
        relation=Equal(rtol=1e-9),
        problem=quadratic,
        observe=ratio,
        expect=lambda p: p.theory.divergence.ratio,
        domain={**DOMAIN, "h": Uniform(2.01, 6.0)},
        corners=({**CORNERS[0], "h": 2.01}, {**CORNERS[0], "h": 4.0}),
        hypotheses={"eta times the largest eigenvalue is above 2": lambda s: s.h > 2},
        quick=12,
        full=200,
        seconds=0.002,
        enclosure=above_two.ENCLOSURE,
        controls=(
            Control(
                "h in place of h - 1", "the step subtracts eta times the gradient from the point", expect=lambda p: p.h
            ),
            Control(
                "h below 2",
                "the amplitude settles, ratio 1",
                observe=lambda p, rng: ratio(p, rng, steps=4000),
                expect=lambda p: p.h - 1,
                change={"h": 1.5},
            ),
        ),
    ),
    Claim(
        id="bartlett2023/at-two",
        title="at h = 2 SAM diverges linearly",
        statement=r"At $h=2$, $\lambda_1>\lambda_2$ and $w_{0,1}\neq0$, $|w_{t+1,1}|-|w_{t,1}| \to 2\rho$.",
        source="Outside h < 2",
        origin="derived",
        kind="equality",
        relation=Equal(rtol=1e-8),
        problem=patient,
        observe=increment,
        expect=lambda case: case[0].theory.divergence.increment,
        fixed={"h": 2.0, "top": 1.0},
        domain={**{name: SEVERAL[name] for name in VARIED}, "gap": LogUniform(0.01, 0.9), "d": Whole(2, 50, log=True)},
        corners=({name: CORNERS[0][name] for name in VARIED},),
        hypotheses={"eta times the largest eigenvalue is 2": lambda s: s.h == 2},
        quick=8,
        full=200,
        seconds=0.002,
        enclosure=at_two.ENCLOSURE,
        controls=(
            Control(
                "rho in place of 2 rho",
                "the bounce passes the minimum twice the radius",
                expect=lambda case: case[0].rho,
            ),
            Control("h = 1.9", "the amplitude is bounded", expect=lambda case: 2 * case[0].rho, change={"h": 1.9}),
            Control("no ascent", "gradient descent stays where it is", observe=lambda case, rng: plain(*case)),
        ),
    ),
)
