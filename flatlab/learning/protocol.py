"""The protocol of fine-tuning: one base optimiser, equal gradient evaluations, equal numbers of candidates."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.learning.training_methods import METHODS
from flatlab.methods import GD, HeavyBall
from flatlab.objectives import MultilayerPerceptron, PerceptronBatch, dimension, initial_weights
from flatlab.simulation.cost import gradients_per_step
from flatlab.simulation.trajectories import trajectory

__all__ = [
    "ETA",
    "Run",
    "build_method",
    "fine_tune",
    "network_of",
    "source_start",
    "steps_within",
]

ETA, MOMENTUM, BATCH, HIDDEN = 0.05, 0.9, 32, 48
FINEST = 256  # records of a run


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
    recipe = METHODS[checks.one_of("name", name, METHODS)].build(eta, value)
    return HeavyBall(recipe.method, momentum, decay + recipe.decay), recipe.smoothing


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
    full = getattr(method, "full_gradients_per_step", 0)
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
