r"""Along a run from a minimum the loss stays below $\varepsilon_0^2/(2\mu)+\beta^3\eta^2\rho^2/2$."""

from typing import NamedTuple

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform, Uniform
from flatlab.evidence.relations import AtMost
from flatlab.methods import RandomlySmoothed
from flatlab.objectives import hessian, value
from flatlab.theory.escape import StepCost
from paper_checks.ahn2024.problems.sharp_minima import PROBLEMS, RANK, sharp_minimum

MARGIN = 1.25  # for curvatures between the points at which they are computed
STEPS, POINTS = 40_000, 200


class Run(NamedTuple):
    """A run from a sharp minimum, with the smallest curvature across the minima and the largest that it meets."""

    losses: list
    least: float
    largest: float
    eta: float
    rho: float
    gate: float


def run(problem, share, rho, c_gate, seed, wider=1.0, farther=1.0):
    """Return the :class:`Run`; the method's gate and radius are larger by ``wider`` and ``farther``."""
    objective, start = sharp_minimum(problem, seed)
    top = np.linalg.eigvalsh(hessian(objective, start))[-1]
    eta = share / top
    gate = c_gate * np.sqrt(eta * top) * top * rho
    method = RandomlySmoothed(eta, eta, farther * rho, wider * gate)
    rng = np.random.default_rng([seed, 1])
    path = trajectory(method, objective, start, steps=STEPS, record_every=STEPS // POINTS, rng=rng)
    curvature = np.array([np.linalg.eigvalsh(hessian(objective, w)) for w in path])
    least, largest = curvature[:, -RANK[problem]].min() / MARGIN, curvature[:, -1].max() * MARGIN
    return Run([value(objective, w) for w in path], least, largest, eta, rho, gate)


CLAIM = Claim(
    id="ahn2024/loss-stays-low-on-every-problem",
    title="the loss stays low on every test problem",
    statement=r"""Along a run from a minimum $f\le\varepsilon_0^2/(2\mu)+\beta^3\eta^2\rho^2/2$, with $\mu$ the smallest
        curvature across the minima and $\beta$ the largest curvature that the run meets.""",
    source=("Cost of one step", "Parameters of the smoothed perturbation"),
    origin="derived",
    kind="upper bound",
    relation=AtMost(tight_within=20.0),
    problem=run,
    observe=lambda r, rng: max(r.losses),
    expect=lambda r: r.gate**2 / (2 * r.least) + StepCost(r.eta, r.largest, r.largest * r.rho).projected,
    domain={
        "problem": Choice(PROBLEMS),
        "share": LogUniform(0.005, 0.1),
        "rho": LogUniform(0.003, 0.03),
        "c_gate": Uniform(0.5, 3),
        "seed": SEED,
    },
    corners=tuple({"problem": name, "share": 0.05, "rho": 0.02, "c_gate": 1.5, "seed": 3} for name in PROBLEMS),
    quick=1,
    full=196,
    seconds=0.015,
    note="""Observed: the largest loss at 200 points of the run. The bound takes the curvatures at the same points, with
        a margin of a quarter; loss-stays-low observes every step and has constants known beforehand.""",
    controls=(
        Control(
            "thirty times the radius",
            "the noise is that much larger, and a gate as wide lets it grow",
            problem=lambda **setting: run(**setting, wider=30.0, farther=30.0),
            change=lambda s: {**s, "rho": 0.005, "c_gate": 3.0} if s.problem == "parabola" else None,
        ),
    ),
)
