"""The loss stays low while the minimum flattens, on every test problem, with the constants met along the run."""

import math

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform, Uniform
from flatlab.evidence.relations import AtMost
from flatlab.methods import RandomlySmoothed
from flatlab.objectives import hessian, value
from flatlab.theory.escape import StepCost
from paper_checks.ahn2024._minima import PROBLEMS, sharp_minimum
from paper_checks.ahn2024._settings import PAPER

RANK = {"hyperbola": 1, "parabola": 2, "network": 3, "rank one": 6}  # dimensions across the minima
ROOM = 1.25  # for points between those at which the curvature is looked at
STEPS, LOOKS = 40_000, 200


def _observe_ratio(setting, rng, wider=1.0, farther=1.0):
    """Return the largest loss along a run over the bound."""
    objective, start = sharp_minimum(setting)
    top = np.linalg.eigvalsh(hessian(objective, start))[-1]
    eta, rho = setting["share"] / top, setting["rho"]
    gate = setting["c_gate"] * math.sqrt(eta * top) * top * rho
    method = RandomlySmoothed(eta, eta, farther * rho, wider * gate)
    path = trajectory(method, objective, start, steps=STEPS, record_every=STEPS // LOOKS, rng=rng)
    highest = max(value(objective, w) for w in path)
    curvature = np.array([np.linalg.eigvalsh(hessian(objective, w)) for w in path])
    least, largest = curvature[:, -RANK[setting["problem"]]].min() / ROOM, curvature[:, -1].max() * ROOM
    return float(highest / (gate**2 / (2 * least) + StepCost(eta, largest, largest * rho).projected))


LOW_EVERYWHERE = Claim(
    id="ahn2024/loss-stays-low-on-every-problem",
    title="the loss stays low on every test problem",
    statement=r"Along a run from a minimum $f\le\varepsilon_0^2/(2\mu)+\beta^3\eta^2\rho^2/2$, with $\mu$ the smallest "
    r"curvature across the minima and $\beta$ the largest curvature that the run meets.",
    source=PAPER + ", in words (training accuracy stays at 100 %); README, Cost of one step",
    origin="derived",
    kind="upper bound",
    relation=AtMost(tight_within=100.0),
    observe=_observe_ratio,
    expect=lambda setting: 1.0,
    domain={
        "problem": Choice(PROBLEMS),
        "share": LogUniform(0.005, 0.1),
        "rho": LogUniform(0.003, 0.03),
        "c_gate": Uniform(0.5, 3),
        "seed": SEED,
    },
    corners=tuple({"problem": name, "share": 0.05, "rho": 0.02, "c_gate": 1.5, "seed": 3} for name in PROBLEMS),
    quick=0,
    full=60,
    note="Observed: the largest loss at 200 points of the run over the bound, with the constants of the same points "
    "and a quarter of room; loss-stays-low looks at every step and has constants known beforehand.",
    controls=(
        Control(
            "thirty times the radius",
            "the noise is that much larger, and a gate as wide lets it grow",
            observe=lambda s, rng: _observe_ratio(s, rng, wider=30.0, farther=30.0),
            change=lambda s: {**s, "rho": 0.005, "c_gate": 3.0} if s["problem"] == "parabola" else None,
        ),
    ),
)
