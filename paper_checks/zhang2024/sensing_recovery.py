r"""The measures of recovery: $\|WW^\top-X^\star\|_F^2/\|X^\star\|_F^2$, $\|WW^\top\|_*$ and $\sum e_i^2/\sum y_i^2$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Whole
from flatlab.evidence.relations import Close
from flatlab.objectives.sensing._packed import unpack
from flatlab.objectives.sensing.problem import recovery, sensing_problem, sensing_start
from paper_checks.zhang2024.problems.small_sensing import RANK


def planted(d, rank, p, n, n_test, seed):
    """Return a problem and a point."""
    rng = np.random.default_rng(seed)
    problem = sensing_problem(d, rank, n, rng=rng, columns=p, n_test=n_test)
    return problem, sensing_start(problem, rng=rng)


def measured(case, rng, swapped=False):
    problem, w = case
    found = recovery(problem._replace(test=problem.train) if swapped else problem, w)
    return np.array([found.train, found.test, found.error, found.nuclear])


def stated(case):
    problem, w = case
    factor = w.reshape(problem.train.rows, -1)
    square, truth = factor @ factor.T, problem.truth @ problem.truth.T
    found = []
    for part in (problem.train, problem.test):
        symmetric = unpack(part.measurements)
        values, wanted = (np.einsum("nij,ij->n", symmetric, matrix) for matrix in (square, truth))
        found.append(np.sum((values - wanted) ** 2) / np.sum(wanted**2))
    error = np.linalg.norm(square - truth) ** 2 / np.linalg.norm(truth) ** 2
    return np.array([*found, error, np.linalg.norm(square, "nuc")])


CLAIM = Claim(
    id="zhang2024/sensing-recovery",
    title="Losses, error and nuclear norm of a recovery",
    statement=r"""What is reported of a recovery is $\sum e_i^2/\sum y_i^2$ on the training and the test measurements,
        $\|WW^\top-X^\star\|_F^2/\|X^\star\|_F^2$, and $\|WW^\top\|_*$.""",
    source="Matrix sensing",
    origin="derived",
    kind="equality",
    relation=Close(rtol=1e-10),
    problem=planted,
    observe=measured,
    expect=stated,
    domain={
        "d": Whole(2, 8),
        "rank": Whole(1, 8),
        "p": Whole(1, 8),
        "n": Whole(1, 40),
        "n_test": Whole(1, 40),
        "seed": SEED,
    },
    hypotheses=RANK,
    quick=5,
    full=200,
    note="From whole matrices; the library keeps packed ones.",
    controls=(
        Control(
            "training measurements for those of the test",
            "the two are told apart",
            observe=lambda case, rng: measured(case, rng, swapped=True),
        ),
    ),
)
