r"""Along SGD with cross-entropy near zero loss $\mathrm{tr}\,\nabla^2f\propto f^p$ with $p\ge1/2$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import AtLeast
from flatlab.learning.measures import curvature_along
from paper_checks.zhang2024.problems.networks import paired, train

RUNS = 8


def exponent(s, rng, loss="cross-entropy"):
    """Return the mean exponent p over the runs of consecutive seeds."""

    def one(seed):
        task, points = train("SGD", 0.05, seed, loss=loss, budget=2400, records=32, light=True)
        losses, traces = curvature_along(task, points[[2, 4, 8, 16, 32]], np.random.default_rng([seed, 3]), loss=loss)
        return np.polyfit(np.log(losses), np.log(traces), 1)[0]

    return mean(paired(one, s.seed, RUNS))


CLAIM = Claim(
    id="zhang2024/cross-entropy-trace",
    title="with cross-entropy the trace vanishes with the loss",
    statement=r"""Along SGD with cross-entropy near zero training loss $f$, $\mathrm{tr}\,\nabla^2 f\propto f^p$ with
        $p\ge 1/2$: the lower the loss, the smaller the trace.""",
    source="Networks",
    origin="measured",
    kind="lower bound",
    relation=AtLeast(),
    observe=exponent,
    expect=1 / 2,
    domain={"seed": Whole(0, 10**6)},
    quick=1,
    full=2,
    seconds=1.2,
    few="eight runs of 2400 gradients on a network, twice",
    note="""Contradicts the reading that a smaller trace at the end of training shows a flatter method: traces have to
        be compared at equal training loss. Observed: the exponent p over five training lengths from 150 to 2400
        gradients. That the trace vanishes is derived, the exponent is not.""",
    controls=(
        Control(
            "squared loss",
            "at zero squared loss the trace is that of the Gauss-Newton matrix, and stays",
            observe=lambda s, rng: exponent(s, rng, "squared"),
        ),
    ),
)
