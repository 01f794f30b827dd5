"""The protocol of fine-tuning: one base optimiser, equal gradient evaluations, equal numbers of candidates."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.learning.tasks import Labelled, Task
from flatlab.learning.training_methods import METHODS
from flatlab.methods import GD, HeavyBall
from flatlab.methods._wrapper import check_method
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
    """What a fine-tuning run left: the points kept, shape (1 + records, d), and their cost in mini-batch gradients.

    >>> part = Labelled(np.array([[-1.0], [1.0]]), np.array([0, 1]))
    >>> task = Task("two", part, part, part, part, source_classes=2, classes=2)
    >>> fine_tune(GD(0.1), task, np.ones(10), seed=1, budget=8, hidden=2, records=2).cost
    array([0., 4., 8.])
    """

    points: np.ndarray
    cost: np.ndarray


def build_method(
    name: str, value: float, *, eta: float = ETA, momentum: float = MOMENTUM, decay: float = 0.0
) -> tuple[HeavyBall, float]:
    """Return a method of ``METHODS`` in the common base optimiser, and the label smoothing it trains with.

    ``value`` is the method's own parameter, ``eta`` the step size of every method but SGD; momentum and weight decay
    are those of the base optimiser.
    """
    checks.one_of("name", name, METHODS)
    eta, value = checks.positive("eta", eta), checks.nonnegative("value", value)
    decay = checks.nonnegative("decay", decay)
    recipe = METHODS[name].build(eta, value)
    return HeavyBall(recipe.method, momentum, decay + recipe.decay), recipe.smoothing


def steps_within(method: NamedTuple, budget: float, *, samples: int, batch: int) -> int:
    """Return how many steps a budget of mini-batch gradients pays for.

    A full gradient over n samples costs ``n / batch`` mini-batch gradients.
    """
    budget, method = checks.positive("budget", budget), check_method(method)
    samples, batch = checks.integer("samples", samples, at_least=1), checks.integer("batch", batch, at_least=1)
    return int(budget / _step_cost(method, samples, batch))


def _step_cost(method, samples, batch):
    """Return what a step costs in mini-batch gradients."""
    full = getattr(method, "full_gradients_per_step", 0)
    return gradients_per_step(method) - full + full * samples / batch


def network_of(
    part: Labelled,
    classes: int,
    *,
    hidden: int = HIDDEN,
    loss: str = "squared",
    smoothing: float = 0.0,
    precision: str = "double",
    activation: str = "tanh",
) -> MultilayerPerceptron:
    """Return the network with ``hidden`` units in one layer on labelled samples.

    The rest is as for :class:`flatlab.objectives.MultilayerPerceptron`.
    """
    widths = [part.inputs.shape[1], checks.integer("hidden", hidden, at_least=1), classes]
    given = (widths, part.inputs, part.labels, activation, loss, smoothing, precision)
    return MultilayerPerceptron(*given)  # pyright: ignore[reportArgumentType]  # it keeps names as numbers


def source_start(
    task: Task, seed: int, *, hidden: int = HIDDEN, loss: str = "squared", steps: int = 2000
) -> np.ndarray:
    """Return where fine-tuning starts: the hidden layer trained on the source, and a fresh last layer.

    The training is SGD with momentum; the seed decides both initial layers and the mini-batches.
    """
    rng = np.random.default_rng([checks.seed("seed", seed), 11])
    source = network_of(task.source, task.source_classes, hidden=hidden, loss=loss, precision="single")
    start = initial_weights(source.widths.tolist(), rng)
    batch = PerceptronBatch(source, min(2 * BATCH, len(task.source.labels)))
    trained = trajectory(HeavyBall(GD(ETA), MOMENTUM), batch, start, steps=steps, record_every=max(steps, 1), rng=rng)[
        -1
    ]
    body = (task.source.inputs.shape[1] + 1) * hidden
    return np.concatenate([trained[:body], initial_weights([hidden, task.classes], rng)])


def fine_tune(
    method: NamedTuple,
    task: Task,
    start: np.ndarray,
    *,
    seed: int,
    budget: float,
    loss: str = "squared",
    smoothing: float = 0.0,
    hidden: int = HIDDEN,
    batch: int = BATCH,
    records: int = 32,
) -> Run:
    """Train on the target's training samples and return the points along the way.

    The points of a diverging run are not finite. The last point has cost the budget, less what pays for no further
    step and at most a 256th of it.

    Parameters
    ----------
    seed : int
        Of the mini-batches and the noise: the same for every method, so that runs are paired.
    budget : float
        Mini-batch gradients that the run may cost; it must pay for one step for each record.
    loss, smoothing, hidden
        As for :func:`network_of`.
    batch : int
        At most the number of samples; more is cut to it.
    records : int
        Points kept after the start, evenly spaced up to rounding; at most 256.
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
    batches = PerceptronBatch(network, batch)
    path = trajectory(method, batches, start, steps=steps, record_every=every, rng=rng, keep_divergence=True)
    points = np.asarray(path)
    kept = np.linspace(0, len(points) - 1, records + 1).round().astype(int)
    return Run(points[kept], kept * every * _step_cost(method, samples, batch))
