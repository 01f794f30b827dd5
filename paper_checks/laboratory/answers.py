r"""What an objective of the library answers to one question agrees with what it answers to the others."""

from flatlab.compiler.options import interpreted
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice
from flatlab.evidence.relations import Equal
from flatlab.simulation.checking import check_objective
from paper_checks.laboratory.problems.objectives import OBJECTIVES, placed
from paper_checks.laboratory.problems.planted import Steeper

INSIDE = ("LeastSquares", "MatrixSensing")  # two that others are made of


def checked(p, rng, wrap=lambda objective: objective):
    """Return 1 if no check refuses the objective, and whether gradient and value were compared where both are there."""
    objective, point = p
    try:
        with interpreted():
            done = check_objective(wrap(objective), point).checked
    except ValueError:
        return 0.0, 0.0
    return 1.0, float(any(line.startswith("gradient is the derivative") for line in done))


CLAIM = Claim(
    id="laboratory/answers-agree",
    title="the answers of an objective agree",
    statement=r"""For every objective $\nabla f$ is the derivative of $f$, $\nabla^2f$ and its products that of
        $\nabla f$, $\mathrm{tr}\,\nabla^2f$ the trace, its gradient that of the trace, $T[v,v,\cdot]$ that of
        $v^\top\nabla^2f\,v$; forms for many points have the bits of single ones; the mean of the samples'
        gradients is $\nabla f$.""",
    relation=Equal(),
    problem=placed,
    observe=checked,
    expect=(1, 1),
    domain={"name": Choice(tuple(OBJECTIVES)), "seed": SEED},
    corners=tuple({"name": name, "seed": 1} for name in OBJECTIVES if name != "LeastSquares"),  # inside ResidualBatch
    quick=1,
    seconds=0.012,
    controls=(
        Control(
            "a gradient larger by a millionth",
            "the value does not rise as fast",
            observe=lambda p, rng: checked(p, rng, Steeper),
            change={"name": "CubicQuartic"},
        ),
    ),
    note="Observed: 1 if no check refuses, and 1 if gradient and value could be compared.",
    source="Answers of objectives",
    origin="derived",
    kind="equality",
    full=200,
)
