"""Where there is no value, none is given: nan, or a refusal."""

from typing import NamedTuple

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform, Uniform
from flatlab.evidence.relations import Close
from flatlab.geometry.hessian_vector import hutchinson
from flatlab.methods import RandomlySmoothed
from flatlab.objectives import Valley
from flatlab.objectives.valleys.profile_flow import flow_end
from flatlab.objectives.valleys.profiles import Constant, PowerTail
from flatlab.simulation.escape_times import escape_times
from flatlab.simulation.statistics import Moments, Quantiles, leaf_of


class Beyond(NamedTuple):
    """Sizes of what is asked beyond the place where it is defined, or within if ``far`` is -1."""

    size: float
    power: float
    skew: float
    seed: int
    far: int

    @property
    def covariance(self):
        """Covariance of one replicate, or of two."""
        values = np.random.default_rng(self.seed).standard_normal((1 if self.far > 0 else 2, 2))
        with np.errstate(all="raise"):
            return Moments().result(leaf_of(Moments(), values)).covariance

    @property
    def quantile(self):
        """Median of three values, all 0 or all of the size."""
        values = np.full((3, 1), 0.0 if self.far > 0 else self.size)
        return Quantiles((0.5,)).result(leaf_of(Quantiles(), values))[0, 0]

    @property
    def end(self):
        """End of the flow in a valley that is defined on y > 0."""
        return flow_end(PowerTail(power=self.power), -self.far * self.size, self.size)

    def trace(self):
        matrix = np.random.default_rng(self.seed).standard_normal((3, 3))
        matrix = matrix + matrix.T
        matrix[0, 1] += self.skew if self.far > 0 else 0
        return hutchinson(matrix.tolist(), probes=2, rng=np.random.default_rng(self.seed))

    def escape(self):
        """Take a step from one distance to the minima, where the neighbourhood is half or twice as wide."""
        method, valley = RandomlySmoothed(0.1, 0.1, 0.1, 1e9), Valley(Constant(1.0), 1)
        within = self.size * 2.0**-self.far
        return escape_times(method, valley, [[self.size, 0.3]], 0.5, steps=1, neighbourhood=within)

    @property
    def without(self):
        """Whether there is no covariance, no quantile but 0, no end, no trace and no time."""
        none = np.isnan(self.covariance).all(), self.quantile == 0, np.isnan(self.end)
        return [float(found) for found in (*none, _refused(self.trace), _refused(self.escape))]


def _refused(call):
    try:
        call()
    except ValueError:
        return True
    return False


CLAIM = Claim(
    id="laboratory/no-value",
    title="where there is no value",
    statement=r"""The covariance of one replicate and the end of the flow in the valley $1+y^{-p}$ from $y<0$ are nan,
        the median of zeros is exactly 0, and refused are the trace of an asymmetric matrix and escape times from beyond
        the neighbourhood of the minima.""",
    source="Where there is no value",
    origin="derived",
    kind="equality",
    relation=Close(),
    problem=Beyond,
    observe=lambda p, rng: p.without,
    expect=[1.0] * 5,
    domain={
        "size": LogUniform(0.01, 100.0),
        "power": Uniform(0.5, 4.0),
        "skew": LogUniform(1e-6, 1.0),
        "seed": SEED,
    },
    fixed={"far": 1},
    quick=5,
    full=200,
    seconds=0.003,
    controls=(
        Control("where there is one", "it is given", change={"far": -1}),
        Control(
            "one more replicate",
            "two have a covariance",
            observe=lambda p, rng: [float(np.isnan(p._replace(far=-1).covariance).all()), *p.without[1:]],
        ),
    ),
)
