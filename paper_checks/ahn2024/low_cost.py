"""What does not move, and what stays low: gradient descent, noise in the iterate, a level valley, the loss."""

import math

import numpy as np

from flatlab import ensemble, track, trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform, Uniform
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import AtMost, Equal, WithinInterval
from flatlab.geometry.limit_map import limit_map
from flatlab.methods import GD, IterateNoise, RandomlySmoothed
from flatlab.objectives import Valley, hessian_trace
from flatlab.objectives.observables import Loss
from flatlab.objectives.valleys.profiles import Constant, ExponentialTail, Parabola
from flatlab.theory.escape import FlowStep, SmoothingAtRest, StepCost
from paper_checks.ahn2024._minima import PROBLEMS, sharp_minimum
from paper_checks.ahn2024._settings import PAPER, README


def _observe_change(setting, rng, perturbed=False):
    objective, w = sharp_minimum(setting)
    eta = 0.1 / hessian_trace(objective, w)
    method = RandomlySmoothed(eta, eta, 0.3, math.inf) if perturbed else GD(eta)
    end = trajectory(method, objective, w, steps=setting["steps"], record_every=setting["steps"], rng=rng)[-1]
    return abs(hessian_trace(objective, limit_map(objective, end)) - hessian_trace(objective, w))


GD_STAYS = Claim(
    id="ahn2024/descent-stays",
    title="gradient descent stays at a sharp minimum",
    statement=r"From a minimum gradient descent moves nowhere: the trace changes by less than $10^{-8}$.",
    source=README + ", Test problems",
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-8),
    observe=_observe_change,
    expect=lambda setting: 0.0,
    domain={"problem": Choice(PROBLEMS), "steps": Choice((2000,)), "seed": SEED},
    corners=tuple({"problem": name, "steps": 2000, "seed": 1} for name in ("hyperbola", "network")),
    quick=0,
    full=40,
    controls=(
        Control("random smoothing", "its drift lowers the trace", observe=lambda s, rng: _observe_change(s, rng, True),
                change=lambda s: s if s["problem"] == "hyperbola" else None),
    ),
)  # fmt: skip


def _observe_loss(setting, rng, gate=1.0, c_rho=1.0):
    """Return the largest loss along a run that starts at a minimum."""
    objective = Valley(Parabola(1.0, 0.5), 2)
    method = RandomlySmoothed(setting["eta"], setting["eta"], c_rho * setting["rho"], gate * _gate(setting))
    return float(track(method, objective, [0.0, 0.0, 1.5], Loss(), steps=setting["steps"], rng=rng).max())


def _gate(setting):
    return setting["c_gate"] * math.sqrt(setting["eta"]) * setting["rho"]


def _expect_loss(setting):
    """Return gate^2 / (2 mu) + beta eta^2 (beta rho)^2 / 2: one step from within the gate, with mu = 1 <= a <= beta."""
    smoothness = 1.25 * (1.5 + 10 * setting["rho"]) ** 2 / 2.25 + 0.5
    return _gate(setting) ** 2 / 2 + StepCost(setting["eta"], smoothness, smoothness * setting["rho"]).projected


LOW_LOSS = Claim(
    id="ahn2024/loss-stays-low",
    title="the loss stays low while the minimum flattens",
    statement=r"Along a run from a minimum $f\le\varepsilon_0^2/(2\mu)+\beta^3\eta^2\rho^2/2$: "
    r"$\mu$ the Polyak–Łojasiewicz, $\beta$ the Lipschitz constant.",
    source=PAPER + ", in words (training accuracy stays at 100 %); README, Cost of one step",
    origin="derived",
    kind="upper bound",
    relation=AtMost(tight_within=10.0),
    observe=_observe_loss,
    expect=_expect_loss,
    domain={"eta": LogUniform(0.005, 0.1), "rho": LogUniform(0.01, 0.1), "c_gate": Uniform(0.5, 3),
            "steps": Choice((100000,))},
    corners=({"eta": 0.05, "rho": 0.05, "c_gate": 1.0, "steps": 100000},
             {"eta": 0.05, "rho": 0.05, "c_gate": 3.0, "steps": 100000}),
    quick=1,
    full=30,
    note="Within the gate f is at most the first term; a step adds at most the second; outside it falls.",
    controls=(
        Control("ten times the radius", "the noise is that much larger, and a gate as wide lets it grow",
                observe=lambda s, rng: _observe_loss(s, rng, gate=10.0, c_rho=10.0),
                change=lambda s: {**s, "eta": 0.05, "rho": 0.02, "c_gate": 3.0}),
    ),
)  # fmt: skip


def _move(method, setting, rng, level=True):
    """Return how far runs have moved along an exponential valley (or a level one) after some steps."""
    profile = Constant(setting["curvature"]) if level else _tail(setting)
    starts = np.zeros((setting["replicates"], 3))
    ends = ensemble(
        method, Valley(profile, 2), starts, steps=setting["steps"], seed=int(rng.integers(2**31)), keep_divergence=True
    )
    return ends[:, -1]


def _tail(setting):
    return ExponentialTail(0.0, setting["curvature"], setting["rate"])


def _stated_move(setting):
    """Return the first-order move of random smoothing: h' = -(2/3) a rate."""
    drift = 2 / 3 * setting["curvature"] * setting["rate"]
    return setting["steps"] * FlowStep(setting["eta"], setting["rho"]).time * drift


def _observe_iterate_noise(setting, rng, method=None):
    method = method or IterateNoise(setting["eta"], setting["rho"])
    return mean(_move(method, setting, rng, level=False) / _stated_move(setting))


_NOISE = {"eta": 0.02, "rho": 0.05, "curvature": 1.0, "rate": 0.5, "steps": 20000, "replicates": 32}


def _expect_iterate_noise(setting):
    return SmoothingAtRest(setting["eta"], setting["rho"], setting["curvature"], 2, 3).iterate_noise_fraction


ITERATE_NOISE = Claim(
    id="ahn2024/noise-in-the-iterate",
    title="noise in the iterate drifts more slowly by the order of the step",
    statement=r"$x\leftarrow x-\eta(\nabla f+\rho g)$ drifts along the valley at $\eta/(a(2-\eta a))$ times the "
    r"rate of random smoothing.",
    source=README + ", Noise in the iterate",
    origin="derived",
    kind="equality",
    relation=WithinInterval(0.004),
    observe=lambda s, rng: _observe_iterate_noise_net(s, rng),
    expect=_expect_iterate_noise,
    domain={"eta": Uniform(0.015, 0.025), "rho": Choice((0.05,)), "curvature": Uniform(0.9, 1.2),
            "rate": Uniform(0.4, 0.6), "steps": Choice((20000,)), "replicates": Choice((64,))},
    corners=(_NOISE,),
    quick=0,
    full=6,
    note="In units of the stated move of random smoothing. The noise along the valley has no drift: it is taken out by "
    "running the same draws on a level valley.",
    controls=(
        Control("random smoothing", "its fraction is one",
                observe=lambda s, rng: _observe_iterate_noise(
                    s, rng, RandomlySmoothed(s["eta"], 0.1, s["rho"], math.inf))),
    ),
)  # fmt: skip


def _observe_iterate_noise_net(setting, rng):
    """Return the move less that on a level valley under the same draws, where the same noise has no drift."""
    seed = int(rng.integers(2**31))
    method = IterateNoise(setting["eta"], setting["rho"])
    moves = [_move(method, setting, np.random.default_rng(seed), level) for level in (False, True)]
    return mean((moves[0] - moves[1]) / _stated_move(setting))


def _observe_level(setting, rng, level=True):
    method = RandomlySmoothed(setting["eta"], 0.1, setting["rho"], math.inf)
    return float(np.abs(_move(method, setting, rng, level)).max())


LEVEL = Claim(
    id="ahn2024/level-valley",
    title="on a level valley nothing drifts",
    statement=r"Where $a$ is constant $\nabla h=0$ and random smoothing does not move along the valley at all.",
    source=README + ", Decrease per step",
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-14),
    observe=_observe_level,
    expect=lambda setting: 0.0,
    domain={"eta": Uniform(0.01, 0.1), "rho": Uniform(0.01, 0.2), "curvature": Uniform(0.5, 3), "rate": Choice((0.5,)),
            "steps": Choice((20000,)), "replicates": Choice((8,))},
    corners=({**_NOISE, "replicates": 4},),
    quick=0,
    full=20,
    controls=(
        Control("an exponential valley", "there the trace falls", observe=lambda s, rng: _observe_level(s, rng, False)),
    ),
)  # fmt: skip
