r"""Fine-tuning is heavy ball on mini-batches, written out step by step, from a start trained on the source."""

from typing import NamedTuple

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform, Whole
from flatlab.evidence.relations import Close
from flatlab.learning.protocol import build_method, fine_tune, source_start, steps_within
from flatlab.learning.tasks import Labelled
from flatlab.methods import SharpnessAwarePerturbation
from paper_checks.laboratory.problems.tiny_network import TinyNetwork

HIDDEN, RECORDS, SOURCE_STEPS = 3, 4, 6
SAP = SharpnessAwarePerturbation(0.1, 0.1, 0.1, 1.0)  # it takes two mini-batch gradients and one of all samples


class Training(NamedTuple):
    """A run on five samples, and one on the source."""

    loss: str
    name: str
    value: float
    batch: int
    budget: int
    seed: int

    @property
    def network(self):
        return TinyNetwork(self.loss, HIDDEN, 2, self.seed)

    def by_library(self, batch=None, later=0):
        """Return the costs and points of a run, and the start of fine-tuning."""
        task, (start, _) = self.network.task, self.network.points
        method, smoothing = build_method(self.name, self.value, eta=0.02, decay=0.1)
        options = {"budget": self.budget, "loss": self.loss, "hidden": HIDDEN, "records": RECORDS}
        batch = self.batch if batch is None else batch
        run = fine_tune(method, task, start, seed=self.seed + later, batch=batch, smoothing=smoothing, **options)
        before = source_start(task, self.seed + later, hidden=HIDDEN, loss=self.loss, steps=SOURCE_STEPS)
        full = steps_within(SAP, 100 * self.budget, samples=20, batch=self.batch)
        return [run.cost, run.points.ravel(), before, [full]]

    def by_hand(self):
        """Return the same, with the numbers of the generators in their order."""
        task, (start, _) = self.network.task, self.network.points
        cost = 2 if self.name == "SAM" else 1
        step = {"eta": self.value if self.name == "SGD" else 0.02, "decay": 0.1, "smoothing": 0.0, "radius": 0.0}
        if self.name in PLACE:
            step[PLACE[self.name]] += self.value
        rng = np.random.default_rng([self.seed, 12])
        rows = self.descent(task.train, start, rng, self.budget // cost, self.batch, **step)
        kept = [round((len(rows) - 1) * k / RECORDS) for k in range(RECORDS + 1)]
        rng = np.random.default_rng([self.seed, 11])
        fresh = self.layer(rng, 2, HIDDEN), self.layer(rng, HIDDEN, 2)
        before = self.descent(task.source, np.concatenate(fresh), rng, SOURCE_STEPS, 64, eta=0.05)[-1]
        before[3 * HIDDEN :] = self.layer(rng, HIDDEN, 2)
        full = int(100 * self.budget / (2 + 20 / self.batch))
        return [[cost * k for k in kept], np.concatenate([rows[k] for k in kept]), before, [full]]

    def layer(self, rng, inputs, outputs):
        """Return the weights of a layer and its shifts as they are drawn."""
        return np.append(rng.standard_normal(inputs * outputs) / np.sqrt(inputs), np.zeros(outputs))

    def descent(self, part, w, rng, steps, batch, *, eta, decay=0.0, smoothing=0.0, radius=0.0):
        order, rows, velocity = np.arange(len(part.labels)), [w], 0.0
        for _ in range(steps):
            for k in range(batch):  # the batch is the first of a shuffled order
                other = k + int(rng.random() * (order.size - k))
                order[[k, other]] = order[[other, k]]
            some, w = Labelled(part.inputs[order[:batch]], part.labels[order[:batch]]), rows[-1]
            slope = self.network.slope(some, w, smoothing)
            if radius:
                slope = self.network.slope(some, w + radius * slope / np.sqrt(np.sum(slope**2)), smoothing)
            velocity = 0.9 * velocity - eta * (slope + decay * w)
            rows.append(w + velocity)
        return rows


PLACE = {"weight decay": "decay", "label smoothing": "smoothing", "SAM": "radius"}

CLAIM = Claim(
    id="laboratory/fine-tuning-runs",
    title="fine-tuning is what the protocol says",
    statement=r"""A run of fine-tuning with a budget of $B$ mini-batch gradients takes $B$ steps
        $v\leftarrow0.9\,v-\eta(g+\lambda w)$, $w\leftarrow w+v$ with SGD, weight decay or label smoothing, and
        $\lfloor B/2\rfloor$ with SAM, on batches of $b$ drawn without replacement; a gradient of all $n$ samples costs
        $n/b$. It starts from the hidden layer after SGD on the source and a fresh last layer.""",
    source="Fine-tuning runs",
    origin="derived",
    kind="equality",
    relation=Close(rtol=3e-5),
    problem=Training,
    observe=lambda p, rng: p.by_library(),
    expect=lambda p: p.by_hand(),
    domain={
        "loss": Choice(("squared", "cross-entropy")),
        "name": Choice(("SGD", "weight decay", "label smoothing", "SAM")),
        "value": LogUniform(0.02, 0.3),
        "batch": Whole(2, 5),
        "budget": Whole(8, 30),
        "seed": SEED,
    },
    corners=tuple(
        {"loss": "squared", "name": name, "value": 0.2, "batch": 3, "budget": 21, "seed": 1}
        for name in ("SGD", "weight decay", "label smoothing", "SAM")
    ),
    quick=1,
    full=200,
    seconds=0.006,
    note="The library takes its products in single precision, hence the tolerance.",
    controls=(
        Control(
            "one sample a batch",
            "the batches are others",
            observe=lambda p, rng: p.by_library(batch=1),
        ),
        Control("the next seed", "other batches and layers", observe=lambda p, rng: p.by_library(later=1)),
    ),
)
