"""Fine-tuning small networks: methods without radius coincide, noise flattens, random labels teach nothing."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import AtLeast, AtMost, Equal, WithinInterval
from flatlab.geometry.hessian_vector import hessian_operator, hutch_plus_plus
from flatlab.learning.measures import curvature_along
from flatlab.learning.protocol import build_method, fine_tune, network_of
from flatlab.methods import ASAM, GD, NSO, RSAM, SAM, USAM, HeavyBall, NoiseInjection
from flatlab.objectives import accuracy
from paper_checks.zhang2024._networks import PAPER, paired, prepare, prepare_light, train

RUNS = 20


def _without_radius(eta, r):
    """Return methods with radius or noise r; the same sample serves all gradients of a step."""
    return {
        "SAM": SAM(eta, r),
        "USAM": USAM(eta, r),
        "ASAM": ASAM(eta, r),
        "RSAM": RSAM(eta, r, r / 20),
        "noise, 1 point": NoiseInjection(eta, r, 1),
        "noise, 2 points": NoiseInjection(eta, r, 2, shared_sample=True),
        "NSO, k = 1": NSO(eta, r, 1),
        "NSO, k = 2": NSO(eta, r, 2, shared_sample=True),
        "NSO, k = 3": NSO(eta, r, 3, shared_sample=True),
    }


def _ends_apart(setting, radius):
    task, start = prepare(setting["seed"])
    steps = 40

    def end(method):
        wrapped = HeavyBall(method, 0.9, 0.001)
        return fine_tune(
            wrapped, task, start, seed=setting["seed"], budget=steps * wrapped.gradients_per_step, records=1
        ).points[-1]

    plain = end(GD(0.05))
    return [float(np.abs(end(method) - plain).max()) for method in _without_radius(0.05, radius).values()]


RADIUS_ZERO = Claim(
    id="zhang2024/radius-zero",
    title="without radius the methods are one",
    statement=r"With $\rho=s=0$, one base optimiser and the same mini-batches, SAM, USAM, ASAM, RSAM, noise injection "
    r"at one and two points and NSO (k = 1, 2, 3) reach the point of SGD, "
    r"$\max_i|w_i-w_i^{\mathrm{SGD}}|=0$, bit for bit.",
    source="definitions of the methods",
    origin="derived",
    kind="equality",
    relation=Equal(),
    observe=lambda setting, rng: _ends_apart(setting, 0.0),
    expect=lambda setting: 0.0,
    domain={"seed": Whole(0, 10**6)},
    quick=1,
    full=6,
    note="With momentum 0.9 and weight decay; gradients in single precision, so that the mean of equal ones, taken in "
    "double, is exact. RS and SAP are left out: they step along the full gradient, and without radius RS adds "
    "nothing to it but the rounding of its projection, SAP the part of a sample's gradient across it. Weight decay and "
    "label smoothing have no radius; at 0 they are SGD's own code.",
    controls=(
        Control(
            "radius 0.001",
            "a radius moves every method, however little",
            observe=lambda setting, rng: [min(_ends_apart(setting, 1e-3))],
        ),
    ),
)


def _log_trace_ratio(setting, name, candidate):
    """Return the upper end for log(trace of the method / trace of SGD) at the end."""

    def one(seed):
        found = []
        for key, value in ((name, candidate), ("SGD", 0.05)):
            task, points = train(key, value, seed, budget=1200, records=1, light=True)
            rng = np.random.default_rng([seed, 3])
            found.append(curvature_along(task, points[-1:], rng))
        return np.log(found[0][1, -1] / found[1][1, -1])

    return mean(paired(one, setting["seed"], RUNS)).high


FLATTER = Claim(
    id="zhang2024/flatter-networks",
    title="NSO ends at a lower trace than SGD under squared loss",
    statement=r"Fine-tuning with squared loss on a fifth of random labels, at equal gradient evaluations, NSO (k = 2, "
    r"s = 0.04) ends where $\mathrm{tr}\,\nabla^2 f$ is lower than where SGD ends.",
    source=PAPER + ", abstract (direction only)",
    origin="reconstructed",
    kind="ordering",
    relation=AtMost(),
    observe=lambda s, rng: _log_trace_ratio(s, "NSO, k = 2", 0.04),
    expect=lambda setting: 0.0,
    domain={"seed": Whole(0, 10**6)},
    quick=1,
    full=2,
    note="Observed: the upper end of the interval for the mean logarithm of the ratio over paired seeds. The paper's "
    "percentages belong to other networks and data and are not claimed.",
    controls=(
        Control(
            "no noise",
            "NSO without noise takes the steps of SGD, only fewer, and is no flatter",
            observe=lambda s, rng: _log_trace_ratio(s, "NSO, k = 2", 1e-9),
        ),
    ),
)


def _confounder(setting, loss):
    def one(seed):
        task, points = train("SGD", 0.05, seed, loss=loss, budget=2400, records=32, light=True)
        losses, traces = curvature_along(task, points[[2, 4, 8, 16, 32]], np.random.default_rng([seed, 3]), loss=loss)
        return np.polyfit(np.log(losses), np.log(traces), 1)[0]

    return mean(paired(one, setting["seed"], RUNS)).low


CONFOUNDER = Claim(
    id="zhang2024/cross-entropy-trace",
    title="with cross-entropy the trace vanishes with the loss",
    statement=r"Along SGD with cross-entropy near zero training loss $f$, $\mathrm{tr}\,\nabla^2 f\propto f^p$ with "
    r"$p\ge 1/2$: whoever fits hardest looks flattest.",
    source="README, Networks",
    origin="derived",
    kind="lower bound",
    relation=AtLeast(),
    observe=lambda s, rng: _confounder(s, "cross-entropy"),
    expect=lambda setting: 0.5,
    domain={"seed": Whole(0, 10**6)},
    quick=1,
    full=2,
    note="Observed: the lower end of the interval for the exponent p over five training lengths from 150 to "
    "2400 gradients. Traces of different methods are therefore compared at matched training loss.",
    controls=(
        Control(
            "squared loss",
            "at zero squared loss the trace is that of the Gauss-Newton matrix, and stays",
            observe=lambda s, rng: _confounder(s, "squared"),
        ),
    ),
)


def _gain(setting, shuffled):
    """Return the mean test accuracy of four methods less that of a blind guess."""

    def one(seed):
        found = []
        for name, value in (("SGD", 0.05), ("NSO, k = 2", 0.04), ("SAM", 0.1), ("ASAM", 1.0)):
            task, points = train(name, value, seed, shuffled=shuffled, budget=600, records=1)
            network = network_of(task.train, task.classes)
            found.append(accuracy(network, points[-1], *task.test) - 1 / task.classes)
        return found

    gains = paired(one, setting["seed"], RUNS)
    return [mean(column) for column in gains.T]


SHUFFLED = Claim(
    id="zhang2024/shuffled-labels",
    title="from shuffled labels no method generalises",
    statement=r"Trained on evenly random labels, SGD, NSO, SAM and ASAM reach the test accuracy of a guess, $1/C$.",
    source="the test labels are independent of the training labels",
    origin="derived",
    kind="equality",
    relation=WithinInterval(0.2),
    observe=lambda s, rng: _gain(s, shuffled=True),
    expect=lambda setting: 0.0,
    domain={"seed": Whole(0, 10**6)},
    quick=1,
    full=2,
    note="Observed: mean test accuracy less 1/C over paired seeds, for each of the four methods.",
    controls=(
        Control(
            "true labels",
            "from labels of which four fifths are right every method learns",
            observe=lambda s, rng: _gain(s, shuffled=False),
        ),
    ),
)


CELLS = tuple((decay, augmented) for decay in (0.0, 1e-3) for augmented in (False, True))


def _trace_in_cells(setting, s, cells=CELLS):
    """Return, for each cell, the upper end for log(trace of NSO / trace of SGD) on the training images themselves."""

    def one(seed):
        plain, grown, start = prepare_light(seed)
        network, found = network_of(plain.train, plain.classes), []
        for decay, augmented in cells:
            logs = []
            for name, value in (("NSO, k = 2", s), ("SGD", 0.05)):
                method, _ = build_method(name, value, decay=decay)
                task = grown if augmented else plain
                end = fine_tune(method, task, start, seed=seed, budget=400, records=1).points[-1]
                rng = np.random.default_rng([seed, 3])
                logs.append(np.log(hutch_plus_plus(hessian_operator(network, end), probes=12, rng=rng).value))
            found.append(logs[0] - logs[1])
        return found

    return [mean(column).high for column in paired(one, setting["seed"], 18).T]


BESIDE_REGULARISATION = Claim(
    id="zhang2024/gain-beside-regularisation",
    title="NSO's lower trace is there beside weight decay and augmentation",
    statement=r"Without regularisation, with weight decay $10^{-3}$, with augmented training images and with both, at "
    r"one step size and equal gradient evaluations, NSO (k = 2, s = 0.06) ends with $\mathrm{tr}\,\nabla^2 f$ below "
    r"$e^{-0.1}$ times that of SGD, under squared loss.",
    source=PAPER + " (direction only); README, Networks",
    origin="reconstructed",
    kind="ordering",
    relation=AtMost(),
    observe=lambda setting, rng: _trace_in_cells(setting, 0.06),
    expect=lambda setting: -0.1,
    domain={"seed": Whole(0, 10**6)},
    quick=1,
    full=2,
    note="Observed: the upper end of the interval for the mean logarithm of the ratio over paired seeds, in each of "
    "the four cells. Fewer steps alone, without noise, lower the trace by about that tenth. Test accuracy does not "
    "gain in all four cells and is not claimed; see the README.",
    controls=(
        Control(
            "no noise",
            "NSO without noise takes the steps of SGD, only fewer, and in the cell with neither ends near its trace",
            observe=lambda setting, rng: _trace_in_cells(setting, 1e-9, CELLS[:1]),
        ),
    ),
)
