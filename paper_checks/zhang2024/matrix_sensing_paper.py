"""The authors' curves at their own scale, and what single precision changes."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice
from flatlab.evidence.relations import AtMost, Equal
from paper_checks.zhang2024._sensing import PAPER, forget, run
from paper_checks.zhang2024.matrix_sensing_readings import BASE

AUTHORS = {"gd": 1.8, "naive": 2.5e-3, "nso": 5.7e-4}
LONG = 10000
DESCENT_STEPS = 300
CONSTANT = tuple({**BASE, "seed": seed} for seed in (1, 2))


def _validation(setting, rng, descent="gd"):
    """Return the validation losses where the authors' curves are flat."""
    found = []
    for name in setting["methods"].split():
        if name == "gd":
            found.append(_descent(setting, descent))
            continue
        steps = setting["gradients"] // (2 if name == "nso" else 1)
        losses = run(setting, name).found.test
        epochs = np.linspace(0, steps, len(losses))
        found.append(float(losses[(epochs > 4000) & (epochs <= 5000)].mean()))
    return found


def _descent(setting, name):
    losses = []
    for seed in range(setting["seed"], setting["seed"] + setting["problems"]):
        losses.append(run({**setting, "seed": seed, "gradients": DESCENT_STEPS, "s": 0.0}, name).plateau().test)
        if seed > setting["seed"]:
            forget(setting, seed)
    return float(np.mean(losses))


def _as_authors(setting):
    return [AUTHORS[name] for name in setting["methods"].split()]


def _change(names, skip=()):
    def observe(setting, rng):
        found = []
        for name in names:
            double, single = (run({**setting, "single": kept}, name).plateau() for kept in (False, True))
            found += [abs(b / a - 1) for field, a, b in zip(double._fields, double, single) if field not in skip]
        return max(found)

    return observe


CLAIMS = [
    Claim(
        id="zhang2024/sensing-authors-curves",
        title="The authors' matrix sensing curves",
        statement=(
            r"At $d=100$, $r=5$, $n=2500$, $s=0.08$ and the authors' step the validation losses settle at $1.8$ for "
            r"gradient descent, $2.5\cdot10^{-3}$ for naive noise and $5.7\cdot10^{-4}$ for NSO."
        ),
        source=(
            "arXiv 2306.08553v4, curves in the folder matrix_sensing of the authors' repository, read off to about 10%"
        ),
        origin="quoted",
        kind="equality",
        relation=Equal(rtol=0.3),
        observe=_validation,
        expect=_as_authors,
        corners=({**PAPER, "methods": "gd", "problems": 1, "gradients": DESCENT_STEPS, "single": True, "seed": 1},),
        domain={
            **{name: Choice((value,)) for name, value in PAPER.items()},
            "methods": Choice(("gd naive nso",)),
            "problems": Choice((6,)),
            "gradients": Choice((LONG,)),
            "single": Choice((True,)),
            "seed": Choice((1,)),
        },
        quick=0,
        full=1,
        controls=(
            Control(
                "a small start",
                "from entries of size 0.01 gradient descent recovers the matrix",
                observe=lambda setting, rng: _validation(setting, rng, "small-start"),
            ),
        ),
        note=(
            "Means over epochs 4001 to 5000, for gradient descent over epochs 226 to 300 and over the problems of the "
            "setting: its value depends on the problem, 1.48 to 2.31 over six of them. The quick budget looks at "
            "gradient descent only. Single precision, as the authors."
        ),
    ),
    Claim(
        id="zhang2024/sensing-single-precision",
        title="Single precision changes no reading",
        statement=(
            r"Measurements in single precision change the losses, the error, the trace and the nuclear norm that the "
            r"methods end with by at most a share of $10^{-4}$."
        ),
        source="measured",
        origin="derived",
        kind="upper bound",
        relation=AtMost(),
        observe=_change(("naive", "naive-2", "nso", "decay", "small-start")),
        expect=lambda setting: 1e-4,
        corners=CONSTANT[:1],
        domain={**{name: Choice((value,)) for name, value in CONSTANT[0].items()}, "seed": Choice(tuple(range(2, 6)))},
        quick=0,
        full=4,
        controls=(
            Control(
                "the training loss of gradient descent",
                "it goes to 0, and single precision has a floor at the square of its rounding",
                observe=_change(("gd",)),
                change=lambda s: {**s, "seed": 2},
            ),
        ),
        note="The exception is the training loss of plain gradient descent, which ends near 1e-13 instead of 1e-30.",
    ),
]
