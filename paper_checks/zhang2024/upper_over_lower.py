r"""Upper bound over L3 is $(m+\sqrt{m^2+2+2C^2H/\sigma^2})/(\sqrt2-\sqrt\nu/2)$, $m=1/(T\sqrt\nu)$, and is reached."""

import numpy as np

from flatlab import running
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Whole
from flatlab.evidence.relations import AtMost
from flatlab.methods import NSO
from flatlab.methods.noise_laws import Rademacher
from flatlab.methods.schedules import Given
from flatlab.objectives.observables import SquaredGradientNorm
from flatlab.simulation.second_moments import running_moments
from paper_checks.zhang2024.enclosures.upper_over_lower import ENCLOSURE
from paper_checks.zhang2024.problems.descent import PLAIN, SCALES, two_bounds
from paper_checks.zhang2024.problems.hard_instances import huber_ramp


def upper_over_measured(p, rng):
    objective, start = huber_ramp(p.upper.step_size, *p.descent)
    # a schedule of one value, and a law of scale 0: the machine code of the other claims on this instance
    run = NSO(Given([p.upper.step_size]), 0.0, p.descent.pairs, law=Rademacher())
    steps = [p.descent.steps]
    return p.upper.value / running(run, objective, start, SquaredGradientNorm(), checkpoints=steps, rng=rng).mean[0]


def stated(p):
    c, gap, sigma, steps, k = p.descent
    root = sigma / np.sqrt(k * steps * c * gap)
    second = 1 / (steps * root)
    limit = p.descent.constant_gap(p.second_moment)
    return (second + np.sqrt(second**2 + 2 * limit**2)) / (np.sqrt(2) - root / 2)


def last_on_a_quadratic(p, rng):
    """Take the last value on a quadratic with the same gap, noise and step size in place of the instance's mean."""
    c, gap, sigma, steps, k = p.descent
    return p.upper.value / running_moments(p.upper.step_size, [c], [sigma**2 / k], [2 * gap / c], [steps]).last[0]


CLAIM = Claim(
    id="zhang2024/upper-over-lower",
    title="on a hard instance the upper bound is off by its ratio to L3 at most",
    statement=r"""On the Huber slope built against the upper bound's own step size the upper bound over the mean of
        $|\nabla F(W_t)|^2$, $1\le t\le T$, is at most $(m+\sqrt{m^2+2(1+C^2H/\sigma^2)})/(\sqrt2-\sqrt\nu/2)$,
        $\nu=\sigma^2/(kTCD^2)$, $m=1/(T\sqrt\nu)$: the upper bound over L3, which tends to $\sqrt{1+C^2H/\sigma^2}$ as
        $T\to\infty$.""",
    source="Distance between the bounds",
    origin="derived",
    kind="upper bound",
    relation=AtMost(slack=1e-9, tight_within=1.02),
    problem=two_bounds,
    observe=upper_over_measured,
    expect=stated,
    domain={
        **SCALES,
        "T": Whole(50, 300, log=True),
        "k": Whole(1, 3),
        "nu": LogUniform(1e-3, 0.3),
        "weight": LogUniform(1e-3, 1.0),
    },
    corners=tuple({**PLAIN, "T": 300, "nu": nu, "weight": weight} for nu in (0.01, 0.1) for weight in (1e-3, 0.5)),
    quick=2,
    full=200,
    note="Runs of the method without weight noise, which enters the step size and V only.",
    enclosure=ENCLOSURE,
    controls=(
        Control("an ordinary quadratic", "its last iterate has forgotten the gap", observe=last_on_a_quadratic),
        Control("a tenth less", "the ratio is reached", everywhere=False, expect=lambda p: 0.9 * stated(p)),
    ),
)
