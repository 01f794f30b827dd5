"""What happens without SAM's normalisation, without its ascent, at h = 2 and above; scaling."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.relations import AtMost, Equal
from flatlab.methods import GD, SAM
from flatlab.objectives import Quadratic
from flatlab.simulation.trajectories import trajectory
from paper_checks.bartlett2023._settings import CORNERS, DOMAIN, SEVERAL, STABLE, problem

# --- gradient descent ------------------------------------------------------------------------------


def _observe_gd(setting, rng, method=lambda p: GD(p.eta), steps=400):
    p = problem(setting)
    path = trajectory(method(p), p.objective, p.start, steps=steps)
    return np.linalg.norm(path[-1]) / np.linalg.norm(path[0])


def _expect_gd(setting, power=1.0, steps=400):
    p = problem(setting)
    factor = float(np.abs(1 - p.eta * p.eigenvalues).max())
    return max(factor ** (power * steps), 1e-290)


GD_CONVERGES = Claim(
    id="bartlett2023/gd-has-no-cycle",
    title="gradient descent goes to the minimum instead",
    statement=r"For $h<2$ gradient descent has $|w_t| \le \max_i|1-\eta\lambda_i|^t\,|w_0|$.",
    source="textbook; the contrast the abstract draws",
    origin="derived",
    kind="upper bound",
    relation=AtMost(slack=1e-9, tight_within=1e3),
    observe=_observe_gd,
    expect=_expect_gd,
    domain=DOMAIN,
    corners=CORNERS,
    hypotheses=STABLE,
    quick=12,
    full=200,
    controls=(
        Control(
            "SAM",
            "SAM keeps bouncing at a finite distance",
            observe=lambda s, rng: _observe_gd(s, rng, lambda p: p.sam),
            change=lambda s: {**s, "h": min(max(s["h"], 0.6), 1.4), "gap": 0.3, "d": 2},
        ),
        Control(
            "twice the rate",
            "the slowest direction attains the factor",
            expect=lambda s: _expect_gd(s, 2.0),
            everywhere=False,
        ),
    ),
)

# --- h >= 2 ----------------------------------------------------------------------------------------

FAR = 1e13


def _observe_ratio(setting, rng):
    p = problem(setting)
    steps = int(np.ceil(np.log(FAR) / np.log(setting["h"] - 1))) + 10
    path = trajectory(p.sam, p.objective, p.start, steps=steps)
    return abs(path[-1, 0] / path[-2, 0])


def _observe_settled(setting, rng):
    p = problem(setting)
    path = trajectory(p.sam, p.objective, p.start, steps=4000)
    return abs(path[-1, 0] / path[-2, 0])


ABOVE_TWO = Claim(
    id="bartlett2023/above-two",
    title="above h = 2 SAM diverges geometrically",
    statement=r"For $h>2$ and $w_{0,1}\neq0$, $|w_{t+1,1}|/|w_{t,1}| \to h-1$.",
    source="README, Outside h < 2",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9),
    observe=_observe_ratio,
    expect=lambda setting: problem(setting).theory.divergence.ratio,
    domain={**DOMAIN, "h": Uniform(2.01, 6.0)},
    corners=({**CORNERS[0], "h": 2.01}, {**CORNERS[0], "h": 4.0}),
    hypotheses={"eta times the largest eigenvalue is above 2": lambda setting: setting["h"] > 2},
    quick=12,
    full=200,
    controls=(
        Control(
            "h in place of h - 1", "the step subtracts eta times the gradient from the point", expect=lambda s: s["h"]
        ),
        Control(
            "h below 2",
            "the amplitude settles, ratio 1",
            change=lambda s: {**s, "h": 1.5},
            observe=_observe_settled,
            expect=lambda s: s["h"] - 1,
        ),
    ),
)


def _observe_increment(setting, rng):
    p = problem(setting)
    steps = int(100 / setting["gap"])
    path = trajectory(p.sam, p.objective, p.start, steps=steps)
    return (abs(path[-1, 0]) - abs(path[-2, 0])) / p.rho


AT_TWO = Claim(
    id="bartlett2023/at-two",
    title="at h = 2 SAM diverges linearly",
    statement=r"At $h=2$, $|w_{t+1,1}|-|w_{t,1}| \to 2\rho$, where gradient descent stays bounded.",
    source="README, Outside h < 2",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-8),
    observe=_observe_increment,
    expect=lambda setting: 2.0,
    domain={
        **SEVERAL,
        "h": Uniform(2.0, 2.0),
        "gap": LogUniform(0.01, 0.9),
        "d": Whole(2, 50, log=True),
        "top": Uniform(1.0, 1.0),
    },
    corners=({**CORNERS[0], "h": 2.0, "top": 1.0},),
    hypotheses={"eta times the largest eigenvalue is 2": lambda setting: setting["h"] == 2},
    quick=8,
    full=100,
    controls=(
        Control("rho in place of 2 rho", "the bounce passes the minimum twice the radius", expect=lambda s: 1.0),
        Control("h = 1.9", "the amplitude is bounded", change=lambda s: {**s, "h": 1.9}),
    ),
)

# --- scaling ---------------------------------------------------------------------------------------


def _observe_scaling(setting, rng, power=1):
    """Difference between a step and the scaled step of the unit problem, in units of the largest term."""
    p = problem(setting)
    step = trajectory(p.sam, p.objective, p.start, steps=1)[1]
    unit = trajectory(SAM(1.0, 1.0), Quadratic(p.eta * p.eigenvalues), p.start / p.rho**power, steps=1)[1]
    return float(np.abs(step - p.rho**power * unit).max() / (np.abs(p.start).max() + p.rho * setting["h"]))


SCALING = Claim(
    id="bartlett2023/scaling",
    title="only h_i and w / rho matter",
    statement=r"$F(w;\eta,\Lambda,\rho) = \rho\,F(w/\rho;1,\eta\Lambda,1)$.",
    source="README, Setting",
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-13),
    observe=_observe_scaling,
    expect=lambda setting: 0.0,
    domain={**DOMAIN, "h": Uniform(0.002, 4.0)},
    corners=CORNERS,
    quick=20,
    full=500,
    controls=(
        Control(
            "no rescaling",
            "the radius sets the scale",
            observe=lambda s, rng: _observe_scaling(s, rng, 0),
            change=lambda s: {**s, "rho": 10.0},
        ),
        Control(
            "square",
            "the map is homogeneous of degree one in w and rho",
            observe=lambda s, rng: _observe_scaling(s, rng, 2),
            change=lambda s: {**s, "rho": 10.0},
        ),
    ),
)
