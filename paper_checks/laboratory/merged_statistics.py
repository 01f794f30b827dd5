"""Statistics of replicates that are merged from pieces are those of all replicates at once."""

from typing import Any, NamedTuple

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Whole
from flatlab.evidence.relations import Close
from flatlab.simulation.statistics import Extremes, Histogram, Moments, Quantiles, leaf_of

EDGES = (-1.0, 0.0, 0.5)
LEVELS, ACCURACY = (0.1, 0.5, 0.9), 1e-9


class Pieces(NamedTuple):
    """Normal values in three columns, nearly a third of them zero, cut into pieces."""

    rows: int
    pieces: int
    seed: int

    @property
    def values(self):
        rng = np.random.default_rng(self.seed)
        return rng.standard_normal((self.rows, 3)) * (rng.random((self.rows, 3)) < 0.7)

    def merged(self, values):
        """Return all statistics of twice the values, piece by piece."""

        def twice(ends):
            return 2 * ends

        kinds = Moments(twice), Extremes(twice), Histogram(EDGES, twice), Quantiles(LEVELS, ACCURACY, twice)
        found: list = []
        statistic: Any
        for statistic in kinds:
            state, *others = [leaf_of(statistic, piece) for piece in np.array_split(values, self.pieces)]
            for other in others:
                state = statistic.merge(state, other)
            found.append(statistic.result(state))
        moments, *arrays = found
        parts = moments.count, moments.mean, moments.covariance, moments.standard_error, *arrays
        return np.concatenate([np.ravel(part) for part in parts])


def at_once(p):
    values, n = 2 * p.values, p.rows
    ranked = np.sort(values, axis=0)[[int(level * (n - 1)) for level in LEVELS]]
    below, above = (-np.inf, *EDGES), (*EDGES, np.inf)
    bins = [[np.sum((low <= x) & (x < high)) for low, high in zip(below, above)] for x in values.T]
    error = values.std(axis=0, ddof=1) / np.sqrt(n)
    parts = n, values.mean(axis=0), np.cov(values.T), error, values.min(axis=0), values.max(axis=0), bins, ranked
    return np.concatenate([np.ravel(part) for part in parts])


CLAIM = Claim(
    id="laboratory/merged-statistics",
    title="statistics that are merged from pieces",
    statement=r"""Count, mean, covariance, standard error, extremes and histogram, merged from pieces, are those of all
        values; so is the value of rank $\lfloor q(n-1)\rfloor$, to the accuracy of the sketch.""",
    source="Merged statistics",
    origin="derived",
    kind="equality",
    relation=Close(rtol=1e-8),
    problem=Pieces,
    observe=lambda p, rng: p.merged(p.values),
    expect=at_once,
    domain={"rows": Whole(8, 60), "pieces": Whole(2, 4), "seed": SEED},
    quick=5,
    full=200,
    seconds=0.001,
    controls=(
        Control("without the last piece", "its values are missing", observe=lambda p, rng: p.merged(p.values[:-2])),
    ),
)
