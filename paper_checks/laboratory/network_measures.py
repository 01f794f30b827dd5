"""What is measured of a fine-tuned network equals plain sums over the samples and the whole Hessian."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, Whole
from flatlab.evidence.relations import Equal
from flatlab.learning.measures import blind_guess, curvature_along, hidden_layer, measure, validation_accuracy
from paper_checks.laboratory.problems.tiny_network import TinyNetwork


def measured(p, swapped=False):
    """Return what the library measures; ``swapped`` takes the test samples for the training samples."""
    task, (start, w), rng = p.task, p.points, np.random.default_rng([p.seed, 2])
    task = task._replace(train=task.test, test=task.train) if swapped else task
    options = {"loss": p.loss, "hidden": p.hidden}
    probes = 3 * w.size + 6  # a third of them span the space, so that the trace is exact
    found = measure(task, w, start, rng, probes=probes, **options)
    along = curvature_along(task, np.array([start, w]), rng, probes=probes, **options)
    lost = measure(task, w * np.nan, start, rng, **options)
    lost_loss = curvature_along(task, np.full((1, w.size), np.nan), rng, **options)[0, 0]
    return [
        *found[:6],
        found.top_eigenvalue,
        found.distance,
        *along.ravel(),
        1 / lost_loss,
        1 / lost.train_loss,
        1 / lost.test_loss,
        lost.train_accuracy,
        lost.test_accuracy,
        validation_accuracy(task, w, **options),
        validation_accuracy(task, w * np.nan, **options),
        *hidden_layer(task, w, start, hidden=p.hidden),
        blind_guess(task.test.labels),
    ]


def defined(p):
    """Return the same by the definitions."""
    task, (start, w) = p.task, p.points
    curvature = p.hessian(task.train, w)
    layer, before = w[: 3 * p.hidden], start[: 3 * p.hidden]
    loss, checked = p.mean_loss(task.train, w), p.right(task.validation, w)
    trace, counts = np.trace(curvature), [list(task.test.labels).count(c) for c in range(p.classes)]
    return [
        loss,
        p.right(task.train, w),
        checked,
        p.mean_loss(task.test, w),
        p.right(task.test, w),
        trace,
        np.linalg.eigvalsh(curvature)[-1],
        np.sqrt(np.sum((w - start) ** 2)),
        p.mean_loss(task.train, start),
        loss,
        np.trace(p.hessian(task.train, start)),
        trace,
        0.0,
        0.0,
        0.0,
        1 / p.classes,
        1 / p.classes,
        checked,
        0.0,
        np.sqrt(np.sum((layer - before) ** 2) / np.sum(before**2)),
        np.sum(layer * before) / np.sqrt(np.sum(layer**2) * np.sum(before**2)),
        max(counts) / 9,
    ]


CLAIM = Claim(
    id="laboratory/network-measures",
    title="measures of networks are what they are called",
    statement=r"""Accuracies, losses, $\mathrm{tr}\,\nabla^2f$ and $\lambda_1$ of the training loss $f$, the distance
        from the start, and distance and angle of the hidden layer are those of the definitions, summed sample by
        sample and with the Hessian written out; a network that is not finite has infinite loss.""",
    source="Measures of networks",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9, atol=1e-12),
    problem=TinyNetwork,
    observe=lambda p, rng: measured(p),
    expect=defined,
    domain={
        "loss": Choice(("squared", "cross-entropy")),
        "hidden": Whole(2, 4),
        "classes": Whole(2, 3),
        "seed": SEED,
    },
    quick=5,
    full=200,
    seconds=0.01,
    controls=(Control("parts swapped", "the samples are others", observe=lambda p, rng: measured(p, swapped=True)),),
)
