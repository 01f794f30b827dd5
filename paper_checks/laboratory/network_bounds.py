"""The bound on a network's risk equals the formula, with the same draws, written out."""

from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import rel_entr

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform, Uniform, Whole
from flatlab.evidence.relations import Close
from flatlab.learning.measures import network_bound
from flatlab.learning.protocol import network_of
from flatlab.learning.tasks import Labelled
from flatlab.objectives import accuracy
from paper_checks.laboratory.problems.tiny_network import TinyNetwork

CLASSES, DELTA = 3, 0.1
NOISES = np.array([0.5, 0.15, 0.3])  # in no order, as a user may give them


class Posterior(NamedTuple):
    """A network near its start, with 70 training samples on most of which the start is right."""

    hidden: int
    distance: float
    wrong: float
    draws: int
    seed: int

    @property
    def network(self):
        return TinyNetwork("squared", self.hidden, CLASSES, self.seed)

    @property
    def task(self):
        """Return the tiny task with the samples of its source for training; training and test differ in their noise."""
        rng = np.random.default_rng([self.seed, 3])
        parts = {}
        for name, share in (("train", self.wrong), ("test", self.wrong / 2)):
            inputs = rng.standard_normal((70, 2))
            answers = self.network.forward(Labelled(inputs, np.zeros(70, int)), self.points[0])[1].argmax(axis=1)
            parts[name] = Labelled(inputs, (answers + (rng.random(70) < share)) % CLASSES)
        return self.network.task._replace(**parts)

    @property
    def points(self):
        """Return the start and a point at the distance."""
        start, other = self.network.points
        return start, start + self.distance * (other - start) / np.sqrt(np.sum((other - start) ** 2))

    def by_library(self, noises=NOISES, delta=DELTA):
        task, (start, w) = self.task, self.points
        rng = np.random.default_rng([self.seed, 4])
        options: dict[str, Any] = {"hidden": self.hidden, "noises": noises, "delta": delta}
        options |= {"draws": self.draws, "test_draws": self.draws + 1}
        lost = network_bound(task, w * np.nan, start, rng, **options)  # of a run that diverged
        return [*lost[:2], *network_bound(task, w, start, rng, **options)]

    def by_hand(self):
        """Return the least bound, the test error of fresh draws and the noise; half of delta for the draws."""
        task, (start, w), rng = self.task, self.points, np.random.default_rng([self.seed, 4])
        network = network_of(task.train, CLASSES, hidden=self.hidden, precision="single")

        def error(part, s, draws):
            points = [w + s * rng.standard_normal(w.size) for _ in range(draws)]
            return sum(1 - accuracy(network, p, *part) for p in points) / draws

        bounds = {}
        for s in sorted(NOISES):
            seen = inverted(error(task.train, s, self.draws), np.log(2 * 3 / (DELTA / 2)) / self.draws)
            kl = np.sum((w - start) ** 2) / (2 * s**2)
            bounds[s] = inverted(seen, (kl + np.log(2 * 3 * np.sqrt(70) / (DELTA / 2))) / 70)
        best = min(bounds, key=bounds.__getitem__)
        return [1.0, 1 - 1 / CLASSES, bounds[best], error(task.test, best, self.draws + 1), best]


def inverted(q, c):
    """Return the largest p with kl(q||p) of at most c."""
    return brentq(lambda p: rel_entr(q, p) + rel_entr(1 - q, 1 - p) - c, max(q, 1e-12), 1 - 1e-15, xtol=1e-14)


CLAIM = Claim(
    id="laboratory/network-bounds",
    title="the bound of a network is the formula's",
    statement=r"""The bound on the risk of $\mathcal N(W,s^2I)$ is the least over $J=3$ noises $s$ of
        $\mathrm{kl}^{-1}(\hat L^+,(\lVert W-W_0\rVert^2/(2s^2)+\ln(2J\sqrt n/\frac\delta2))/n)$, with
        $\hat L^+=\mathrm{kl}^{-1}(\hat L,\ln(2J/\frac\delta2)/m)$ and $\hat L$ the training error of $m$ draws. The
        risk beside it is the test error of fresh draws at the noise chosen. It is 1 where $W$ is not finite.""",
    source="Measures of networks",
    origin="derived",
    kind="equality",
    relation=Close(rtol=1e-9),
    problem=Posterior,
    observe=lambda p, rng: p.by_library(),
    expect=lambda p: p.by_hand(),
    domain={
        "hidden": Whole(2, 4),
        "distance": LogUniform(0.01, 1.0),
        "wrong": Uniform(0.0, 0.4),
        "draws": Whole(20, 60),
        "seed": SEED,
    },
    quick=5,
    full=200,
    seconds=0.01,
    controls=(
        Control("one noise", "no union is paid for", observe=lambda p, rng: p.by_library(noises=NOISES[1:2])),
        Control("all of delta for each", "half is stated", observe=lambda p, rng: p.by_library(delta=2 * DELTA)),
    ),
)
