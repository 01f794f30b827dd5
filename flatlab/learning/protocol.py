"""The protocol of fine-tuning: one base optimiser, equal gradient evaluations, equal numbers of candidates."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.methods import (
    ASAM,
    GD,
    NSO,
    RSAM,
    SAM,
    USAM,
    HeavyBall,
    NoiseInjection,
    RandomlySmoothed,
    SharpnessAwarePerturbation,
)
from flatlab.objectives import MultilayerPerceptron, PerceptronBatch, dimension, initial_weights
from flatlab.simulation.cost import gradients_per_step
from flatlab.simulation.trajectories import trajectory

__all__ = [
    "ETA",
    "GRIDS",
    "METHODS",
    "Run",
    "build_method",
    "fine_tune",
    "network_of",
    "source_start",
    "steps_within",
]

ETA, MOMENTUM, BATCH, HIDDEN = 0.05, 0.9, 32, 48
FINEST = 256  # records of a run
FULL_GRADIENTS = {RandomlySmoothed: 2, SharpnessAwarePerturbation: 1}

# Six candidates for every method, for each loss. For SGD it is the step size; every other method has the step size ETA
# and its own parameter. The grids were placed by a wider look at tuning seeds so that no best candidate is at an end;
# where no perturbation helps, the two smallest are so small that they tie, and a tie goes to the inner one.
STEP_SIZES = (1.5e-5, 1e-4, 7e-4, 5e-3, 0.05, 0.3)
SMOOTHINGS = (1e-6, 1e-5, 1e-3, 0.03, 0.2, 0.6)
GRIDS = {
    "squared": {
        "SGD": STEP_SIZES,
        "weight decay": (1e-3, 0.01, 0.05, 0.2, 0.5, 2.0),
        "label smoothing": SMOOTHINGS,
        "noise, 1 point": (0.001, 0.004, 0.008, 0.016, 0.03, 0.1),
        "noise, 2 points": (0.002, 0.008, 0.016, 0.03, 0.06, 0.2),
        "NSO, k = 1": (0.002, 0.008, 0.016, 0.05, 0.2, 1.0),
        "NSO, k = 2": (0.004, 0.016, 0.03, 0.12, 0.4, 1.5),
        "NSO, k = 3": (0.004, 0.016, 0.03, 0.06, 0.13, 0.4),
        "SAM": (0.005, 0.03, 0.06, 0.25, 1.0, 4.0),
        "USAM": (1e-5, 1e-4, 0.008, 0.03, 0.2, 1.0),
        "ASAM": (0.05, 0.3, 0.7, 1.5, 4.0, 15.0),
        "RSAM": (0.004, 0.03, 0.06, 0.25, 0.5, 2.0),
        "RS": (0.03, 0.15, 0.5, 1.2, 3.0, 10.0),
        "SAP": (0.005, 0.06, 0.13, 0.25, 0.5, 2.0),
    },
    "cross-entropy": {
        "SGD": STEP_SIZES,
        "weight decay": (1e-6, 1e-5, 0.1, 0.25, 0.7, 3.0),
        "label smoothing": SMOOTHINGS,
        "noise, 1 point": (0.002, 0.06, 4.0, 16.0, 100.0, 2000.0),
        "noise, 2 points": (0.002, 0.06, 2.0, 8.0, 32.0, 128.0),
        "NSO, k = 1": (0.002, 0.06, 2.0, 8.0, 32.0, 128.0),
        "NSO, k = 2": (0.002, 0.06, 1.0, 2.0, 32.0, 128.0),
        "NSO, k = 3": (0.002, 0.06, 1.0, 2.0, 8.0, 64.0),
        "SAM": (1e-5, 1e-4, 0.2, 4.0, 30.0, 1000.0),
        "USAM": (1e-5, 1e-4, 0.05, 0.5, 8.0, 300.0),
        "ASAM": (1e-5, 1e-4, 0.3, 10.0, 300.0, 5000.0),
        "RSAM": (1e-4, 0.1, 60.0, 300.0, 3000.0, 50000.0),
        "RS": (0.05, 0.5, 10.0, 150.0, 2500.0, 40000.0),
        "SAP": (1e-5, 1e-4, 0.4, 60.0, 400.0, 6000.0),
    },
}
METHODS = tuple(GRIDS["squared"])


class Run(NamedTuple):
    """What a fine-tuning run left: the points kept, shape (1 + records, d), and their cost in mini-batch gradients."""

    points: np.ndarray
    cost: np.ndarray


def build_method(name, value, *, eta=ETA, momentum=MOMENTUM, decay=0.0):
    """Return a method in the common base optimiser, and the label smoothing it trains with.

    Parameters
    ----------
    name : str
        Of ``METHODS``.
    value : float
        The method's own parameter: the step size of SGD, the decay, the label smoothing, the scale s of the noise or
        the radius rho. RSAM has ``s = rho / 20``.
    eta : float
        Step size of every method but SGD.
    momentum : float
        Of the base optimiser.
    decay : float
        Weight decay of the base optimiser, beside what the method is.

    Returns
    -------
    tuple of (HeavyBall, float)

    Raises
    ------
    ValueError
        If the name is unknown or a number out of range.
    """
    checks.one_of("name", name, METHODS)
    smoothing = 0.0
    if name == "SGD":
        inner = GD(value)
    elif name == "weight decay":
        inner, decay = GD(eta), decay + value
    elif name == "label smoothing":
        inner, smoothing = GD(eta), value
    elif name.startswith("noise"):
        inner = NoiseInjection(eta, value, int(name[7]), shared_sample=True)
    elif name.startswith("NSO"):
        inner = NSO(eta, value, int(name[-1]), shared_sample=True)
    elif name == "RSAM":
        inner = RSAM(eta, value, value / 20)
    elif name == "RS":
        inner = RandomlySmoothed(eta, eta, value, np.inf)
    elif name == "SAP":
        inner = SharpnessAwarePerturbation(eta, eta, value, np.inf)
    else:
        inner = {"SAM": SAM, "USAM": USAM, "ASAM": ASAM}[name](eta, value)
    return HeavyBall(inner, momentum, decay), smoothing


def steps_within(method, budget, *, samples, batch):
    """Return how many steps a budget of mini-batch gradients pays for.

    A full gradient over n samples costs ``n / batch`` mini-batch gradients.

    Parameters
    ----------
    method : NamedTuple
        Possibly in a :class:`flatlab.methods.HeavyBall`.
    budget : float
        In gradients of one mini-batch.
    samples, batch : int

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    budget = checks.positive("budget", budget)
    samples, batch = checks.integer("samples", samples, at_least=1), checks.integer("batch", batch, at_least=1)
    full = FULL_GRADIENTS.get(type(getattr(method, "method", method)), 0)
    return int(budget / (gradients_per_step(method) - full + full * samples / batch))


def network_of(part, classes, *, hidden=HIDDEN, loss="squared", smoothing=0.0, precision="double", activation="tanh"):
    """Return the network with one hidden layer on labelled samples.

    Parameters
    ----------
    part : Labelled
        From ``flatlab.learning.tasks``.
    classes : int
    hidden : int
        Units of the hidden layer.
    loss, smoothing, precision, activation
        As for :class:`flatlab.objectives.MultilayerPerceptron`.

    Returns
    -------
    MultilayerPerceptron

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    widths = [part.inputs.shape[1], checks.integer("hidden", hidden, at_least=1), classes]
    return MultilayerPerceptron(widths, part.inputs, part.labels, activation, loss, smoothing, precision)


def source_start(task, seed, *, hidden=HIDDEN, loss="squared", steps=2000):
    """Return where fine-tuning starts: the hidden layer trained on the source, and a fresh last layer.

    Parameters
    ----------
    task : Task
        From ``flatlab.learning.tasks``.
    seed : int
        Decides both initial layers and the mini-batches.
    hidden : int
    loss : str
    steps : int
        Steps of SGD with momentum on the source.

    Returns
    -------
    ndarray, shape (d,)
    """
    rng = np.random.default_rng([checks.seed("seed", seed), 11])
    source = network_of(task.source, task.source_classes, hidden=hidden, loss=loss, precision="single")
    start = initial_weights(source.widths, rng)
    batch = PerceptronBatch(source, min(2 * BATCH, len(task.source.labels)))
    trained = trajectory(HeavyBall(GD(ETA), MOMENTUM), batch, start, steps=steps, record_every=max(steps, 1), rng=rng)[
        -1
    ]
    body = (task.source.inputs.shape[1] + 1) * hidden
    return np.concatenate([trained[:body], initial_weights([hidden, task.classes], rng)])


def fine_tune(
    method, task, start, *, seed, budget, loss="squared", smoothing=0.0, hidden=HIDDEN, batch=BATCH, records=32
):
    """Train on the target's training samples and return the points along the way.

    Parameters
    ----------
    method : NamedTuple
    task : Task
    start : array_like, shape (d,)
    seed : int
        Of the mini-batches and the noise: the same for every method, so that runs are paired.
    budget : float
        Mini-batch gradients that the run may cost.
    loss, smoothing, hidden
        As for :func:`network_of`.
    batch : int
        At most the number of samples; more is cut to it.
    records : int
        Points kept after the start, evenly spaced up to rounding; at most 256.

    Returns
    -------
    Run
        The points of a diverging run are not finite. The last point has cost the budget, less at most a 256th of it.

    Raises
    ------
    ValueError
        If an argument is out of range or the budget does not pay for one step for each record.
    """
    samples = len(task.train.labels)
    batch = min(checks.integer("batch", batch, at_least=1), samples)
    network = network_of(task.train, task.classes, hidden=hidden, loss=loss, smoothing=smoothing, precision="single")
    steps = steps_within(method, budget, samples=samples, batch=batch)
    if checks.integer("records", records, at_least=1) > FINEST:
        raise ValueError(f"records must be at most {FINEST}, got {records}")
    if steps < records:
        raise ValueError(f"budget must pay for a step for each of {records} records, got {budget:g}")
    every = max(1, steps // FINEST)  # finer than the records: the last one is then at the end of the budget
    start = checks.vector("start", start, dimension(network))
    rng = np.random.default_rng([checks.seed("seed", seed), 12])
    points = trajectory(
        method,
        PerceptronBatch(network, batch),
        start,
        steps=steps,
        record_every=every,
        rng=rng,
        keep_divergence=True,
    )
    kept = np.linspace(0, len(points) - 1, records + 1).round().astype(int)
    return Run(points[kept], kept * every * (budget / steps))
