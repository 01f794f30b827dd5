r"""Of $T=T_{\rm hit}/\delta$ iterates a share $1-\delta$ is flat: so is one drawn uniformly, with that probability."""

import math
from typing import NamedTuple

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform
from flatlab.evidence.intervals import mean, proportion
from flatlab.evidence.relations import WithinInterval
from flatlab.geometry.flatness import Flat
from flatlab.methods import RandomlySmoothed
from flatlab.objectives import Product
from flatlab.simulation.loops import observed
from flatlab.simulation.trajectories import outputs, running
from flatlab.theory.escape import EscapeTheorem, HyperbolaPoint, flat_fraction

START = (2.5, 0.4)  # on the hyperbola


class Runs(NamedTuple):
    """Random smoothing on the hyperbola, the flow time in steps, and the tolerances of distance and certificate."""

    method: RandomlySmoothed
    hit: float
    tolerances: tuple
    delta: float
    replicates: int
    steps: int


def runs(epsilon, delta, replicates, c_rho=0.5):
    p = EscapeTheorem(epsilon, 1.0, c_eta=0.25, c_rho=c_rho, c_gate=30.0)
    hit = p.flow_step.steps(HyperbolaPoint(START[0] ** 2 - START[1] ** 2).flow_time(epsilon))
    method, steps = RandomlySmoothed(p.eta, 0.05, p.rho, p.gate), math.ceil(hit / delta)
    return Runs(method, hit, (epsilon, math.sqrt(epsilon)), delta, replicates, steps)


def share_of_run(p, method, rng):
    return running(method, Product(2), START, Flat(*p.tolerances), checkpoints=[p.steps], rng=rng).mean[0]


def share(p, rng):
    return mean([share_of_run(p, p.method, child) for child in rng.spawn(p.replicates)])


def output(p, rng, factor=1.0):
    steps = max(1, math.ceil(factor * p.steps))
    runs = (outputs(p.method, Product(2), START, steps=steps, rng=child) for child in rng.spawn(p.replicates))
    flat = observed(Flat(*p.tolerances), Product(2), np.array([run.random for run in runs]))
    return proportion(int(flat.sum()), p.replicates)


CLAIMS = (
    Claim(
        id="ahn2024/share-of-flat-iterates",
        title="the share of flat iterates",
        statement=r"""On the hyperbola a run of $T=T_{\rm hit}/\delta$ steps has a share $1-T_{\rm hit}/T=1-\delta$ of
            $(\varepsilon,\sqrt\varepsilon)$-flat iterates, $T_{\rm hit}$ the flow time in steps.""",
        source=("Random iterate", "The hyperbola"),
        origin="derived",
        kind="equality",
        relation=WithinInterval(0.03),
        problem=runs,
        observe=share,
        expect=lambda p: flat_fraction(p.hit, p.steps),
        fixed={"replicates": 80},
        domain={"delta": Uniform(0.1, 0.6), "epsilon": Uniform(0.05, 0.2)},
        corners=({"delta": 0.5, "epsilon": 0.1},),
        quick=1,
        full=60,
        seconds=0.13,
        few="80 runs of ten thousand steps and more",
        controls=(
            Control(
                "gradient descent",
                "without a perturbation no iterate becomes flat",
                observe=lambda p, rng: share_of_run(p, p.method._replace(rho=0.0), rng),
            ),
            Control(
                "half the hitting time",
                "the time to the first flat iterate is that of the flow",
                expect=lambda p: flat_fraction(p.hit / 2, p.steps),
                change=lambda s: s if s.delta == 0.5 else None,
            ),
        ),
    ),
    Claim(
        id="ahn2024/random-output",
        title="a random iterate is flat with high probability",
        statement=r"""On the hyperbola an iterate drawn evenly from $x_1,\dots,x_T$, $T=T_{\rm hit}/\delta$ with
            $T_{\rm hit}$ the flow time in steps, is $(\varepsilon,\sqrt\varepsilon)$-flat with probability
            $1-\delta$ to leading order.""",
        source=("Random iterate", "The hyperbola"),
        origin="derived",
        kind="probability",
        relation=WithinInterval(0.06),
        problem=runs,
        observe=output,
        expect=lambda p: flat_fraction(p.hit, p.steps),
        fixed={"c_rho": 0.8, "replicates": 8000},
        domain={"delta": Uniform(0.3, 0.7), "epsilon": Uniform(0.2, 0.3)},
        quick=1,
        full=8,
        seconds=0.75,
        few="8000 runs of some hundred steps",
        note="""Probability over seeds and the drawn iterate together, with the exact binomial interval, which takes up
            little more than half of the tolerance. The probabilities are far from 1, so that an output of the last
            iterate, or of one of the second half, would be noticed.""",
        controls=(
            Control(
                "a run of the hitting time",
                "hardly any is flat",
                observe=lambda p, rng: output(p, rng, p.delta),
                change={"replicates": 500},
            ),
        ),
    ),
)
