r"""NSO ends with a Hessian trace below $e^{-0.1}$ times that of SGD beside weight decay and augmentation as well."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import AtMost
from flatlab.geometry.hessian_vector import hessian_operator, hutch_plus_plus
from flatlab.learning.protocol import build_method, fine_tune, network_of
from paper_checks.zhang2024.problems.networks import paired, prepare_light

RUNS = 16
CELLS = tuple((decay, augmented) for decay in (0.0, 1e-3) for augmented in (False, True))


def log_trace_ratios(s, rng, rival=("NSO, k = 2", 0.06), cells=CELLS):
    """Return, for each cell, log(trace of a method / trace of SGD) on the training images themselves."""

    def one(seed):
        plain, grown, start = prepare_light(seed)
        network, found = network_of(plain.train, plain.classes), []
        for decay, augmented in cells:
            logs = []
            for name, value in (rival, ("SGD", 0.05)):
                method, smoothing = build_method(name, value, decay=decay)
                task = grown if augmented else plain
                options = {"seed": seed, "budget": 400, "smoothing": smoothing, "records": 1}
                end = fine_tune(method, task, start, **options).points[-1]
                probes = np.random.default_rng([seed, 3])
                logs.append(np.log(hutch_plus_plus(hessian_operator(network, end), probes=12, rng=probes).value))
            found.append(logs[0] - logs[1])
        return found

    return [mean(column) for column in paired(one, s.seed, RUNS).T]


CLAIM = Claim(
    id="zhang2024/gain-beside-regularisation",
    title="NSO's lower trace is there beside weight decay and augmentation",
    statement=r"""Without regularisation, with weight decay $10^{-3}$, with augmented training images and with both, at
        one step size and equal gradient evaluations, NSO (k = 2, s = 0.06) ends with $\mathrm{tr}\,\nabla^2 f$ below
        $e^{-0.1}$ times that of SGD, under squared loss.""",
    source="Beside weight decay and augmentation",
    origin="measured",
    kind="ordering",
    relation=AtMost(),
    observe=log_trace_ratios,
    expect=-0.1,
    domain={"seed": Whole(0, 10**6)},
    quick=1,
    full=2,
    seconds=1.5,
    few="sixteen pairs of runs on a network in four cells",
    note="""Observed: the mean logarithm of the ratio over paired seeds, in each of
        the four cells. Fewer steps alone, without noise, lower the trace by about that tenth. Test accuracy does not
        gain in all four cells and is not claimed; see the README.""",
    controls=(
        Control(
            "label smoothing of a thousandth in place of noise",
            "it leaves the trace where SGD does",
            observe=lambda s, rng: log_trace_ratios(s, rng, ("label smoothing", 0.001), CELLS[:1]),
        ),
    ),
)
