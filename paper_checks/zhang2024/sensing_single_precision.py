r"""Measurements in single precision change what the methods end with by at most a share of $10^{-4}$."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice
from flatlab.evidence.relations import AtMost
from paper_checks.zhang2024.problems.sensing import FIXED, Sensing

METHODS = ("naive", "naive-2", "nso", "decay", "small-start")


def change(p, rng, names=METHODS):
    """Return the largest relative change of a measure."""
    found = []
    for name in names:
        double, single = (p._replace(single=kept).end(name) for kept in (False, True))
        found += [abs(b / a - 1) for a, b in zip(double, single)]
    return max(found)


CLAIM = Claim(
    id="zhang2024/sensing-single-precision",
    title="Single precision changes no reading",
    statement=r"""Measurements in single precision change the losses, the error, the trace and the nuclear norm that
        the methods end with by at most a share of $10^{-4}$.""",
    source="Recovery, measured",
    origin="measured",
    kind="upper bound",
    relation=AtMost(),
    problem=Sensing,
    observe=change,
    expect=1e-4,
    fixed=FIXED,
    domain={"seed": Choice(tuple(range(2, 6)))},
    corners=({"seed": 1},),
    quick=0,
    full=4,
    note="The exception is the training loss of plain gradient descent, which ends near 1e-13 instead of 1e-30.",
    controls=(
        Control(
            "the training loss of gradient descent",
            "it goes to 0, and single precision has a floor at the square of its rounding",
            observe=lambda p, rng: change(p, rng, ("gd",)),
            change={"seed": 2},
        ),
    ),
)
