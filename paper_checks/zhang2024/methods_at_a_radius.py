r"""Each method's step on a network is its formula: $g(w+\rho g/|g|)$ for SAM, the mean of $g(w\pm U_j)$ for NSO."""

from typing import NamedTuple

import numpy as np
from numpy.linalg import norm

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform
from flatlab.evidence.relations import Close
from flatlab.methods import ASAM, GD, NSO, RSAM, SAM, USAM, HeavyBall, NoiseInjection
from flatlab.methods.schedules import Given
from flatlab.objectives import MultilayerPerceptron
from paper_checks.zhang2024.problems.dense_hessian import backpropagation

WIDTHS, SIZE, SAMPLES = (3, 3, 3), 24, 5
ETA, MOMENTUM, DECAY, SMOOTHING = 0.1, 0.9, 0.02, 0.2
SCALES = np.array([1.0, 0.5])  # of the noise in the first step and in the second


class TinyNetwork(NamedTuple):
    """A network, a point, the radius rho, the noise's seed."""

    inputs: np.ndarray
    labels: np.ndarray
    w: np.ndarray
    loss: str
    rho: float
    seed: int

    def end(self, method, smoothing=0.0):
        """Return the point after two steps of a method with momentum and weight decay."""
        network = MultilayerPerceptron(WIDTHS, self.inputs, self.labels, loss=self.loss, smoothing=smoothing)
        rng = np.random.default_rng(self.seed)
        return trajectory(HeavyBall(method, MOMENTUM, DECAY), network, self.w, steps=len(SCALES), rng=rng)[-1]

    def written(self, estimate, smoothing=0.0):
        """Return the point after two steps along v <- mu v - eta (estimate + decay w), w <- w + v."""
        rng, w, v = np.random.default_rng(self.seed), self.w, 0.0
        targets = (1 - smoothing) * np.eye(WIDTHS[-1])[self.labels] + smoothing / WIDTHS[-1]

        def g(point):
            return backpropagation(WIDTHS, point, self.inputs, targets, "tanh", self.loss)

        def z():
            return rng.standard_normal(self.w.size)

        for scale in SCALES:
            v = MOMENTUM * v - ETA * (estimate(g, w, self.rho, z, scale) + DECAY * w)
            w = w + v
        return w


def tiny_network(loss, rho, seed):
    rng = np.random.default_rng(seed)
    inputs, labels = rng.standard_normal((SAMPLES, WIDTHS[0])), rng.integers(0, WIDTHS[-1], SAMPLES)
    return TinyNetwork(inputs, labels, rng.standard_normal(SIZE), loss, rho, seed)


def methods(rho):
    """Return the methods at a radius, the noise in two sizes, the last one for smoothed labels."""
    s = Given(rho * SCALES)
    noisy = [kind(ETA, s, k) for kind, counts in ((NoiseInjection, (1, 2)), (NSO, (1, 2, 3))) for k in counts]
    return [GD(ETA), SAM(ETA, rho), USAM(ETA, rho), ASAM(ETA, rho), RSAM(ETA, rho, rho / 2), *noisy, GD(ETA)]


def toward(g, w, rho, h):
    return g(w + rho * h / norm(h))


def points(count, signs):
    """Return the mean of g(w + sign s Z) over so many draws and the signs."""

    def estimate(g, w, rho, z, scale):
        draws = [z() for _ in range(count)]
        return np.mean([g(w + sign * rho * scale * draw) for draw in draws for sign in signs], axis=0)

    return estimate


WRITTEN = (
    lambda g, w, rho, z, scale: g(w),
    lambda g, w, rho, z, scale: toward(g, w, rho, g(w)),
    lambda g, w, rho, z, scale: g(w + rho * g(w)),
    lambda g, w, rho, z, scale: g(w + rho * w**2 * g(w) / norm(np.abs(w) * g(w))),
    lambda g, w, rho, z, scale: toward(g, w, rho, g(w + rho / 2 * z())),
    *(points(k, (1,)) for k in (1, 2)),
    *(points(k, (1, -1)) for k in (1, 2, 3)),
    lambda g, w, rho, z, scale: g(w),
)


def ends(p, rng, radius=1.0):
    every = methods(radius * p.rho)
    return [p.end(method) for method in every[:-1]] + [p.end(every[-1], SMOOTHING)]


CLAIM = Claim(
    id="zhang2024/methods-at-a-radius",
    title="the methods' steps are those written out",
    statement=r"""On a network, with momentum and weight decay around each, two steps of gradient descent, SAM, USAM,
        ASAM, RSAM, naive noise at one and two points, NSO ($k=1,2,3$), and gradient descent on smoothed labels end
        where their formulas do: $g(w+\rho g/\|g\|)$, $g(w+\rho g)$, $g(w+\rho w^2g/\||w|g\|)$, $g(w+\rho h/\|h\|)$
        with $h=g(w+U)$, means of $g(w+U_j)$, and of $g(w\pm U_j)$.""",
    source=("What the authors state", "Methods without radius"),
    origin="derived",
    kind="equality",
    relation=Close(rtol=1e-11),
    problem=tiny_network,
    observe=ends,
    expect=lambda p: [p.written(one) for one in WRITTEN[:-1]] + [p.written(WRITTEN[-1], SMOOTHING)],
    domain={"loss": Choice(("squared", "cross-entropy")), "rho": LogUniform(0.05, 2.0), "seed": SEED},
    quick=3,
    full=60,
    seconds=0.1,
    few="twenty-two runs of two steps that are interpreted",
    note="By a backpropagation in NumPy. The noise halves in size.",
    controls=(Control("no radius", "then all are gradient descent", observe=lambda p, rng: ends(p, rng, 0.0)),),
)
