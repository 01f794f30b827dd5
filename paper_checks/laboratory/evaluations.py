r"""A step of each method asks for as many gradients and values as its algorithm says, and all are charged."""

import numpy as np

from flatlab import methods
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, Whole
from flatlab.evidence.relations import Close
from paper_checks.laboratory.problems.counted import DRIVERS, Steps, asked
from paper_checks.laboratory.problems.instances import classes, instances

ALGORITHMS = {  # method, gradients and values of a step, for k pairs or points
    "GD": lambda k: (methods.GD(0.1), 1, 0),
    "SAM": lambda k: (methods.SAM(0.1, 0.1), 2, 0),
    "USAM": lambda k: (methods.USAM(0.1, 0.1), 2, 0),
    "ASAM": lambda k: (methods.ASAM(0.1, 0.1), 2, 0),
    "RSAM": lambda k: (methods.RSAM(0.1, 0.1, 0.1), 2, 0),
    "NSO": lambda k: (methods.NSO(0.1, 0.1, k), 2 * k, 0),
    "NoiseInjection": lambda k: (methods.NoiseInjection(0.1, 0.1, k), k, 0),
    "IterateNoise": lambda k: (methods.IterateNoise(0.1, 0.1), 1, 0),
    "RandomlySmoothed": lambda k: (methods.RandomlySmoothed(0.1, 0.1, 0.1, np.inf), 2, 0),
    "SharpnessAwarePerturbation": lambda k: (methods.SharpnessAwarePerturbation(0.1, 0.1, 0.1, np.inf), 3, 0),
    "TwoPoint": lambda k: (methods.TwoPoint(0.1, 0.1), 0, 2),
    "HeavyBall": lambda k: (methods.HeavyBall(methods.NSO(0.1, 0.1, k)), 2 * k, 0),
    "Averaged": lambda k: (methods.Averaged(methods.SAM(0.1, 0.1)), 2, 0),
}
EVERY = classes(methods, methods.step)


def of_algorithm(name, k, **shared):
    return Steps(*ALGORITHMS[name](k), **shared)


def of_class(name, steps, seed):
    return Steps(next(instances(EVERY[name])), 0, 0, steps, seed)


CLAIMS = (
    Claim(
        id="laboratory/evaluations",
        title="gradients and values of a step",
        statement=r"""In $T$ steps GD and noise in the iterate ask for $T$ gradients, SAM, USAM, ASAM, RSAM and random
            smoothing for $2T$, sharpness-aware perturbation for $3T$, noise injection for $kT$, NSO for $2kT$ and the
            two-point method for $2T$ values; momentum and averages add none. All are charged, for one run as for each
            run of an ensemble and of restarts.""",
        source="Evaluations",
        origin="derived",
        kind="equality",
        relation=Close(),
        problem=of_algorithm,
        observe=lambda p, rng: asked(p),
        expect=lambda p: [p.gradients * p.taken, p.values * p.taken],
        domain={"name": Choice(tuple(ALGORITHMS)), "k": Whole(1, 6), "steps": Whole(1, 8), "seed": SEED}
        | {"driver": Choice(tuple(DRIVERS))},
        corners=tuple({"name": name, "k": 3, "steps": 2, "seed": 1, "driver": "trajectory"} for name in ALGORITHMS)
        + tuple({"name": "NSO", "k": 3, "steps": 2, "seed": 1, "driver": driver} for driver in DRIVERS),
        quick=5,
        full=200,
        seconds=0.004,
        controls=(
            Control(
                "gradient descent",
                "it asks for one gradient",
                observe=lambda p, rng: asked(p, methods.GD(0.1)),
                change=lambda s: None if ALGORITHMS[s.name](s.k)[1] == 1 else s,
            ),
            Control(
                "one step more",
                "every step costs something",
                observe=lambda p, rng: asked(p._replace(steps=p.steps + 1)),
            ),
        ),
    ),
    Claim(
        id="laboratory/every-method-is-charged",
        title="every method is charged what it asks for",
        statement=r"""For every method of the library the $T$-step count of gradients and values that is charged is the
            number that was asked for.""",
        source="Evaluations",
        origin="derived",
        kind="equality",
        relation=Close(),
        problem=of_class,
        observe=lambda p, rng: asked(p)[0],
        expect=lambda p: asked(p)[1],
        domain={"name": Choice(tuple(EVERY)), "steps": Whole(1, 8), "seed": SEED},
        corners=tuple({"name": name, "steps": 3, "seed": 1} for name in EVERY),
        quick=1,
        full=200,
        seconds=0.0015,
        note="Methods are found by a walk through the library and made of a few plain values.",
        controls=(
            Control(
                "one step more",
                "it is asked for and not charged",
                observe=lambda p, rng: asked(p._replace(steps=p.steps + 1))[0],
            ),
        ),
    ),
)
