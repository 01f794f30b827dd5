r"""With $s=0$ the iterates of NSO with $k=1$ and of gradient descent are the same numbers."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform
from flatlab.evidence.relations import Equal
from flatlab.methods import GD, NSO
from paper_checks.zhang2024.problems.small_sensing import tiny


def runs(eta, steps, **setting):
    return tiny(**setting), eta, steps


def difference(case, rng, s=0.0):
    """Return the largest difference of an entry along the two paths."""
    (objective, start, _), eta, steps = case
    paths = [
        trajectory(method, objective, start, steps=steps, rng=np.random.default_rng(1))
        for method in (GD(eta), NSO(eta, s))
    ]
    return np.abs(paths[0] - paths[1]).max()


CLAIM = Claim(
    id="zhang2024/sensing-without-noise",
    title="Without noise NSO is gradient descent",
    statement=r"With $s=0$ the iterates of NSO with $k=1$ and of gradient descent differ by $0$: the same numbers.",
    source="Methods without radius",
    origin="derived",
    kind="equality",
    relation=Equal(),
    problem=runs,
    observe=difference,
    expect=0,
    fixed={"rank": 2, "n": 40, "steps": 100},
    domain={"d": Choice((8, 12)), "p": Choice((3, 8)), "eta": LogUniform(0.001, 0.004), "seed": SEED},
    corners=({"d": 12, "p": 12, "eta": 0.004, "seed": 1},),
    quick=4,
    full=200,
    controls=(
        Control("a little noise", "then the paths differ", observe=lambda case, rng: difference(case, rng, s=1e-6)),
    ),
)
