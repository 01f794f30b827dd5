r"""The distance $\sup|F_n-F|$ at which a sample is refused is exceeded with probability $\alpha$."""

from typing import NamedTuple

import numpy as np
from scipy import optimize, special

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.evidence.sequences import DrawnFrom


class Draws(NamedTuple):
    """Uniform draws, refused with probability alpha."""

    draws: int
    alpha: float

    def refused(self, beyond):
        """Return the probability of a distance above this one, which is at least 1/2: Smirnov's sum, twice."""
        n, d = self.draws, beyond
        j = np.arange(int(np.floor(n * (1 - d))) + 1)
        terms = special.binom(n, j) * (d + j / n) ** (j - 1) * (1 - d - j / n) ** (n - j)
        return 2 * d * terms.sum()

    @property
    def critical(self):
        """The distance at which a sample begins to be refused: that of n draws at x is x, for x at least 1/2."""
        relation = DrawnFrom(self.alpha)

        def margin(x):
            return relation.judge([x] * self.draws, lambda sample: sample).margin

        return optimize.brentq(margin, 0.5, 1.0, xtol=1e-14)


CLAIM = Claim(
    id="laboratory/distance-of-samples",
    title="samples are refused as often as is said",
    statement=r"""A sample of $n$ draws from a continuous law $F$ is refused with probability $\alpha$: the distance
        $\sup|F_n-F|$ exceeds the critical one with probability $\alpha$, where that is at least 1/2.""",
    source="Intervals",
    origin="derived",
    kind="probability",
    relation=Equal(rtol=1e-5),
    problem=Draws,
    observe=lambda p, rng: p.refused(p.critical),
    expect=lambda p: p.alpha,
    domain={"draws": Whole(20, 30), "alpha": LogUniform(1e-10, 1e-7)},
    corners=({"draws": 20, "alpha": 1e-9},),
    quick=5,
    full=200,
    seconds=0.004,
    note="""The tolerance is that of SciPy's inverse of the law: measured 1e-7 at alpha = 2e-10, 5e-5 at 1e-12, which is
        outside the domain.""",
    controls=(
        Control(
            "limit law",
            "Kolmogorov's law for many draws",
            observe=lambda p, rng: p.refused(special.kolmogi(p.alpha) / np.sqrt(p.draws)),
        ),
        Control(
            "distance to the steps on one side",
            "the largest distance is that to either side of a step",
            observe=lambda p, rng: p.refused(p.critical - 1 / p.draws),
        ),
    ),
)
