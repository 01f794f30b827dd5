"""Searching many claims for counterexamples: the cheapest first, within a time and a memory, in several processes."""

import math
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from threadpoolctl import threadpool_limits

from flatlab.base import checks
from flatlab.base.memory import at_most, fair_share
from flatlab.evidence.claim import Claim
from flatlab.evidence.nearest import Nearest, nearest_of_record
from flatlab.evidence.notes import Notes, note_death
from flatlab.evidence.pool import WorkerDied, collected, each_in_processes
from flatlab.evidence.search import nearest_failure

MOST_DEATHS = 5  # of the process of one claim
LEFT = 0.02  # of the time: less is not shared out again


class Attack(NamedTuple):
    """What became of the search of one claim.

    nearest : None where the search was refused, in the words of ``refusal``
    finished : False where the time was over before all settings were judged
    """

    id: str
    nearest: Nearest | None
    finished: bool
    refusal: str = ""


class How(NamedTuple):
    """How claims are searched.

    evaluations, seed : as for :func:`flatlab.evidence.search.nearest_failure`
    folder : of the notes on unfinished searches
    memory : gigabytes that a process may take beside what it has
    """

    evaluations: int
    seed: int
    folder: str
    memory: float


def attack(claim: Claim, how: How, seconds: float = math.inf) -> Attack:
    """Search one claim for so many seconds at the most; what was judged is noted, and the next call goes on there."""
    notes = Notes(how.folder, claim, how.seed, time.time() + seconds)
    done = notes.outcome(how.evaluations)
    if done is not None:
        return Attack(claim.id, done, True)
    try:
        with threadpool_limits(1), at_most(how.memory):
            nearest = nearest_failure(claim, how.evaluations, how.seed, notes.look)
    except ValueError as error:  # a domain that cannot be searched
        return Attack(claim.id, None, True, str(error))
    if not notes.over:
        notes.finish(how.evaluations, nearest)
    return Attack(claim.id, nearest, not notes.over)


def attack_all(
    claims: dict[str, Claim],
    names: Sequence[str],
    *,
    evaluations: int,
    seed: int,
    folder: Path | str,
    minutes: float = math.inf,
    workers: int | None = None,
    memory: float | None = None,
) -> Iterator[Attack]:
    """Search claims, and give out what becomes of each as it comes; those that are not finished come last.

    The time is shared evenly among the claims, the cheapest first; what these leave goes to the others. A claim whose
    process dies is searched again, and the setting at which it died is a finding.

    Parameters
    ----------
    claims : dict of str to Claim
    names : sequence of str
        What :func:`flatlab.evidence.discovery.select` finds them by.
    evaluations, seed, folder
        As in :class:`How`.
    minutes : float
        For all claims together.
    workers : int, optional
        Number of processes; one for each core if not given.
    memory : float, optional
        Gigabytes for each process; half of the machine's memory for all of them if not given.
    """
    workers = os.cpu_count() or 1 if workers is None else checks.integer("workers", workers, at_least=1)
    workers = max(1, min(workers, len(claims)))
    memory = fair_share(workers) if memory is None else checks.positive("memory", memory)
    how = How(evaluations, seed, str(folder), memory)
    until = time.time() + 60 * minutes
    left, unfinished = dict(claims), {}
    while left and (until - time.time() > LEFT * 60 * minutes or not unfinished):
        waiting = len(left)
        for tier in _tiers(left):
            share = max(0.0, until - time.time()) * workers / waiting
            waiting -= len(tier)
            for found in _one_round(tier, names, how, share, until, workers):
                if found.finished:
                    unfinished.pop(found.id, None)
                    yield found
                else:
                    unfinished[found.id] = found
        left = {name: claim for name, claim in left.items() if name in unfinished}
    yield from unfinished.values()


def _tiers(claims):
    """Return claims whose settings cost about the same, to a factor of ten, the cheapest first."""

    def size(pair):
        return math.ceil(math.log10(pair[1].seconds))

    return [dict(tier) for _, tier in groupby(sorted(claims.items(), key=size), key=size)]


def _one_round(left, names, how, share, until, workers):
    """Give out what becomes of each claim within its share of the time; those whose process died are taken again."""
    left, deaths = dict(left), Counter()
    while left and workers > 1:
        try:
            for key, record in each_in_processes(left, _attack_by_id, (tuple(names), how, share, until), workers):
                claim = left.pop(key)
                yield Attack(key, record[0] and nearest_of_record(claim, record[0]), *record[1:])
        except WorkerDied as error:
            note_death(how.folder, left[error.key], how.seed)
            deaths[error.key] += 1
            if deaths[error.key] == MOST_DEATHS:
                left.pop(error.key)
                yield Attack(error.key, None, True, f"{error}, {MOST_DEATHS} times; it is left out")
    for claim in left.values():
        yield attack(claim, how, min(share, until - time.time()))


def _attack_by_id(key, names, how, share, until):
    found = attack(collected(names)[key], how, min(share, until - time.time()))
    return found.nearest and found.nearest.record(), *found[2:]


def forget(folder: Path | str, claims: dict[str, Claim], seed: int) -> None:
    """Remove the notes on claims."""
    for claim in claims.values():
        Notes(folder, claim, seed).file.unlink(missing_ok=True)
    with suppress(OSError):
        Path(folder).rmdir()
