r"""Along SGD with cross-entropy near zero loss $\mathrm{tr}\,\nabla^2f\propto f^p$ with $p\ge7/10$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import AtLeast
from flatlab.learning.measures import curvature_along
from paper_checks.zhang2024.problems.networks import paired, train

RUNS = 16


def exponents(s, runs, loss="cross-entropy"):
    """Return the exponent p of each of the runs of consecutive seeds."""

    def one(seed):
        task, points = train("SGD", 0.05, seed, loss=loss, budget=1200, records=8, light=True)
        losses, traces = curvature_along(task, points[[1, 3, 8]], np.random.default_rng([seed, 3]), loss=loss)
        return np.polyfit(np.log(losses), np.log(traces), 1)[0]

    return paired(one, s.seed, runs)


CLAIM = Claim(
    id="zhang2024/cross-entropy-trace",
    title="with cross-entropy the trace vanishes with the loss",
    statement=r"""Along SGD with cross-entropy near zero training loss $f$, $\mathrm{tr}\,\nabla^2 f\propto f^p$ with
        $p\ge7/10$: the lower the loss, the smaller the trace.""",
    source="Networks",
    origin="measured",
    kind="lower bound",
    relation=AtLeast(),
    observe=lambda s, rng: mean(exponents(s, RUNS)),
    expect=0.7,
    domain={"seed": Whole(0, 10**6)},
    quick=1,
    full=2,
    seconds=0.54,
    few="sixteen runs of 1200 gradients on a network",
    note="""Contradicts the reading that a smaller trace at the end of training shows a flatter method: traces have to
        be compared at equal training loss. Observed: the exponent p over three training lengths from 150 to 1200
        gradients, 0.85 in the mean; the bound is chosen. That the trace vanishes is derived, the exponent is not.""",
    controls=(
        Control(
            "squared loss",
            "at zero squared loss the trace is that of the Gauss-Newton matrix, and stays",
            observe=lambda s, rng: exponents(s, 2, "squared"),
        ),
    ),
)
