r"""Fine-tuning with squared loss at equal gradient evaluations, NSO ends at a lower Hessian trace than SGD."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import AtMost
from flatlab.learning.measures import curvature_along
from paper_checks.zhang2024.problems.networks import paired, train

RUNS = 16


def log_trace_ratio(s, rng, rival=("NSO, k = 2", 0.04)):
    """Return log(trace of a method / trace of SGD) at the end."""

    def one(seed):
        traces = []
        for name, value in (rival, ("SGD", 0.05)):
            task, points = train(name, value, seed, budget=1200, records=1, light=True)
            traces.append(curvature_along(task, points[-1:], np.random.default_rng([seed, 3]))[1, -1])
        return np.log(traces[0] / traces[1])

    return mean(paired(one, s.seed, RUNS))


CLAIM = Claim(
    id="zhang2024/flatter-networks",
    title="NSO ends at a lower trace than SGD under squared loss",
    statement=r"""Fine-tuning with squared loss on a fifth of random labels, at equal gradient evaluations, NSO (k = 2,
        s = 0.04) ends where $\mathrm{tr}\,\nabla^2 f$ is below $e^{-0.1}$ times that where SGD ends.""",
    source="Fine-tuning, method by method",
    origin="measured",
    kind="ordering",
    relation=AtMost(),
    observe=log_trace_ratio,
    expect=-0.1,
    domain={"seed": Whole(0, 10**6)},
    quick=1,
    full=2,
    seconds=1.3,
    few="twelve pairs of runs on a network, twice",
    note="""Observed: the mean logarithm of the ratio over paired seeds. The abstract
        compares NSO with sharpness-aware methods, not with SGD; its percentages belong to other networks and data and
        are not claimed.""",
    controls=(
        Control(
            "label smoothing of a thousandth in place of noise",
            "it leaves the trace where SGD does",
            observe=lambda s, rng: log_trace_ratio(s, rng, ("label smoothing", 0.001)),
        ),
    ),
)
