"""Local rates: the multipliers of every two-cycle, measured three ways."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform, Whole
from flatlab.evidence.intervals import settled_factor
from flatlab.evidence.relations import Equal
from flatlab.simulation.trajectories import trajectory
from paper_checks.bartlett2023._settings import CORNERS, DOMAIN, REACHES, STABLE, late, problem

DIFFERENCE = 1e-5  # half-width of the central differences, in units of the cycle
FEW = {**DOMAIN, "d": Whole(2, 12), "h": Uniform(0.02, 1.98)}
FEW_CORNERS = tuple({**corner, "d": min(corner["d"], 12)} for corner in CORNERS)


def _step(p, point):
    return trajectory(p.sam, p.objective, point, steps=1)[1]


def _observe_jacobian(setting, rng):
    """Diagonal of the Jacobian of one compiled SAM step at every cycle, by central differences."""
    p = problem(setting)
    found = []
    for j in range(p.eigenvalues.size):
        centre = p.axis(j, p.theory.cycle(j).radius)
        width = DIFFERENCE * centre[j]
        for i in range(centre.size):
            nudge = p.axis(i, width)
            found.append((_step(p, centre + nudge)[i] - _step(p, centre - nudge)[i]) / (2 * width))
    return found


def _expect_jacobian(setting, wrong=lambda multipliers, j, p: multipliers):
    p = problem(setting)
    return np.concatenate([wrong(p.theory.multipliers(j), j, p) for j in range(p.eigenvalues.size)])


def _swap_square(multipliers, j, p):
    """Return the multipliers with the ratio of eigenvalues in place of its square."""
    ratios = p.eigenvalues / p.eigenvalues[j]
    wrong = 1 - p.eta * p.eigenvalues - (2 - p.eta * p.eigenvalues[j]) * ratios
    wrong[j] = multipliers[j]
    return wrong


MULTIPLIERS = Claim(
    id="bartlett2023/multipliers",
    title="multipliers of every two-cycle",
    statement=r"At the cycle along $e_j$ one SAM step has the diagonal Jacobian $m_j = 1-h_j$, "
    r"$m_i = 1-h_i-(2-h_j)(\lambda_i/\lambda_j)^2$, with no $\rho$ in it.",
    source="README, Multipliers of a two-cycle",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-6, atol=1e-6),
    observe=_observe_jacobian,
    expect=_expect_jacobian,
    domain=FEW,
    corners=FEW_CORNERS,
    hypotheses=STABLE,
    quick=6,
    full=100,
    note="Tolerance: the error of the central differences.",
    controls=(
        Control(
            "ratio not squared",
            "the off-axis part falls with the square of the ratio",
            expect=lambda s: _expect_jacobian(s, _swap_square),
            change=lambda s: {**s, "gap": 0.3},
        ),
        Control(
            "multipliers of gradient descent",
            "GD has 1 - h_i everywhere",
            expect=lambda s: _expect_jacobian(s, lambda m, j, p: 1 - p.eta * p.eigenvalues),
        ),
    ),
)


def _observe_growth(setting, rng):
    """Growth of a tiny component on e_1, in the second step after starting on the cycle along e_j."""
    p = problem(setting)
    j = 1 + setting["seed"] % (setting["d"] - 1)
    radius = p.theory.cycle(j).radius
    start = p.axis(j, radius)
    start[0] = 1e-12 * radius
    path = trajectory(p.sam, p.objective, start, steps=2)
    return abs(path[-1, 0] / path[-2, 0])


def _expect_growth(setting):
    p = problem(setting)
    return p.theory.escape_factor(1 + setting["seed"] % (setting["d"] - 1))


ESCAPE = Claim(
    id="bartlett2023/escape",
    title="the other cycles repel",
    statement=r"Off the cycle along $e_j$ a component on $e_1$ grows by $h_1+(2-h_j)(\lambda_1/\lambda_j)^2-1 > 1$ "
    r"per step.",
    source="README, Multipliers of a two-cycle",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9),
    observe=_observe_growth,
    expect=_expect_growth,
    domain={**FEW, "d": Whole(2, 200, log=True)},
    corners=FEW_CORNERS,
    hypotheses=STABLE,
    quick=20,
    full=500,
    controls=(
        Control(
            "without the square",
            "the growth depends on the square of the ratio of eigenvalues",
            expect=lambda s: _expect_growth_plain(s),
        ),
        Control("no growth", "a factor of 1 would make the cycle neutral", expect=lambda s: 1.0),
    ),
)


def _expect_growth_plain(setting):
    p = problem(setting)
    j = 1 + setting["seed"] % (setting["d"] - 1)
    return p.eta * p.eigenvalues[0] + (2 - p.eta * p.eigenvalues[j]) * (p.eigenvalues[0] / p.eigenvalues[j]) - 1


def _visible(setting):
    """Coordinates whose own decay can still be seen once the amplitude has settled to 1e-12."""
    p = problem(setting)
    multipliers = np.abs(p.theory.multipliers())
    others = multipliers[1:]
    settle = -np.log(max(abs(1 - setting["h"]), others.max() ** 2, 1e-12))
    with np.errstate(divide="ignore"):
        lifetimes = 600 / -np.log(others)
    return p, [int(i) + 1 for i in np.flatnonzero((lifetimes > 60 / settle) & (others > 1e-3) & (lifetimes < 5e5))]


def _observe_ratios(setting, rng):
    p, visible = _visible(setting)
    settled = late(p)[0]
    found = []
    for i in visible:
        # restart on the settled cycle with one small component: the others cannot disturb its ratio
        start = settled.copy()
        start[1:] = 0.0
        start[i] = 1e-9 * p.radius
        path = trajectory(p.sam, p.objective, start, steps=40)
        found.append(settled_factor(path[:, i]))
    return found or [0.0]


def _expect_ratios(setting, index=0):
    p, visible = _visible(setting)
    return [float(m) for m in p.theory.multipliers(index)[visible]] or [0.0]


RATE = Claim(
    id="bartlett2023/rate",
    title="linear rate of convergence, coordinate by coordinate",
    statement=r"Near the top cycle $w_{t+1,i}/w_{t,i} \to m_i = 1-h_i-(2-h)(\lambda_i/\lambda_1)^2$ for $i>1$.",
    source=r"README, Multipliers of a two-cycle; the abstract states that rates are bounded",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9, atol=1e-12),
    observe=_observe_ratios,
    expect=_expect_ratios,
    domain=FEW,
    corners=FEW_CORNERS,
    hypotheses=REACHES,
    quick=12,
    full=200,
    note="Measured per coordinate: two nearly equal multipliers spoil a fitted overall rate.",
    controls=(
        Control(
            "rate of gradient descent",
            "SAM's multipliers differ by the ascent term",
            expect=lambda s: _expect_gd_ratios(s),
            change=lambda s: s if _visible(s)[1] else None,
        ),
        Control(
            "rho in the rate",
            "the rate is the same for every radius",
            expect=lambda s: [(1 + s["rho"]) * m for m in _expect_ratios(s)],
            change=lambda s: s if _visible(s)[1] else None,
        ),
    ),
)


def _expect_gd_ratios(setting):
    p, visible = _visible(setting)
    return [float(1 - p.eta * p.eigenvalues[i]) for i in visible]
