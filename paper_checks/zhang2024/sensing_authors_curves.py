r"""The authors' matrix sensing curves: where the validation losses of three methods settle at their scale."""

from typing import NamedTuple

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from paper_checks.zhang2024.problems.sensing import PAPER, Sensing

AUTHORS = {"gd": 1.8, "naive": 2.5e-3, "nso": 5.7e-4}
DESCENT_STEPS = 300


class Curves(NamedTuple):
    """A problem, the methods that run on it, and the number of problems for gradient descent."""

    sensing: Sensing
    methods: list
    problems: int


def curves(methods, problems, **setting):
    return Curves(Sensing(**setting), methods.split(), problems)


def validation(p, rng, descent="gd"):
    """Return the validation losses where the authors' curves are flat."""
    found = []
    for name in p.methods:
        if name == "gd":
            short = p.sensing._replace(gradients=DESCENT_STEPS, s=0.0)
            found.append(np.mean([short._replace(seed=short.seed + k).end(descent).test for k in range(p.problems)]))
            continue
        losses = p.sensing.run(name).found.test
        epochs = np.linspace(0, p.sensing.gradients // (2 if name == "nso" else 1), len(losses))
        found.append(losses[(epochs > 4000) & (epochs <= 5000)].mean())
    return found


CLAIM = Claim(
    id="zhang2024/sensing-authors-curves",
    title="The authors' matrix sensing curves",
    statement=r"""At $d=100$, $r=5$, $n=2500$, $s=0.08$ and the authors' step the validation losses settle at $1.8$ for
        gradient descent, $2.5\cdot10^{-3}$ for naive noise and $5.7\cdot10^{-4}$ for NSO.""",
    source="What the authors state",
    origin="quoted",
    kind="equality",
    relation=Equal(rtol=0.3),
    problem=curves,
    observe=validation,
    expect=lambda p: [AUTHORS[name] for name in p.methods],
    fixed={**PAPER, "single": True, "seed": 1},
    corners=({"methods": "gd", "problems": 1, "gradients": DESCENT_STEPS},),
    full_corners=({"methods": "gd naive nso", "problems": 6, "gradients": 10000},),
    note="""Read off to about 10%. Means over epochs 4001 to 5000, for gradient descent over epochs 226 to 300 and over
        the problems of the setting: its value depends on the problem, 1.48 to 2.31 over six of them. The quick budget
        looks at gradient descent only. Single precision, as the authors.""",
    controls=(
        Control(
            "a small start",
            "from entries of size 0.01 gradient descent recovers the matrix",
            observe=lambda p, rng: validation(p, rng, "small-start"),
        ),
    ),
)
