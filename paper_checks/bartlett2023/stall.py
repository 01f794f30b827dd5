"""SAM travels down the ravine to its widest place; gradient descent and USAM bounce out and stall."""

import numpy as np
from scipy.optimize import brentq

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, Uniform
from flatlab.evidence.relations import Equal, WithinInterval
from flatlab.geometry.bounce import bounce_start
from flatlab.methods import GD, SAM, USAM
from flatlab.objectives.valleys.profiles import profile_at
from flatlab.theory.sam import USAMOnQuadratic
from paper_checks.bartlett2023._drift_settings import PHENOMENON, RAVINE_CORNERS, RAVINES, STABLE, order_in_rho, ravines

TOLERANCE = 0.25
SMALL = np.geomspace(0.003, 0.02, 8)  # amplitudes a of the start
ROUNDING = 2e-14  # a hundred units in the last place of y


def _curvature(bounce, y):
    return profile_at(bounce.objective.profile, float(y))


def _stable_usam(bounce):
    """Return USAM with half of the radius at which it would lose stability at the start."""
    top = bounce.frame.sharpness
    rho = (2 / (bounce.eta * top) - 1) / top / 2
    assert bounce.eta < USAMOnQuadratic([top], rho).threshold
    return USAM(bounce.eta, rho)


def _widest_place(bounce):
    """Return the first y down the slope of a(y) at which it vanishes."""
    y = bounce.frame.minimum[1]
    step = -np.sign(_curvature(bounce, y)[1]) * 0.01 * bounce.objective.profile.width
    while _curvature(bounce, y)[1] * _curvature(bounce, y + step)[1] > 0:
        y += step
    return brentq(lambda y: _curvature(bounce, y)[1], y, y + step, xtol=1e-15, rtol=1e-14)


def _end_error(setting, rng, method=None):
    """Return how far from the widest place a long run ends, in units of the way there."""
    errors = []
    for bounce in [pool[1] for pool in ravines(setting)][:3]:
        goal, rho = _widest_place(bounce), bounce.rho(setting["reach"])
        bend = _curvature(bounce, goal)[2]
        steps = 4 * int(60 / (bounce.eta * rho**2 * bend))
        chosen = SAM(bounce.eta, rho) if method is None else method(bounce)
        start = bounce_start(bounce.frame, bounce.eta, rho)
        end = trajectory(chosen, bounce.objective, start, steps=steps, record_every=steps)[-1]
        errors.append((end[1] - goal) / (bounce.frame.minimum[1] - goal))
    return errors


WIDEST_PLACE = Claim(
    id="bartlett2023/widest-place",
    title="SAM ends at the widest place of the ravine, gradient descent does not",
    statement=r"On $a(y)x^2/2$ SAM runs down $a$ until $a'(y)=0$, exactly: $y$ stays where $a'$ vanishes.",
    source=PHENOMENON + "README, Drift law",
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-9),
    observe=_end_error,
    expect=lambda setting: 0.0,
    domain={
        "h": Uniform(0.1, 1.2),
        "profile": Choice(("bowl", "double-well", "wavy")),
        "reach": Uniform(0.05, 0.15),
        "seed": SEED,
    },
    corners=(
        {"h": 0.3, "profile": "double-well", "reach": 0.1, "seed": 1},
        {"h": 0.5, "profile": "wavy", "reach": 0.1, "seed": 2},
    ),
    hypotheses=STABLE,
    quick=1,
    full=30,
    note="Observed: the distance from the next minimum of a down the slope, in units of the way there.",
    controls=(
        Control(
            "gradient descent",
            "its bounce dies out within a few steps",
            observe=lambda setting, rng: _end_error(setting, rng, lambda bounce: GD(bounce.eta)),
        ),
        Control(
            "no normalisation",
            "below its local threshold USAM's bounce dies out as well",
            observe=lambda setting, rng: _end_error(setting, rng, _stable_usam),
        ),
    ),
)


def _total_move(bounce, rho, usam):
    """Return the leading total drift ``-eta a' (1 + rho_u a)^2 x_0^2 / (2 (1 - q^2))`` of GD (rho_u = 0) or USAM."""
    top, slope = bounce.frame.sharpness, bounce.frame.tau[1]
    radius = bounce_start(bounce.frame, bounce.eta, rho)[0] * bounce.frame.direction[0]
    reach = 1 + (_stable_usam(bounce).rho * top if usam else 0.0)
    factor = 1 - bounce.eta * top * reach
    return -bounce.eta * slope * (reach * radius) ** 2 / (2 * (1 - factor**2))


def _move_error(bounce, rho, usam, method=None, share=1.0):
    top = bounce.frame.sharpness
    stall = _stable_usam(bounce) if usam else GD(bounce.eta)
    factor = abs(1 - bounce.eta * (top + (_stable_usam(bounce).rho * top**2 if usam else 0.0)))
    steps = 2 * int(np.ceil(12 / -np.log(max(factor, 0.05)))) + 4
    start = bounce_start(bounce.frame, bounce.eta, rho)
    path = trajectory(
        stall if method is None else method(bounce, rho), bounce.objective, start, steps=steps, record_every=steps
    )
    return path[-1, 1] - path[0, 1] - share * _total_move(bounce, rho, usam)


def _stall_orders(**breach):
    def observe(setting, rng):
        replicates, reaches = ravines(setting), 2 * SMALL / setting["h"]  # a = (a + rho) h / 2
        return [
            order_in_rho(
                replicates, lambda one, rho, usam=usam: _move_error(one, rho, usam, **breach), reaches, ROUNDING
            )
            for usam in (False, True)
        ]

    return observe


STALL = Claim(
    id="bartlett2023/stall",
    title="gradient descent and USAM stall in the ravine",
    statement=r"From $x_0$ on the bounce GD moves in total by $-\frac{\eta a'x_0^2}{2(1-q^2)}+O(x_0^4)$, "
    r"$q=1-\eta a$;"
    r" USAM with $\eta$ below its local threshold by the same with $(1+\rho a)^2x_0^2$ and $q=1-\eta a(1+\rho a)$.",
    source="README, USAM threshold, for the factors; the sum of a geometric series",
    origin="derived",
    kind="rate",
    relation=WithinInterval(TOLERANCE),
    observe=_stall_orders(),
    expect=lambda setting: 4.0,
    domain={**RAVINES, "h": Uniform(0.1, 1.5)},
    corners=({**RAVINE_CORNERS[1], "h": 0.6},),
    hypotheses={
        **STABLE,
        "h is not near 1, where gradient descent loses its bounce in one step and the sum is exact": lambda setting: (
            abs(setting["h"] - 1) > 0.1
        ),
    },
    quick=1,
    full=30,
    note="Observed: the order in the start's amplitude of what is left of the move. "
    "The total is finite: the bounce dies out.",
    controls=(
        Control(
            "SAM",
            "normalised, it keeps bouncing and goes on: an error of order 2",
            observe=_stall_orders(method=lambda bounce, rho: SAM(bounce.eta, rho)),
        ),
        Control("half the move", "an error of order 2", observe=_stall_orders(share=0.5)),
    ),
)


def _ratio_error(bounce, rho, wrong=False):
    """Return the ratio of SAM's and gradient descent's first moves along the ravine, less (2/h)^2."""
    sam, gd = (bounce.path(rho, 1, method) for method in (None, GD(bounce.eta)))
    h = bounce.eta * bounce.frame.sharpness
    stated = (2 / h) if wrong else bounce.cycle(rho).sam_to_gd_drift_ratio
    return (sam[1, 1] - sam[0, 1]) / (gd[1, 1] - gd[0, 1]) / stated - 1


def _ratio_order(wrong=False):
    return lambda setting, rng: order_in_rho(
        ravines(setting), lambda one, rho: _ratio_error(one, rho, wrong), np.geomspace(0.02, 0.1, 5)
    )


RATIO = Claim(
    id="bartlett2023/drift-ratio",
    title="SAM's drift over gradient descent's at the same amplitude",
    statement=r"From the same point of the bounce the drift of SAM is $(2/(\eta\lambda_1))^2$ times that of GD, "
    r"up to $O(\rho^2)$.",
    source="README, Drift law",
    origin="derived",
    kind="rate",
    relation=WithinInterval(TOLERANCE),
    observe=_ratio_order(),
    expect=lambda setting: 2.0,
    domain={**RAVINES, "h": Uniform(0.3, 1.6)},
    corners=RAVINE_CORNERS[1:],
    hypotheses=STABLE,
    quick=2,
    full=40,
    note="Observed: the order in rho of the relative error of the ratio.",
    controls=(
        Control("not squared", "2/h leaves an error that does not vanish with rho", observe=_ratio_order(wrong=True)),
    ),
)
