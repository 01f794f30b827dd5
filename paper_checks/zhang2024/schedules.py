"""Lower bounds L4 and L5: against every schedule of step sizes that is fixed in advance."""

import numpy as np

from flatlab import track
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform, Whole
from flatlab.evidence.relations import AtLeast
from flatlab.methods import NSO
from flatlab.methods.schedules import Given
from flatlab.objectives.observables import SquaredGradientNorm
from flatlab.theory.noise import NoisyDescent, NoisySchedule
from paper_checks.zhang2024.problems.hard_instances import huber_schedule, nonconvex_hats

SHAPES = ("constant", "inverse root", "exponential", "cosine", "random")
SETTINGS = {
    "C": LogUniform(0.1, 10.0),
    "gap": LogUniform(0.1, 10.0),
    "T": Whole(1, 300, log=True),
    "k": Whole(1, 4),
    "nu": LogUniform(1e-4, 3.0),
    "h": LogUniform(1e-3, 1.0),
    "shape": Choice(SHAPES),
    "seed": SEED,
}
_PLAIN = {"C": 1.0, "gap": 1.0, "k": 2, "nu": 0.1, "seed": 1}
_CORNERS = tuple({**_PLAIN, "T": 200, "h": 0.1, "shape": shape} for shape in SHAPES)


def _arguments(setting):
    c, gap, k = setting["C"], setting["gap"], setting["k"]
    return c, gap, float(np.sqrt(setting["nu"] * k * setting["T"] * c * gap)), k


def etas(setting, short=False):
    """Return the schedule, shape (T,): its largest step is ``h``/C, or less where a short one is asked for."""
    t, steps = np.arange(setting["T"]), setting["T"]
    shape = {
        "constant": np.ones(steps),
        "inverse root": 1 / np.sqrt(1 + t),
        "exponential": 0.01 ** (t / steps),
        "cosine": (1 + np.cos(np.pi * t / steps)) / 2 + 1e-3,
        "random": np.random.default_rng(setting["seed"]).uniform(0.01, 1.0, steps),
    }[setting["shape"]]
    found = np.minimum(setting["h"] * shape / shape.max(), 1.0) / setting["C"]
    if short:
        c, gap, sigma, k = _arguments(setting)
        found = found * min(1.0, np.sqrt(2 * k * gap / (c * sigma**2) / np.sum(found**2)))
    return found


def _squared_norms(instance, schedule, setting, steps, rng):
    return track(
        NSO(Given(schedule), 0.0, setting["k"]),
        instance.objective,
        instance.start,
        SquaredGradientNorm(),
        steps=steps,
        rng=rng,
    )


def _observe_schedule(setting, rng, silent=False):
    """Mean of |grad|^2 over the random output, t with probability eta_t/S, exactly on one path."""
    schedule = etas(setting)
    c, gap, sigma, k = _arguments(setting)
    instance = huber_schedule(schedule, c, gap, sigma, k)
    if silent:
        instance = instance._replace(objective=instance.objective._replace(sigma=0.0))
    path = _squared_norms(instance, schedule, setting, schedule.size - 1, rng)
    return float(schedule @ path / schedule.sum())


def _expect_schedule(setting, factor=1.0):
    return factor * NoisySchedule(etas(setting), *_arguments(setting)).bound


SCHEDULES = Claim(
    id="zhang2024/lower-bound-schedules",
    title="L4: against every schedule, for the weighted output",
    statement=r"For $0<\eta_t\le1/C$ fixed in advance and $t$ drawn with probability $\eta_t/S$ a convex instance "
    "with a cold start has "
    r"$E|\nabla F(W_t)|^2 \ge D^2/(S+1/(2C)) + (C\sigma^2/(2kS))(\sum\eta_t^2-\max\eta_t/C)$.",
    source="README, L4",
    origin="derived",
    kind="lower bound",
    relation=AtLeast(slack=1e-9, tight_within=1.1),
    observe=_observe_schedule,
    expect=_expect_schedule,
    domain=SETTINGS,
    corners=_CORNERS,
    hypotheses={"no step is above 1/C": lambda s: s["h"] <= 1},
    quick=6,
    full=300,
    note="One run of the method on 1 + kT coordinates for each schedule; every path has the same lengths.",
    controls=(
        Control(
            "noise taken away",
            "the second term is the noise",
            observe=lambda s, rng: _observe_schedule(s, rng, silent=True),
            change=lambda s: {**s, "T": 300, "h": 0.5, "nu": 1.0},
        ),
        Control(
            "20% more", "the bound is nearly attained", expect=lambda s: _expect_schedule(s, 1.2), everywhere=False
        ),
    ),
)


def _observe_hats(setting, rng, long=1.0):
    """Least |grad|^2 over 0..T of one run on the hats, whose steps are ``long`` times what the hats are built for."""
    schedule = etas(setting, short=True)
    instance = nonconvex_hats(schedule, *_arguments(setting))
    return _squared_norms(instance, schedule * long, setting, schedule.size, rng).min()


def _expect_hats(setting, factor=1.0):
    c, gap, sigma, k = _arguments(setting)
    here = NoisySchedule(etas(setting, short=True), c, gap, sigma, k).nonconvex_bound
    return factor * max(here, NoisyDescent(c, gap, sigma, setting["T"], k).nonconvex)


NONCONVEX = Claim(
    id="zhang2024/lower-bound-nonconvex",
    title="L5: a nonconvex instance, every iterate of every path",
    statement=r"For $\eta_t\le1/C$ and $\sum\eta_t^2\le 2kD^2/(C\sigma^2)$ every iterate has $|\nabla F(W_t)|^2 "
    r"\ge D^2/(4G) \ge \min\{CD^2/4, D\sqrt{C\sigma^2/(128kT)}\}$, $G=\max(1/C,2S)$.",
    source="README, L5; a chain-like nonconvex instance is named on the authors' poster",
    origin="derived",
    kind="lower bound",
    relation=AtLeast(slack=1e-9, tight_within=3.0),
    observe=_observe_hats,
    expect=_expect_hats,
    domain=SETTINGS,
    corners=(*_CORNERS, {**_PLAIN, "T": 300, "h": 1.0, "nu": 3.0, "shape": "constant"}),
    hypotheses={"no step is above 1/C": lambda s: s["h"] <= 1},
    quick=6,
    full=300,
    note="The hats are a cost only: with flat noise directions the same run has twice the bound. Long schedules "
    "are not covered.",
    controls=(
        Control(
            "a schedule twenty times as long",
            "the gentle bowl is travelled",
            everywhere=False,
            change=lambda s: {**s, "h": min(s["h"], 0.05), "C": 1.0},
            observe=lambda s, rng: _observe_hats(s, rng, long=20.0),
        ),
        Control(
            "constant of the flat instance, doubled",
            "D^2/G is more than the gap pays for",
            expect=lambda s: _expect_hats(s, 5.0),
            everywhere=False,
        ),
    ),
)
