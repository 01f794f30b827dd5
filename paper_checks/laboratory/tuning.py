"""The candidate with the best mean validation accuracy is chosen among those that destroy no network."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, Whole
from flatlab.evidence.relations import Close
from paper_checks.laboratory.problems.choices import Choices

CLAIM = Claim(
    id="laboratory/tuning",
    title="validation chooses, on seeds of its own",
    statement=r"""Of thirteen candidates the first with the best mean validation accuracy over the tuning seeds is
        chosen among those that leave the hidden layer $W$ within 60 degrees of the start and within
        $\lVert W-W_0\rVert\le\lVert W_0\rVert$, in the median, and at most a tenth of the runs at chance. Test samples
        have no part in it, and no tuning seed is used again.""",
    source="Tuning",
    origin="derived",
    kind="equality",
    relation=Close(rtol=1e-12),
    problem=Choices,
    observe=lambda p, rng: p.by_library(),
    expect=lambda p: p.by_hand(),
    domain={
        "name": Choice(("SGD", "weight decay", "label smoothing")),
        "first": Whole(0, 10**6),
        "table": Whole(1, 100),
        "seed": SEED,
    },
    quick=1,
    full=200,
    seconds=0.08,
    few="104 runs on a network",
    note="The candidates of all methods, and what each builds from its parameter, are compared with a table as well.",
    controls=(
        Control("test samples choose", "accuracies are others", observe=lambda p, rng: p.by_library(on_test=True)),
    ),
)
