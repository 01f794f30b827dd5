"""The search for the setting of a claim's domain that is nearest to failing.

Every parameter is a coordinate in [0, 1] through the quantile function of its range. Ends and corners come first, then
points that fill the space (Sobol), a global search (differential evolution) and a local one (Nelder-Mead), all on the
same random numbers. What fails is judged again on fresh ones, ``CONFIRMED_AT_MOST`` candidates at the most: each
interval errs with probability 1e-9 (:mod:`flatlab.evidence.intervals`), so a false refutation has one below 1e-6 for a
claim of up to a hundred comparisons.
"""

import math

import numpy as np
from scipy.optimize import differential_evolution, minimize
from scipy.stats import qmc

from flatlab.base import checks
from flatlab.evidence._shrink import is_rounding, judged, shrunk
from flatlab.evidence.claim import Claim, HypothesisError, Setting
from flatlab.evidence.nearest import FEWEST_OF_AN_ATTACK, RAISES, ROUNDING, Nearest
from flatlab.evidence.relations import FAILS, Estimate

CONFIRMED_AT_MOST = 10
VERTICES = 32  # of all combinations of ends, at the most
OUTSIDE = 2.0  # stands for the margin where a hypothesis does not hold: above all margins


def nearest_failure(claim: Claim, evaluations: int = FEWEST_OF_AN_ATTACK, seed: int = 0) -> Nearest:
    """Return the setting of a claim's domain with the smallest margin that a search finds.

    The search judges so many settings, and the ends and corners of the domain even if they are more. A counterexample
    is shrunk to round numbers and to the values of the first corner where it stays one.
    """
    evaluations = checks.integer("evaluations", evaluations, at_least=1)
    attempt = _Attempt(claim, evaluations, checks.seed("seed", seed))
    try:
        attempt.ends_and_corners()
        if claim.domain:
            attempt.fill()
            attempt.evolve()
            attempt.polish()
            attempt.draw()
    except _Spent:
        pass
    return attempt.outcome()


class _Spent(Exception):
    """All evaluations have been used."""


class _Attempt:
    def __init__(self, claim, evaluations, seed):
        self.claim, self.limit, self.seed = claim, evaluations, seed
        self.judged = []  # of (margin, setting, evidence or sentence), in order of evaluation
        self._margins, self._points = {}, []
        self._rng = np.random.default_rng([seed, 1])
        self._required = False

    def ends_and_corners(self):
        """Judge the claim's corners, the centre, the ends of each range and combinations of ends."""
        self._required = True
        for setting in self.claim.settings(self._rng, 0):
            self._look(setting)
        count = len(self.claim.domain)
        if count:
            centre = np.full(count, 0.5)
            self.margin_at(centre)
            for k in range(count):
                for end in (0.0, 1.0):
                    self.margin_at(np.where(np.arange(count) == k, end, centre))
            codes = range(2**count) if 2**count <= VERTICES else self._rng.integers(0, 2**count, VERTICES)
            for code in codes:
                self.margin_at(np.array([float(int(code) >> k & 1) for k in range(count)]))
        self._required = False

    def fill(self):
        """Judge points that fill the space evenly, a third of what is left."""
        count = max(1, (self.limit - len(self.judged)) // 3)
        sampler = qmc.Sobol(len(self.claim.domain), rng=np.random.default_rng([self.seed, 2]))
        for point in sampler.random_base2(math.ceil(math.log2(count)))[:count]:
            self.margin_at(point)

    def evolve(self):
        """Search globally from the best points so far, with three quarters of what is left."""
        stop = self.limit - (self.limit - len(self.judged)) // 4
        members = max(5, min(40, 4 * len(self.claim.domain)))
        best = sorted(self._points, key=lambda pair: pair[0])[:members]
        first = [point for _, point in best] + list(self._rng.random((members - len(best), len(self.claim.domain))))
        differential_evolution(
            self.margin_at,
            [(0.0, 1.0)] * len(self.claim.domain),
            init=np.array(first),  # pyright: ignore[reportArgumentType]  # SciPy takes points as well
            maxiter=self.limit,
            tol=0,
            polish=False,
            rng=np.random.default_rng([self.seed, 3]),
            callback=lambda *state, **named: len(self.judged) >= stop,
        )

    def polish(self):
        """Descend from the best point, again and again from the next while evaluations are left."""
        for _, point in sorted(self._points, key=lambda pair: pair[0])[:20]:
            bounds = [(0.0, 1.0)] * len(self.claim.domain)
            minimize(self.margin_at, point, method="Nelder-Mead", bounds=bounds, options={"maxfev": 200, "xatol": 1e-9})

    def draw(self):
        """Judge random points while evaluations are left, for a while: a small domain may have no more settings."""
        for point in self._rng.random((3 * self.limit, len(self.claim.domain))):
            self.margin_at(point)

    def margin_at(self, point):
        """Return the margin at a point of the unit cube."""
        ranges = self.claim.domain.items()
        setting = {name: values.quantile(float(p)) for (name, values), p in zip(ranges, np.clip(point, 0, 1))}
        margin = self._look(Setting({**self.claim.fixed, **setting}))
        self._points.append((margin, np.clip(point, 0, 1)))
        return margin

    def _look(self, setting):
        key = repr(setting)
        if key not in self._margins:
            if len(self.judged) >= self.limit and not self._required:
                raise _Spent
            self._margins[key] = self._judge(setting)
        return self._margins[key]

    def _judge(self, setting):
        try:
            self.claim.check(setting)
        except HypothesisError:
            return OUTSIDE
        outcome = judged(self.claim, setting, self.seed, 0)
        margin = -math.inf if isinstance(outcome, str) else self._margin(outcome)
        self.judged.append((margin, setting, outcome))
        return margin

    def _margin(self, evidence):
        """Return the margin; of an estimate that of its value, since a wide interval is not near to failing."""
        margin = evidence.margin
        if evidence.interval and not math.isnan(margin):
            margin = self.claim.relation.judge(Estimate(*3 * [evidence.observed]), evidence.expected).margin
        return -math.inf if math.isnan(margin) else margin

    def outcome(self):
        """Judge the nearest settings again on fresh random numbers and return the one that fails, or the nearest."""
        if not self.judged:
            raise ValueError(f"domain of {self.claim.id} must meet its hypotheses, no setting of the search did")
        ordered = sorted(self.judged, key=lambda item: item[0])
        failed = [item for item in ordered if isinstance(item[2], str) or item[2].status == FAILS]
        suspects = failed[:CONFIRMED_AT_MOST]
        rounding = None
        for number, (_, setting, _) in enumerate(suspects):
            fresh = judged(self.claim, setting, self.seed, 1 + number)
            if isinstance(fresh, str):
                return Nearest(setting, math.nan, math.nan, math.nan, RAISES, len(self.judged), fresh)
            if fresh.status == FAILS and is_rounding(self.claim, setting, self.seed):
                rounding = rounding or self._found(setting, fresh, ROUNDING)
            elif fresh.status == FAILS:
                return self._counterexample(setting, fresh)
        if rounding:
            return rounding
        setting = ordered[0][1]
        fresh = judged(self.claim, setting, self.seed, 1 + len(suspects))
        if isinstance(fresh, str):
            return Nearest(setting, math.nan, math.nan, math.nan, RAISES, len(self.judged), fresh)
        return self._found(setting, fresh, fresh.status)

    def _counterexample(self, setting, evidence):
        """Return a confirmed failure, shrunk if what is left of it fails on fresh random numbers too."""
        small = shrunk(self.claim, setting, self.seed, 100)
        fresh = judged(self.claim, small, self.seed, 101)
        if not isinstance(fresh, str) and fresh.status == FAILS:
            setting, evidence = small, fresh
        return self._found(setting, evidence, FAILS)

    def _found(self, setting, evidence, status):
        return Nearest(setting, evidence.observed, evidence.expected, evidence.margin, status, len(self.judged))
