r"""With $n\ge2.5\,d(d+1)/2$ measurements the error of NSO is at least that of gradient descent."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, Uniform
from flatlab.evidence.relations import AtLeast
from paper_checks.zhang2024.problems.sensing import scaled


def measured(share, **setting):
    """Return a problem with n = share d(d+1)/2 measurements."""
    p = scaled(step=0.4, **setting)  # at two thirds of the authors' a problem in a hundred diverges
    return p._replace(n=int(share * p.d * (p.d + 1) / 2))


CLAIM = Claim(
    id="zhang2024/sensing-determined",
    title="With enough measurements noise only hurts",
    statement=r"With $n\ge2.5\,d(d+1)/2$ the error of NSO is at least that of gradient descent.",
    source="Recovery, measured",
    origin="measured",
    kind="ordering",
    relation=AtLeast(),
    problem=measured,
    observe=lambda p, rng: p.end("nso").error / p.end("gd").error,
    expect=1,
    fixed={"gradients": 8000},
    domain={"share": Uniform(2.5, 4.0), "d": Choice((8, 12)), "s": Uniform(0.07, 0.1), "seed": SEED},
    quick=5,
    full=100,
    seconds=0.08,
    few="runs of 8000 gradients on a few hundred measurements",
    controls=(
        Control(
            "half of the measurements",
            "then gradient descent from a unit start does not recover the matrix",
            change={"share": 0.4},
        ),
    ),
)
