"""The checks of objectives and methods name the answer that is wrong, and refuse nothing that is right."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice
from flatlab.evidence.relations import Equal
from paper_checks.laboratory.problems.planted import MISTAKES, refused

FEW = ("trace", "third derivative", "samples of their own", "first run", "block")


def planted(mistake, seed):
    """Return what the mistake is planted in, and a point of both signs."""
    rng = np.random.default_rng(seed)
    return MISTAKES[mistake](), rng.choice([-1.0, 1.0], 3) * rng.uniform(0.3, 0.9, 3)


def observe(p, rng):
    (part, _, says), point = p
    return refused(part, says, point)


def without_mistake(p, rng):
    (_, base, _), point = p
    return refused(base, "", point)


CLAIM = Claim(
    id="laboratory/planted-mistakes",
    title="checks name the answer that is wrong",
    statement=r"""Where one answer of an objective or a method is wrong, by the factor $1+10^{-6}$ if it is a number,
        its check refuses it in a sentence that begins with its class and its name; else nothing is refused.""",
    source="Answers of objectives",
    origin="measured",
    kind="equality",
    relation=Equal(),
    problem=planted,
    observe=observe,
    expect=1,
    domain={"mistake": Choice(tuple(MISTAKES)), "seed": SEED},
    corners=tuple({"mistake": name, "seed": 1} for name in MISTAKES if name != "biased samples"),  # of 20000 draws
    quick=1,
    full=200,
    seconds=0.0055,
    controls=(
        Control(
            "without the mistake",
            "nothing is refused",
            observe=without_mistake,
            change=lambda s: (
                s if s.mistake in ("trace", "third derivative", "samples of their own", "first run", "block") else None
            ),
        ),
    ),
)
