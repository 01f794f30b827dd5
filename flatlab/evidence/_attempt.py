"""One search of a claim's domain: where it looks, in which order, and what it has seen.

Every parameter is a coordinate in [0, 1] through the quantile function of its range. A range of few values, such as a
choice, is gone through value by value; the others are descended in.
"""

import math
from collections.abc import Callable

import numpy as np
from scipy.optimize import differential_evolution, minimize
from scipy.stats import qmc

from flatlab.evidence.claim import Claim, HypothesisError, Setting
from flatlab.evidence.domains import SEED, Choice, Whole
from flatlab.evidence.outcomes import Evidence
from flatlab.evidence.relations import Estimate

VERTICES = 32  # of all combinations of ends, at the most
FEW, MANY = 16, 10**9  # values of a range that are gone through one by one; of one of real numbers
OUTSIDE = 1e4  # stands for the height where a hypothesis does not hold: above all others
HIGHEST, LOWEST = 1e3, -1e2  # the lowest of an exception, and of nan
THIN = 100  # of so many settings one at least must meet the hypotheses
SIGNS = {"≤": -1, "≥": 1}  # of the observed number, so that it falls towards a failure
APART = 0.05  # in some coordinate, at least, are the starts of two descents


class Spent(Exception):
    """All evaluations have been used."""


class _OutsideError(Exception):
    """A descent on a model has left the hypotheses."""


class Attempt:
    """The settings that a search has judged, in order, and the moves that choose the next.

    look : returns the evidence of a setting on the random numbers of the search, or what its code raised
    """

    def __init__(self, claim: Claim, evaluations: int, seed: int, look: Callable[[dict], Evidence | str]):
        self.claim, self.limit, self.seed, self.look = claim, evaluations, seed, look
        self.judged = []  # of (margin, setting, evidence or sentence)
        self._numbers = {}  # the number of a setting among the judged, None outside the hypotheses
        self._points = {}  # of the unit cube, as bytes, to (point, number)
        self._ranges = list(claim.domain.values())
        self._few = [k for k, values in enumerate(self._ranges) if _count(values) <= FEW]
        self._many = [k for k, values in enumerate(self._ranges) if k not in self._few and values != SEED]
        self._rng, self._filled = np.random.default_rng([seed, 1]), 0
        even = qmc.Sobol(max(1, len(self._ranges)), rng=np.random.default_rng([seed, 2]))
        self._even = np.asarray(even.random_base2(math.ceil(math.log2(evaluations + 1))))
        self._required = self._linear = False
        self._unit = 1.0  # of a number that 0 bounds

    def run(self) -> None:
        """Use all evaluations, and more where the ends and corners are more."""
        try:
            self._ends_and_corners()
            if self._ranges:
                self._fill(self._after(1 / 6))
                self._descend(1, self.limit)
                self._fill(self._after(1 / 4))
                self._descend(2, self._after(0.5))
                self._evolve(self._after(0.6))
                self._descend(20, self.limit)
                self._draw()
        except Spent:
            pass

    def refuse_thin_domain(self) -> None:
        """Refuse a domain whose settings hardly ever meet the hypotheses: a search of it would say nothing."""
        if len(self.judged) < self.limit and len(self.judged) < len(self._numbers) / THIN:
            met = f"{len(self.judged)} of {len(self._numbers)} settings of the search did"
            raise ValueError(f"domain of {self.claim.id} must meet its hypotheses, {met}")

    def _after(self, share):
        """Return the number of evaluations at which a share of those that are left will be used."""
        return len(self.judged) + int(share * (self.limit - len(self.judged)))

    def _ends_and_corners(self):
        """Judge the claim's corners, the centre, the ends of each range and combinations of ends."""
        self._required = True
        for setting in self.claim.settings(self._rng, 0):
            self._judge(setting)
        count = len(self._ranges)
        if count:
            centre = np.full(count, 0.5)
            self.height_at(centre)
            for k in range(count):
                for end in (0.0, 1.0):
                    self.height_at(np.where(np.arange(count) == k, end, centre))
            codes = range(2**count) if 2**count <= VERTICES else self._rng.integers(0, 2**count, VERTICES)
            for code in codes:
                self.height_at(np.array([float(int(code) >> k & 1) for k in range(count)]))
        self._required = False

    def _fill(self, stop):
        """Judge points that fill the space evenly, until about ``stop`` settings are judged.

        Where the ranges of few values have few combinations, each combination is among the points.
        """
        sizes = [_count(self._ranges[k]) for k in self._few]
        combinations = math.prod(sizes)
        count = max(1, stop - len(self.judged))
        if not self._filled and combinations <= (self.limit - len(self.judged)) / 3:
            count = max(count, combinations)
        order = np.arange(self._filled, min(self._filled + count, len(self._even)))
        points, count = self._even[order], order.size
        self._filled += count
        if combinations <= count:
            for k, size in zip(self._few, sizes):
                order, place = np.divmod(order, size)
                points[:, k] = (place + points[:, k]) / size
        for point in points:
            self.height_at(point)
        seen = [number for _, number in self._points.values() if number is not None]
        sizes = [abs(above) for number in seen if (above := _above_zero(self.judged[number][2]))]
        self._unit = float(np.median(sizes or [1.0]))
        self._linear = any(self._height(number) == math.inf for number in seen)

    def _descend(self, starts, stop):
        """Descend from so many of the best points so far, until ``stop`` settings are judged."""
        begun = []
        for _ in range(starts):
            fresh = (point for point in self._best() if all(np.abs(point - old).max() > APART for old in begun))
            start = next(fresh, None)
            if start is None or len(self.judged) >= stop:
                return
            begun += [start, self._exchange(start)]
            if self._many:
                self._minimise(begun[-1], min(stop - len(self.judged), 30 + 20 * len(self._many)))

    def _exchange(self, point):
        """Return the best of a point and its neighbours in the ranges of few values."""
        for k in self._few:
            count = _count(self._ranges[k])
            others = (np.where(np.arange(point.size) == k, (j + 0.5) / count, point) for j in range(count))
            point = min([point, *others], key=self.height_at)
        return point

    def _minimise(self, start, evaluations):
        """Descend in the ranges of many values on quadratic models; on a simplex where hypotheses are in the way."""
        evaluations = max(evaluations, 2 * len(self._many) + 2)
        held = [k for k in range(start.size) if k not in self._many]
        bounds = [(0.0, 1.0)] * len(self._many)

        def height(part, anywhere=False):
            whole = start.copy()
            whole[self._many] = part
            found = self.height_at(whole)
            if found == OUTSIDE and not anywhere:
                raise _OutsideError
            return found

        try:
            options = {"maxfev": evaluations, "initial_tr_radius": 0.1, "final_tr_radius": 1e-9}
            minimize(height, start[self._many], method="COBYQA", bounds=bounds, options=options)
        except _OutsideError:
            best = next(point for point in self._best() if np.array_equal(point[held], start[held]))
            options = {"maxfev": evaluations, "xatol": 1e-9}
            minimize(height, best[self._many], (True,), method="Nelder-Mead", bounds=bounds, options=options)

    def _evolve(self, stop):
        """Search globally from the best points so far, until ``stop`` settings are judged."""
        members = max(5, min(40, 4 * len(self._ranges)))
        best = self._best()[:members]
        first = best + list(self._rng.random((members - len(best), len(self._ranges))))
        differential_evolution(
            self.height_at,
            [(0.0, 1.0)] * len(self._ranges),
            init=np.array(first),  # pyright: ignore[reportArgumentType]  # SciPy takes points as well
            maxiter=self.limit,
            tol=0,
            polish=False,
            rng=np.random.default_rng([self.seed, 3]),
            callback=lambda *state, **named: len(self.judged) >= stop,
        )

    def _draw(self):
        """Judge random points while evaluations are left, for a while: a small domain may have no more settings."""
        for point in self._rng.random((3 * self.limit, len(self._ranges))):
            self.height_at(point)

    def _best(self):
        """Return the points so far, the lowest first."""
        return [point for point, number in sorted(self._points.values(), key=lambda pair: self._finite(pair[1]))]

    def height_at(self, point: np.ndarray) -> float:
        """Return the height at a point of the unit cube: it falls with the margin."""
        point = np.clip(point, 0, 1)
        ranges = self.claim.domain.items()
        setting = {name: values.quantile(float(p)) for (name, values), p in zip(ranges, point)}
        number = self._judge(Setting({**self.claim.fixed, **setting}))
        self._points[point.tobytes()] = point, number
        return self._finite(number)

    def _finite(self, number):
        return OUTSIDE if number is None else min(max(self._height(number), LOWEST), HIGHEST)

    def _height(self, number):
        """Return -log(1 - margin): near 0 the margin, and of a bound the logarithm of its ratio to what it bounds.

        A number on the other side of zero than its bound has no such logarithm. Where some are, the height is the
        margin, which goes on beyond 1. A bound of 0 has no unused share: the height is the observed number in units of
        a typical one, its logarithm where it is large.
        """
        margin, _, evidence = self.judged[number]
        above = _above_zero(evidence)
        if above is not None:
            return math.asinh(above / self._unit)
        if margin >= 1 and evidence.relation in SIGNS:
            margin = SIGNS[evidence.relation] * (evidence.observed - evidence.expected) / abs(evidence.expected)
        if self._linear:
            return margin
        return (40.0 if margin == 1 else math.inf) if margin >= 1 else -math.log1p(-margin)

    def _judge(self, setting):
        key = repr(setting)
        if key not in self._numbers:
            if len(self.judged) >= self.limit and not self._required:
                raise Spent
            self._numbers[key] = self._number(setting)
        return self._numbers[key]

    def _number(self, setting):
        try:
            self.claim.check(setting)
        except HypothesisError:
            return None
        evidence = self.look(setting)
        margin = -math.inf if isinstance(evidence, str) else margin_of_estimate(self.claim, evidence)
        margin = -math.inf if math.isnan(margin) else margin
        self.judged.append((margin, setting, evidence))
        return len(self.judged) - 1


def margin_of_estimate(claim: Claim, evidence: Evidence) -> float:
    """Return the margin; of an estimate that of its value, since a wide interval is not near to failing."""
    if evidence.interval is None or math.isnan(evidence.margin):
        return evidence.margin
    return claim.relation.judge(Estimate(*3 * [evidence.observed]), evidence.expected).margin


def order(item: tuple) -> tuple[float, float]:
    """Return what puts the judged setting that is nearest to failing first: of bounds of 0 the observed number."""
    margin, _, evidence = item
    return margin, _above_zero(evidence) or 0.0


def _above_zero(evidence):
    """Return by how much a bound of 0 is met, below 0 if it is not; None for all other evidence."""
    if isinstance(evidence, str) or evidence.relation not in SIGNS or evidence.expected or math.isnan(evidence.margin):
        return None
    return SIGNS[evidence.relation] * evidence.observed


def _count(values):
    """Return how many values a range has."""
    if isinstance(values, Choice):
        return len(values.values)
    return values.high - values.low + 1 if isinstance(values, Whole) else MANY
