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

    def last_biases(self, network=None):
        """Return the derivatives in the last biases, the two of the wrong classes in logarithms.

        They are the probabilities of the classes, the first less 1.
        """
        out = np.empty(self.w.size)
        gradient(network or self.network, self.w, out)
        right, *wrong = out[-CLASSES:]
        return [right, *np.log(wrong)]


def pair(activation, hidden, spread, seed):
    rng = np.random.default_rng(seed)
    network = MultilayerPerceptron([INPUTS, hidden, CLASSES], rng.standard_normal((1, INPUTS)), [0], activation)
    w = initial_weights(network.widths, rng)
    w[-CLASSES:] = spread * np.array([1.0, 0.0, -1.0])
    return Pair(network, w)


CLAIM = Claim(
    id="laboratory/single-precision",
    title="a network in single precision gives the gradient of double precision",
    statement=r"""For every activation the derivatives of the cross-entropy in the last biases, which are the
        probabilities of the classes, for the right one less 1, are in single precision those of double precision: to
        $5\cdot10^{-5}$, for the wrong classes in the logarithm, down to probabilities of $e^{-50}$.""",
    source="Single precision",
    origin="derived",
    kind="equality",
    relation=Equal(atol=5e-5),
    problem=pair,
    observe=lambda p, rng: p.last_biases(p.network._replace(precision=1, inputs=p.network.inputs.astype(np.float32))),
    expect=lambda p: p.last_biases(),
    domain={
        "activation": Choice(("tanh", "relu", "gelu")),
        "hidden": Whole(1, 24),
        "spread": LogUniform(0.1, 25.0),
        "seed": SEED,
    },
    corners=tuple({"activation": a, "hidden": 8, "spread": 25.0, "seed": 1} for a in ("tanh", "relu", "gelu")),
    quick=6,
    full=200,
    note="Observed: the derivative of the right class, and the logarithms of those of the two others.",
    controls=(
        Control(
            "another activation",
            "the hidden layer decides the probabilities",
            observe=lambda p, rng: p.last_biases(p.network._replace(activation=(p.network.activation + 1) % 3)),
        ),
    ),
)
