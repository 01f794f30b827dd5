"""The search for the setting of a claim's domain that is nearest to failing.

Every parameter is a coordinate in [0, 1] through the quantile function of its range. Ends and corners come first, then
points that fill the space (Sobol), descents on quadratic models (COBYQA) and a global search (differential evolution),
all on the same random numbers. What fails is judged again on fresh ones, ``CONFIRMED_AT_MOST`` candidates at the most:
each interval errs with probability 1e-9 (:mod:`flatlab.evidence.intervals`), so a false refutation has one below 1e-6
for a claim of up to a hundred comparisons. An exception is a fact and needs no confirmation. That a process died, or
ran out of time or memory, may come of the machine: it has to happen again in one of two repetitions.
"""

import math
from collections.abc import Callable
from functools import partial

from flatlab.base import checks
from flatlab.base.plain_data import format_number
from flatlab.evidence._attempt import Attempt, order
from flatlab.evidence._shrink import is_rounding, shrunk
from flatlab.evidence.claim import Claim
from flatlab.evidence.judge import judged
from flatlab.evidence.nearest import FEWEST_OF_AN_ATTACK, RAISES, ROUNDING, Nearest, restored
from flatlab.evidence.outcomes import Evidence
from flatlab.evidence.relations import FAILS

CONFIRMED_AT_MOST = 10
SEARCH, AGAIN, SHRUNK, CONFIRMED = 0, 50, 100, 101  # seeds of random numbers, with those of the suspects between
OTHERS = (SEARCH, *range(1, CONFIRMED_AT_MOST + 2), *range(AGAIN, AGAIN + CONFIRMED_AT_MOST))


def nearest_failure(
    claim: Claim,
    evaluations: int = FEWEST_OF_AN_ATTACK,
    seed: int = 0,
    look: Callable[..., Evidence | str] | None = None,
) -> Nearest:
    """Return the setting of a claim's domain with the smallest margin that a search finds.

    The search judges so many settings, and the ends and corners of the domain even if they are more. A counterexample
    is shrunk to round numbers and to the values of the first corner where it stays one.

    look : judges a setting on the random numbers of some seeds, if not :func:`flatlab.evidence.judge.judged`; what the
        search itself judges has ``SEARCH`` as the last of them

    >>> claim = claims("bartlett2023/scaling")["bartlett2023/scaling"]
    >>> nearest_failure(claim, 5, seed=0).refuted
    False
    """
    if not isinstance(claim, Claim):
        checks.refuse("claim", claim, "a Claim")
    evaluations = checks.integer("evaluations", evaluations, at_least=1)
    checks.memory("evaluations", evaluations, 1 + len(claim.domain))
    return _Search(claim, checks.seed("seed", seed), look or partial(judged, claim)).outcome(evaluations)


def shown(claim: Claim, given: dict, seed: int = 0) -> str:
    """Return in words what a claim gives in one setting, on the random numbers of a search with a seed.

    They are those that confirm a counterexample; where it does not fail on these, the first others on which it does.

    given : parameters with values as plain data
    """
    setting = restored(claim, given)
    evidence = judged(claim, setting, seed, CONFIRMED)
    if not _is_suspect(evidence):
        others = (judged(claim, setting, seed, number) for number in OTHERS)
        evidence = next(filter(_is_suspect, others), evidence)
    if isinstance(evidence, str):
        return evidence
    return f"{evidence.words} {evidence.status}, margin {format_number(evidence.margin, 3)}{evidence.place}"


class _Search:
    def __init__(self, claim, seed, look):
        self.claim, self.seed, self.look, self.judged = claim, seed, look, []

    def outcome(self, evaluations):
        """Judge the nearest settings again on fresh random numbers and return the one that fails, or the nearest."""
        attempt = Attempt(self.claim, evaluations, self.seed, lambda setting: self.look(setting, self.seed, SEARCH))
        attempt.run()
        self.judged = attempt.judged
        attempt.refuse_thin_domain()
        ordered = sorted(self.judged, key=order)
        suspects = [item for item in ordered if _is_suspect(item[2])][:CONFIRMED_AT_MOST]
        raised = rounding = None
        for number, (_, setting, before) in enumerate(suspects):
            fresh = self.look(setting, self.seed, 1 + number)
            if isinstance(before, str) and not _may_be_the_machine(before):
                raised = raised or self._raised(setting, before)
            elif isinstance(before, str) and not _is_suspect(fresh):
                fresh = self.look(setting, self.seed, AGAIN + number)
            if isinstance(fresh, str):
                return self._raised(setting, fresh)
            if fresh.status == FAILS and is_rounding(self.claim, setting, self.seed, self.look):
                rounding = rounding or self._found(setting, fresh, ROUNDING)
            elif fresh.status == FAILS:
                return self._counterexample(setting, fresh)
        if confirmed := raised or rounding:
            return confirmed
        setting = next((item[1] for item in ordered if not isinstance(item[2], str)), ordered[0][1])
        fresh = self.look(setting, self.seed, 1 + len(suspects))
        return self._raised(setting, fresh) if isinstance(fresh, str) else self._found(setting, fresh, fresh.status)

    def _counterexample(self, setting, evidence):
        """Return a confirmed failure, shrunk if what is left of it fails on fresh random numbers too."""
        small = shrunk(self.claim, setting, self.seed, SHRUNK, look=self.look)
        fresh = self.look(small, self.seed, CONFIRMED)
        if not isinstance(fresh, str) and fresh.status == FAILS:
            setting, evidence = small, fresh
        return self._found(setting, evidence, FAILS)

    def _raised(self, setting, sentence):
        return Nearest(setting, math.nan, math.nan, math.nan, RAISES, len(self.judged), sentence)

    def _found(self, setting, evidence, status):
        return Nearest(setting, evidence.observed, evidence.expected, evidence.margin, status, len(self.judged))


def _is_suspect(evidence):
    return isinstance(evidence, str) or evidence.status == FAILS


def _may_be_the_machine(sentence):
    """Return whether a sentence is no exception of the claim's code: a process died, or time or memory was over."""
    name = sentence.partition(":")[0]
    return not name.isidentifier() or name.endswith("MemoryError")
