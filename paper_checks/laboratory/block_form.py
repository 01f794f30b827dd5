r"""Replicates that advance together end where each ends alone, bit for bit."""

from typing import NamedTuple

import numpy as np

from flatlab import methods
from flatlab.compiler.options import interpreted
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, Whole
from flatlab.evidence.relations import Close
from flatlab.methods import SAM, block_step, block_workspace, step, workspace
from flatlab.objectives import descend, descent_scratch, dimension
from paper_checks.laboratory.problems.instances import classes, deterministic_with_block_gradients, instances
from paper_checks.laboratory.problems.replicates import Replicates

METHODS = {name: next(instances(cls)) for name, cls in classes(methods, block_step).items()}
OBJECTIVES = deterministic_with_block_gradients()


class OfBlock(NamedTuple):
    """SAM whose block form divides the ascent of every replicate by one length, that of all replicates together."""

    eta: float
    rho: float


workspace.register(OfBlock)(lambda method, objective, w: workspace(SAM(method.eta, method.rho), objective, w))


@step.register(OfBlock)
def _(method, objective, w, work, rng):
    step(SAM(method.eta, method.rho), objective, w, work, rng)


block_workspace.register(OfBlock)(lambda method, objective, points: descent_scratch(points))


@block_step.register(OfBlock)
def _(method, objective, points, work):
    length = np.sqrt((points**2).sum())
    descend(objective, points, method.eta, method.rho / length, False, work)


def of_library(method, objective, replicates, steps, seed):
    """Return replicates of a pair that the walk has found."""
    rng, target = np.random.default_rng(seed), OBJECTIVES[objective]
    size = dimension(target) or 3
    return Replicates(METHODS[method], target, 0.3 * rng.standard_normal((replicates, size)), steps)


def without_compiling(p, **changed):
    with interpreted():
        return p.together(**changed)


def alone_without_compiling(p):
    with interpreted():
        return p.alone()


CLAIM = Claim(
    id="laboratory/block-form",
    title="the block form is the single form",
    statement=r"""For every method with a block form and every objective with gradients at many points, $N$
        replicates advanced together end where each ends alone, to the last bit.""",
    source="Block form",
    origin="derived",
    kind="equality",
    relation=Close(),
    problem=of_library,
    observe=lambda p, rng: without_compiling(p),
    expect=alone_without_compiling,
    domain={
        "method": Choice(tuple(METHODS)),
        "objective": Choice(tuple(OBJECTIVES)),
        "replicates": Whole(2, 9),
        "steps": Whole(1, 5),
        "seed": SEED,
    },
    corners=tuple(
        {"method": method, "objective": objective, "replicates": 3, "steps": 2, "seed": 1}
        for method in METHODS
        for objective in OBJECTIVES
    ),
    quick=5,
    full=200,
    seconds=0.003,
    note="Pairs are found by a walk through the library; interpreted runs have the bits of machine code.",
    controls=(
        Control(
            "one coordinate of one replicate changed",
            "by one part in a million",
            observe=lambda p, rng: without_compiling(p, starts=p.one_changed),
        ),
        Control(
            "one length for all replicates",
            "the ascent of SAM has a length for each replicate",
            observe=lambda p, rng: without_compiling(p, method=OfBlock(*p.method)),
            change=lambda s: s if s.method == "SAM" else None,
        ),
    ),
)
