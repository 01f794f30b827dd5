"""The hidden objective J: SAM in the alternating gradient is preconditioned descent on it."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform
from flatlab.evidence.relations import AtLeast, AtMost, Equal
from flatlab.methods import GD, USAM
from flatlab.simulation.trajectories import trajectory
from flatlab.theory.sam import HiddenObjective
from paper_checks.bartlett2023._settings import CORNERS, DOMAIN, STABLE, enough_steps, problem

ANY_STEP = {**DOMAIN, "h": Uniform(0.002, 4.0)}
BEYOND = ({**CORNERS[0], "h": 2.0}, {**CORNERS[0], "h": 3.5})


def _one_step(setting, method=None):
    """Return the problem, its J, and u_0 and u_1 of one step from the setting's start."""
    p = problem(setting)
    path = trajectory(p.sam if method is None else method(p), p.objective, p.start, steps=1)
    j = HiddenObjective(p.theory)
    return p, j, j.variable(path[0], 0), j.variable(path[1], 1)


def _observe_identity(setting, rng, method=None):
    p, j, before, after = _one_step(setting, method)
    predicted = j.step(before)
    size = np.abs(before).max() + p.eta * p.rho * p.eigenvalues[0] ** 2
    return np.abs(after - predicted).max() / size


IDENTITY = Claim(
    id="bartlett2023/hidden-objective",
    title="a SAM step is a gradient step on J",
    statement=r"With $u_t = (-1)^t\Lambda w_t$, $J(u) = \tfrac12 u^\top Cu - |u|$, $C = "
    r"(2I-\eta\Lambda)/(\eta\rho\Lambda^2)$: "
    r"$u_{t+1} = u_t - \eta\rho\Lambda^2\nabla J(u_t)$.",
    source="README, The hidden objective J",
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-13),
    observe=_observe_identity,
    expect=lambda setting: 0.0,
    domain=ANY_STEP,
    corners=(*CORNERS, *BEYOND),
    quick=30,
    full=1000,
    note="Observed: the largest difference of the two sides, in units of the largest term.",
    controls=(
        Control(
            "gradient descent",
            "GD is a gradient step on another function",
            observe=lambda s, rng: _observe_identity(s, rng, lambda p: GD(p.eta)),
        ),
        Control(
            "no normalisation",
            "USAM has no such objective",
            change=lambda s: s if s["scale"] > 0.2 else None,
            observe=lambda s, rng: _observe_identity(s, rng, lambda p: USAM(p.eta, p.rho)),
        ),
    ),
)


def _observe_drop(setting, rng):
    _, j, before, after = _one_step(setting)
    return j.value(before) - j.value(after)


def _expect_drop(setting, factor=1.0):
    p, j, before, after = _one_step(setting)
    rounding = 0.0
    for u in (before, after):
        curvature = (2 - p.eta * p.eigenvalues) / (p.eta * p.rho * p.eigenvalues**2)
        rounding += 1e-14 * (np.sum(np.abs(curvature) * u**2) + np.linalg.norm(u))
    return factor * j.guaranteed_decrease(before) - rounding


DESCENT = Claim(
    id="bartlett2023/descent",
    title="J falls at every step, for every step size",
    statement=r"$J(u_{t+1}) \le J(u_t) - \tfrac{\eta^2\rho}{2}\,|\Lambda^{3/2}\nabla J(u_t)|^2$, with no condition "
    r"on $\eta$ or $\rho$.",
    source="README, Descent of J",
    origin="derived",
    kind="lower bound",
    relation=AtLeast(tight_within=1.05),
    observe=_observe_drop,
    expect=_expect_drop,
    domain=ANY_STEP,
    corners=(*CORNERS, *BEYOND),
    quick=30,
    full=1000,
    note="Observed: the drop of J; expected: the guaranteed drop less 1e-14 of the size of all terms.",
    controls=(
        Control(
            "twice the guarantee",
            "the constant is attained where the direction of u hardly turns",
            expect=lambda s: _expect_drop(s, 2.0),
            everywhere=False,
        ),
        Control(
            "gradient descent",
            "GD does not lower J near its minimum",
            observe=lambda s, rng: _observe_gd_drop(s),
            expect=lambda s: _expect_drop({**s, "scale": 1e-3 * s["h"]}),
        ),
    ),
)


def _observe_gd_drop(setting):
    _, j, before, after = _one_step({**setting, "scale": 1e-3 * setting["h"]}, lambda p: GD(p.eta))
    return j.value(before) - j.value(after)


def _observe_sum(setting, rng):
    p = problem(setting)
    path = trajectory(p.sam, p.objective, p.start, steps=min(enough_steps(p), 20000))
    signs = np.where(np.arange(len(path)) % 2, -1.0, 1.0)[:, None]
    u = signs * path * p.eigenvalues
    lengths = np.linalg.norm(u, axis=1, keepdims=True)
    curvature = (2 - p.eta * p.eigenvalues) / (p.eta * p.rho * p.eigenvalues**2)
    slopes = curvature * u - u / lengths
    return float(np.sum(p.eigenvalues**3 * slopes**2))


def _expect_sum(setting, factor=1.0):
    p = problem(setting)
    return factor * HiddenObjective(p.theory).summability_bound(p.eigenvalues * p.start)


SUMMABILITY = Claim(
    id="bartlett2023/summability",
    title="the gradients of J are summable",
    statement=r"$\sum_t |\Lambda^{3/2}\nabla J(u_t)|^2 \le S = 2\,(J(u_0)+b_1/2)/(\eta^2\rho)$ for $h<2$.",
    source="README, Summability",
    origin="derived",
    kind="upper bound",
    relation=AtMost(slack=1e-9, tight_within=1.01),
    observe=_observe_sum,
    expect=_expect_sum,
    domain=DOMAIN,
    corners=CORNERS,
    hypotheses=STABLE,
    quick=12,
    full=200,
    note="Attained in the limit where the direction of u does not turn.",
    controls=(
        Control("half the bound", "the bound is attained", expect=lambda s: _expect_sum(s, 0.5), everywhere=False),
        Control(
            "wrong power of eta",
            "S has eta squared in its denominator",
            expect=lambda s: _expect_sum(s) * (s["h"] / s["top"]),
            everywhere=False,
        ),
    ),
)


def _observe_landscape(setting, rng):
    p = problem(setting)
    hidden, found = HiddenObjective(p.theory), []
    for j in range(min(p.start.size, 12)):
        length = p.theory.cycle(j).gradient_norm
        point = p.axis(j, length)
        slope = np.linalg.norm(hidden.gradient(point))
        curvatures = np.linalg.eigvalsh(hidden.hessian(point))
        found += [slope, hidden.value(point) / length, float((curvatures < 0).sum())]
    return found


def _expect_landscape(setting, index=lambda j: j, value=-0.5):
    expected = []
    for j in range(min(setting["d"], 12)):
        expected += [0.0, value, float(index(j))]
    return expected


LANDSCAPE = Claim(
    id="bartlett2023/landscape",
    title="only the top cycle is a minimum of J",
    statement=r"For distinct eigenvalues and $h<2$ the stationary points of $J$ are $\pm b_je_j$, with value "
    r"$-b_j/2$ and Morse index $j-1$.",
    source="README, Stationary points of J",
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-12),
    observe=_observe_landscape,
    expect=_expect_landscape,
    domain=DOMAIN,
    corners=CORNERS,
    hypotheses=STABLE,
    quick=12,
    full=200,
    note="Observed for the first twelve axes: the slope of J, its value over b_j, the number of negative curvatures.",
    controls=(
        Control(
            "every axis a minimum",
            "the other cycles are saddles",
            expect=lambda s: _expect_landscape(s, index=lambda j: 0),
            change=lambda s: s if s["d"] > 1 else None,
        ),
        Control("value -b_j", "the value is half of that", expect=lambda s: _expect_landscape(s, value=-1.0)),
    ),
)
