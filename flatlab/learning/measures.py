"""What is measured of a fine-tuned network: accuracy, losses, curvature, generalisation bound."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.geometry.hessian_vector import hessian_operator, hutch_plus_plus, largest_eigenvalue
from flatlab.learning.protocol import network_of
from flatlab.learning.tasks import Task
from flatlab.objectives import accuracy, dimension, network_outputs, value
from flatlab.theory.noise import GaussianPosterior

__all__ = [
    "MEASURED",
    "Bound",
    "Measured",
    "blind_guess",
    "curvature_along",
    "hidden_layer",
    "matched_log_ratio",
    "measure",
    "network_bound",
    "trace_at_loss",
    "validation_accuracy",
]

NOISES = (0.02, 0.05, 0.1)  # of the posterior, fixed before any sample
PROBES = 24


class Measured(NamedTuple):
    """Numbers of one network; accuracies and losses as shares and means, curvature of the training loss.

    >>> part = Labelled(np.array([[-1.0], [1.0]]), np.array([0, 1]))
    >>> task = Task("two", part, part, part, part, source_classes=2, classes=2)
    >>> measure(task, np.zeros(10), np.ones(10), np.random.default_rng(1), hidden=2).train_accuracy
    0.5
    """

    train_loss: float
    train_accuracy: float
    validation_accuracy: float
    test_loss: float
    test_accuracy: float
    trace: float
    trace_error: float
    top_eigenvalue: float
    top_residual: float
    distance: float


MEASURED = {  # what a record calls the fields
    "train_loss": "loss on the training samples",
    "train_accuracy": "accuracy on the training samples",
    "validation_accuracy": "validation accuracy",
    "test_loss": "test loss",
    "test_accuracy": "test accuracy",
    "trace": "Hessian trace of the loss on the training samples",
    "trace_error": "standard error of the trace",
    "top_eigenvalue": "largest Hessian eigenvalue",
    "top_residual": "residual of the largest eigenvalue",
    "distance": "distance from the start",
}


class Bound(NamedTuple):
    """The bound on the 0-1 risk of the randomised network, that risk on the test samples, and the noise chosen.

    >>> part = Labelled(np.array([[-1.0], [1.0]]), np.array([0, 1]))
    >>> task = Task("two", part, part, part, part, source_classes=2, classes=2)
    >>> network_bound(task, np.full(10, np.nan), np.ones(10), np.random.default_rng(1), hidden=2).bound
    1.0
    """

    bound: float
    randomised_error: float
    noise: float


def measure(
    task: Task,
    w: np.ndarray,
    start: np.ndarray,
    rng: np.random.Generator,
    *,
    loss: str = "squared",
    hidden: int = 48,
    probes: int = PROBES,
) -> Measured:
    """Return what is reported of a fine-tuned network.

    The trace, by Hutch++ with so many ``probes``, is that of the training loss without label smoothing and weight
    decay. For a point that is not finite the losses are infinite, the accuracies those of a blind guess, and the
    curvature is nan.
    """
    w = np.asarray(w, dtype=float)
    if not np.isfinite(w).all():
        guess = 1 / task.classes
        return Measured(np.inf, guess, guess, np.inf, guess, *5 * [np.nan])
    network = network_of(task.train, task.classes, hidden=hidden, loss=loss)
    operator = hessian_operator(network, w)
    trace = hutch_plus_plus(operator, probes=probes, rng=rng)
    top = largest_eigenvalue(operator, tolerance=1e-6)
    test = network_of(task.test, task.classes, hidden=hidden, loss=loss)
    return Measured(
        value(network, w),
        accuracy(network, w),
        accuracy(network, w, *task.validation),
        value(test, w),
        accuracy(test, w),
        trace.value,
        trace.error,
        top.value,
        top.residual,
        float(np.linalg.norm(w - start)),
    )


def validation_accuracy(task: Task, w: np.ndarray, *, loss: str = "squared", hidden: int = 48) -> float:
    """Return the accuracy on the validation samples, 0 for a point that is not finite."""
    if not np.isfinite(w).all():
        return 0.0
    return accuracy(network_of(task.train, task.classes, hidden=hidden, loss=loss), w, *task.validation)


def blind_guess(labels: np.ndarray) -> float:
    """Return the accuracy of the best answer that is the same for every sample: the share of the largest class."""
    return float(np.bincount(checks.integers("labels", labels).ravel()).max() / np.size(labels))


def hidden_layer(task: Task, w: np.ndarray, start: np.ndarray, *, hidden: int = 48) -> tuple[float, float]:
    """Return how far the hidden layer is from the start, over its length there, and the cosine of the angle between.

    The cosine is 1 where the layer has only changed its length, and near 0 where it has forgotten the start: weight
    decay can bring it there at a distance below 1. Infinite and 0 for a point that is not finite.
    """
    body = (task.train.inputs.shape[1] + 1) * hidden
    layer, before = np.asarray(w, dtype=float)[:body], start[:body]
    if not np.isfinite(layer).all():
        return np.inf, 0.0
    length = np.linalg.norm(before)
    distance = float(np.linalg.norm(layer - before) / length)
    return distance, float(layer @ before / max(np.linalg.norm(layer) * length, 1e-300))


def curvature_along(
    task: Task,
    points: np.ndarray,
    rng: np.random.Generator,
    *,
    loss: str = "squared",
    hidden: int = 48,
    probes: int = PROBES,
) -> np.ndarray:
    """Return the training losses and the Hessian traces at the n points of a run, shape (2, n).

    Infinite and nan where a point is not finite.
    """
    network = network_of(task.train, task.classes, hidden=hidden, loss=loss)
    found = np.full((2, len(points)), np.nan)
    found[0] = np.inf
    for k, w in enumerate(points):
        if np.isfinite(w).all():
            found[0, k] = value(network, w)
            found[1, k] = hutch_plus_plus(hessian_operator(network, w), probes=probes, rng=rng).value
    return found


def trace_at_loss(losses: np.ndarray, traces: np.ndarray, level: float) -> float:
    """Return the trace where the training loss of a run first falls to a level.

    Linear in ``log trace`` against ``log loss`` between the two points around the crossing; nan where the run never
    gets there, starts below, or a trace beside the crossing is not above 0.
    """
    losses, traces = np.asarray(losses, dtype=float), np.asarray(traces, dtype=float)
    level = checks.positive("level", level)
    below = np.flatnonzero(losses <= level)
    if below.size == 0 or below[0] == 0:
        return float("nan")
    k = below[0]
    if not (traces[k - 1 : k + 1] > 0).all():
        return float("nan")
    share = np.log(losses[k - 1] / level) / np.log(losses[k - 1] / losses[k])
    return float(np.exp((1 - share) * np.log(traces[k - 1]) + share * np.log(traces[k])))


def matched_log_ratio(one: np.ndarray, other: np.ndarray) -> float:
    """Return the logarithm of the trace of one run over that of another, at the training loss that both reach.

    That loss is the higher of the two at the ends of the runs. Both are as :func:`curvature_along` gives them; nan
    where :func:`trace_at_loss` is, or a run did not end with a finite loss.
    """
    (losses, traces), (other_losses, other_traces) = one, other
    level = max(losses[-1], other_losses[-1])
    if not np.isfinite(level):
        return float("nan")
    return float(np.log(trace_at_loss(losses, traces, level) / trace_at_loss(other_losses, other_traces, level)))


def network_bound(
    task: Task,
    w: np.ndarray,
    start: np.ndarray,
    rng: np.random.Generator,
    *,
    hidden: int = 48,
    draws: int = 60,
    test_draws: int = 20,
    noises: Sequence[float] = NOISES,
    delta: float = 0.05,
) -> Bound:
    """Return the PAC-Bayes bound on the 0-1 risk of N(w, s^2 I), the best over the noise levels.

    The prior is N(start, s^2 I): the start must not have seen the training samples. Half of delta pays for the draws.
    The bound is 1 for a point w that is not finite. It bounds the randomised network, not the point.

    Parameters
    ----------
    draws, test_draws : int
        Draws of the posterior for the training error at each level, and for the risk on the test samples.
    noises : sequence of float
        Levels fixed in advance.
    delta : float
        The bound may fail with this probability.

    Notes
    -----
    Source: RECALLED, as ``flatlab.theory.noise.GaussianPosterior``.
    """
    network = network_of(task.train, task.classes, hidden=hidden, precision="single")
    draws = checks.integer("draws", draws, at_least=1)
    test_draws = checks.integer("test_draws", test_draws, at_least=1)
    delta = checks.between("delta", delta, 0, 1)
    noises = np.unique(checks.vector("noises", noises)).tolist()
    checks.positive("noises", noises[0])
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"rng must be a numpy.random.Generator, got {checks.shown(rng)}")
    start = checks.vector("start", start, dimension(network))
    w = np.asarray(w, dtype=float)
    if w.shape != start.shape:
        raise ValueError(f"w must have the shape of start, {start.shape}, got {w.shape}")
    if not np.isfinite(w).all():
        return Bound(1.0, 1 - 1 / task.classes, float("nan"))
    posterior = GaussianPosterior(len(task.train.labels), float(np.linalg.norm(w - start)))

    def errors(part, s, count):
        points = w + s * rng.standard_normal((count, w.size))
        return np.array(
            [(network_outputs(network, p, part.inputs).argmax(axis=1) != part.labels).mean() for p in points]
        )

    best = Bound(np.inf, np.nan, np.nan)
    for s in noises:
        losses = errors(task.train, s, draws)
        bound = posterior.rigorous_bound(losses, s, noises, delta / 2, delta / 2, looks=len(noises))
        if bound < best.bound:
            best = Bound(bound, np.nan, s)
    return best._replace(randomised_error=float(errors(task.test, best.noise, test_draws).mean()))
