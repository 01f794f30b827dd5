r"""With $n>d(d+1)/2$ measurements the error of NSO is at least that of gradient descent."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice
from flatlab.evidence.relations import AtLeast
from paper_checks.zhang2024.problems.sensing import CORNERS, DETERMINED, FIXED, Sensing

CLAIM = Claim(
    id="zhang2024/sensing-determined",
    title="With enough measurements noise only hurts",
    statement=r"With $n>d(d+1)/2$ the error of NSO is at least that of gradient descent.",
    source="Recovery, measured",
    origin="measured",
    kind="ordering",
    relation=AtLeast(),
    problem=Sensing,
    observe=lambda p, rng: p.end("nso").error / p.end("gd").error,
    expect=1,
    fixed={name: value for name, value in DETERMINED.items() if name != "n"},
    domain={"n": Choice((600, 700)), "seed": Choice(tuple(range(11, 31)))},
    corners=tuple({**corner, "n": DETERMINED["n"]} for corner in CORNERS),
    hypotheses={"there are more measurements than entries of X": lambda s: s.n > s.d * (s.d + 1) // 2},
    quick=0,
    full=10,
    controls=(
        Control(
            "half of the measurements",
            "then gradient descent from a unit start does not recover the matrix",
            change=FIXED,
        ),
    ),
)
