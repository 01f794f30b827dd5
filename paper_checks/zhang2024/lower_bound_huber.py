r"""L3: $\min_{0\le t\le T}|\nabla F(W_t)|^2\ge\sqrt2D\sqrt{C\sigma^2/(kT)}-\sigma^2/(2kT)$ on every path."""

import numpy as np

from flatlab import track
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import AtLeast
from flatlab.methods import NSO
from flatlab.methods.noise_laws import Rademacher
from flatlab.methods.schedules import Given
from flatlab.objectives.observables import SquaredGradientNorm
from paper_checks.zhang2024.enclosures.lower_bound_huber import ENCLOSURE
from paper_checks.zhang2024.problems.descent import PATH_CORNERS, PATHS, PLAIN, STABLE, noisy_run
from paper_checks.zhang2024.problems.hard_instances import huber_ramp


def least(p, rng, silent=False):
    """Return the least |grad f|^2 over t = 0..T of one run on the Huber slope with bounded weight noise."""
    eta, descent = p.step
    instance = huber_ramp(eta, *descent, room=p.s)
    if silent:
        instance = instance._replace(objective=instance.objective._replace(sigma=0.0))
    run = NSO(Given([eta]), p.s, descent.pairs, law=Rademacher())  # one value: the form of the claims on schedules
    return track(run, instance.objective, instance.start, SquaredGradientNorm(), steps=descent.steps, rng=rng).min()


CLAIM = Claim(
    id="zhang2024/lower-bound-huber",
    title="L3: the sharpest constant, on every path",
    statement=r"""For every $\eta\in(0,2/C)$ a convex Huber slope has $\min_{0\le t\le T}|\nabla F(W_t)|^2 \ge
        \sqrt2\,D\sqrt{C\sigma^2/(kT)} - \sigma^2/(2kT)$ on every path; under weight noise of size $s$ the slope is
        longer by $s$, which $D^2$ leaves out.""",
    source=("Lower bounds", "L3"),
    origin="derived",
    kind="lower bound",
    relation=AtLeast(slack=1e-9, tight_within=1.02),
    problem=noisy_run,
    observe=least,
    expect=lambda p: p.step.descent.huber,
    domain=PATHS,
    corners=(
        *PATH_CORNERS,
        {**PLAIN, "T": 200, "nu": 0.01, "h": 0.07, "s": 0.1},
        {**PLAIN, "T": 200, "nu": 0.5, "h": 0.01, "s": 0.1},  # nu T is large: here 1/2 in the last term is needed
    ),
    hypotheses=STABLE,
    quick=8,
    full=300,
    seconds=0.0026,
    note="""Runs of the method with fair-sign weight noise of size s, for which grad F is grad f on the ramp; it is
        longer by s so that the kink is not met.""",
    enclosure=ENCLOSURE,
    controls=(
        Control(
            "noise taken away",
            "the slope alone is half of the bound at the best step size",
            observe=lambda p, rng: least(p, rng, silent=True),
            change={**PLAIN, "T": 200, "nu": 0.01, "h": 0.07, "s": 0.1},
        ),
        Control(
            "5% more", "the bound is attained to 2%", expect=lambda p: 1.05 * p.step.descent.huber, everywhere=False
        ),
        Control(
            "constant of the upper bound",
            "the root of 8 in place of the root of 2",
            expect=lambda p: np.sqrt(8) * p.step.descent.unit,
            everywhere=False,
        ),
    ),
)
