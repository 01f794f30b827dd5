"""The search for counterexamples against plain random settings, on the false claims of the tests' zoo."""

import statistics
import time

import numpy as np

from benchmarks.harness import row
from flatlab.evidence._attempt import Attempt
from flatlab.evidence.claim import Setting
from flatlab.evidence.judge import judged
from flatlab.evidence.nearest import FEWEST_OF_AN_ATTACK
from flatlab.evidence.relations import FAILS
from tests.evidence.zoo import FALSE

MOST_DRAWN = 20_000
SEEDS = range(3)


def report(rounds, quick):
    """Print the table's rows: settings until one fails, and what the search itself costs."""
    names = sorted(FALSE)[:: 6 if quick else 1]
    searched, drawn, seconds = {}, {}, []
    for name in names:
        begun = time.perf_counter()
        searched[name] = [_by_search(FALSE[name], seed) for seed in SEEDS]
        seconds.append((time.perf_counter() - begun) / len(SEEDS) / FEWEST_OF_AN_ATTACK)
        drawn[name] = [_by_drawing(FALSE[name], seed, 500 if quick else MOST_DRAWN) for seed in SEEDS]
    ratios = [statistics.median(drawn[name]) / statistics.median(searched[name]) for name in names]
    row("`flatlab falsify`", "settings until one fails", [n for name in names for n in searched[name]])
    row(
        "random settings",
        f"settings until one fails, {MOST_DRAWN} at the most",
        [n for name in names for n in drawn[name]],
    )
    row("`flatlab falsify`", "random settings over its own, a claim", ratios, (">=", 20))
    row("`flatlab falsify`", "its own time, a setting", np.array(seconds) * 1e3, None, " ms")


def _by_search(claim, seed):
    """Return the number of the first setting that fails, one more than all where none does."""
    attempt = Attempt(claim, FEWEST_OF_AN_ATTACK, seed, lambda setting: judged(claim, setting, seed, 0))
    attempt.run()
    failed = (number for number, (_, _, evidence) in enumerate(attempt.judged, 1) if _fails(evidence))
    return next(failed, FEWEST_OF_AN_ATTACK + 1)


def _by_drawing(claim, seed, most):
    rng = np.random.default_rng(seed)
    for number in range(1, most + 1):
        setting = Setting({name: values.draw(rng) for name, values in claim.domain.items()})
        if _fails(judged(claim, setting, seed, 0)):
            return number
    return most


def _fails(evidence):
    return isinstance(evidence, str) or evidence.status == FAILS
