r"""A memoriser of coin flips has the risk 1/2, and its distance from the start alone keeps the bounds above that."""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform
from flatlab.evidence.relations import AtLeast
from flatlab.theory.noise import GaussianPosterior

DRAWS = 100_000
DELTA = 0.025


class Memoriser(NamedTuple):
    """One weight for each of n inputs, t noise levels from 0 to the side of its label, which a fair coin has drawn."""

    n: int
    t: float
    share: float

    @property
    def distance(self):
        """|W - W_0| at noise 1."""
        return self.t * np.sqrt(self.n)

    def bounds(self, rng, distance=None):
        """Return the rigorous and the linear bound on the error of a fresh input, whose label is a fair coin."""
        posterior = GaussianPosterior(self.n, self.distance if distance is None else distance)
        wrong = ndtr(-self.t)  # the chance that the noise turns a memorised label round
        errors = rng.binomial(self.n, wrong, DRAWS) / self.n
        beta = 1 / (1 + self.share * self.t)
        return [
            posterior.rigorous_bound(errors, 1.0, [1.0], DELTA, DELTA),
            posterior.linear_bound(wrong, 1.0, beta, DELTA),
        ]


def memoriser(n, t, share):
    return Memoriser(round(n), t, share)


CLAIM = Claim(
    id="zhang2024/pac-bayes-memoriser",
    title="the distance moved keeps the bound above a memoriser's risk",
    statement=r"""A predictor with a weight $\pm ts$ for each of $n$ inputs, on the side of a label that a fair coin
        drew, has the training error $\Phi(-t)$ under noise $s$ and the risk $\tfrac12$: the rigorous bound and the
        linear one, with $\mathrm{KL}=nt^2/2$, are at least $\tfrac12$.""",
    source=("Rigorous bound", "Linear bound", "Where the bound is reached"),
    origin="derived",
    kind="lower bound",
    relation=AtLeast(tight_within=1.1),
    problem=memoriser,
    observe=lambda p, rng: p.bounds(rng),
    expect=1 / 2,
    domain={"n": LogUniform(3e4, 3e6), "t": Uniform(0.3, 1.5), "share": Uniform(0.3, 1.0)},
    corners=({"n": 1e6, "t": 0.3, "share": 0.6},),
    quick=5,
    full=200,
    seconds=0.0047,
    note="""For small t the least divergence that the sentence needs is 2/pi of the true one. The linear bound has
        beta = 1/(1 + share t) and needs a third of it.""",
    controls=(
        Control(
            "half of the divergence",
            "the bound falls below 1/2",
            observe=lambda p, rng: p.bounds(rng, distance=p.distance / np.sqrt(2)),
            change=lambda s: s if s.t <= 0.9 else None,
        ),
        Control(
            "prior centred on the answer",
            "a prior that has seen the labels pays nothing for the distance",
            observe=lambda p, rng: p.bounds(rng, distance=0.0)[1],
        ),
    ),
)
