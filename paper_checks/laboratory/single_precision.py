"""A network in single precision has the gradient of the same network in double precision."""

from typing import Any, NamedTuple

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.objectives import MultilayerPerceptron, gradient, initial_weights

INPUTS, CLASSES = 4, 3


class Pair(NamedTuple):
    """A network on one sample with label 0, at weights whose last biases are far apart."""

    network: Any
    w: np.ndarray

    def gradients(self, **other):
        """Return the derivatives of the cross-entropy in the last biases, and the gradient of the squared loss.

        The first are the probabilities of the classes, that of the label less 1; the others are given in logarithms.
        The gradient is over its largest entry, with ``other`` fields of the network in both.
        """
        entropy, squared = (self._gradient(self.network._replace(loss=loss, **other)) for loss in (0, 1))
        right, *wrong = entropy[-CLASSES:]
        return [right, *np.log(wrong), *squared / np.abs(self._gradient(self.network._replace(loss=1))).max()]

    def single(self):
        return self.gradients(precision=1, inputs=self.network.inputs.astype(np.float32))

    def _gradient(self, network):
        out = np.empty(self.w.size)
        gradient(network, self.w, out)
        return out


def pair(activation, hidden, spread, seed):
    rng = np.random.default_rng(seed)
    network = MultilayerPerceptron([INPUTS, hidden, CLASSES], rng.standard_normal((1, INPUTS)), [0], activation)
    w = initial_weights(network.widths, rng)
    w[-CLASSES:] = spread * np.array([1.0, 0.0, -1.0])
    return Pair(network, w)


CLAIM = Claim(
    id="laboratory/single-precision",
    title="a network in single precision gives the gradient of double precision",
    statement=r"""For every activation the gradient of the squared loss in single precision is that in double
        precision to $5\cdot10^{-5}$ of its largest entry; and so are to $5\cdot10^{-5}$ the derivatives of the
        cross-entropy in the last biases, which are the probabilities of the classes, that of the label less 1, the
        others in the logarithm, down to probabilities of $e^{-50}$.""",
    source="Single precision",
    origin="derived",
    kind="equality",
    relation=Equal(atol=5e-5),
    problem=pair,
    observe=lambda p, rng: p.single(),
    expect=lambda p: p.gradients(),
    domain={
        "activation": Choice(("tanh", "relu", "gelu")),
        "hidden": Whole(1, 24),
        "spread": LogUniform(0.1, 25.0),
        "seed": SEED,
    },
    corners=tuple({"activation": a, "hidden": 8, "spread": 25.0, "seed": 1} for a in ("tanh", "relu", "gelu")),
    quick=6,
    full=200,
    note="Observed: the three derivatives of the cross-entropy, then the gradient of the squared loss.",
    controls=(
        Control(
            "another activation",
            "the hidden layer decides the probabilities",
            observe=lambda p, rng: p.gradients(activation=(p.network.activation + 1) % 3),
        ),
    ),
)
