"""Searching many claims for counterexamples: the cheapest first, within a time and a memory, on any engine."""

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
from flatlab.base.engines import Engine, Processes
from flatlab.base.memory import at_most, fair_share
from flatlab.evidence.claim import Claim
from flatlab.evidence.nearest import Nearest, nearest_of_record
from flatlab.evidence.notes import Notes, note_death
from flatlab.evidence.pool import WorkerDied, each_claim
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
    memory : gigabytes that a process may take beside what it has; None for half of its machine's, shared by its cores
    """

    evaluations: int
    seed: int
    folder: str
    memory: float | None


def attack(claim: Claim, how: How, seconds: float = math.inf) -> Attack:
    """Search one claim for so many seconds at the most; what was judged is noted, and the next call goes on there."""
    notes = Notes(how.folder, claim, how.seed, time.time() + seconds)
    done = notes.outcome(how.evaluations)
    if done is not None:
        return Attack(claim.id, done, True)
    try:
        with threadpool_limits(1), at_most(how.memory or fair_share(os.cpu_count() or 1)):
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
    engine: Engine | None = None,
) -> Iterator[Attack]:
    """Search claims, and give out what becomes of each as it comes; those that are not finished come last.

    The time is shared evenly among the claims, the cheapest first; what these leave goes to the others. A claim whose
    process dies is searched again, and the setting at which it died is a finding. What a finished search finds does not
    depend on the engine.

    Parameters
    ----------
    claims : dict of str to Claim
    names : sequence of str
        What :func:`flatlab.evidence.discovery.select` finds them by.
    evaluations, seed, folder
        As in :class:`How`; workers on other machines go on with an unfinished search if they can reach the folder.
    minutes : float
        For all claims together.
    workers : int, optional
        Number of processes; one for each core if not given.
    memory : float, optional
        Gigabytes for each process; half of the machine's memory for all of them if not given.
    engine : Engine, optional
        Instead of processes of this machine.
    """
    workers = os.cpu_count() or 1 if workers is None else checks.integer("workers", workers, at_least=1)
    memory = memory if memory is None else checks.positive("memory", memory)
    if engine is None:
        workers = max(1, min(workers, len(claims)))
        memory = memory or fair_share(workers)
        engine = Processes(workers, deaths=1) if workers > 1 else Engine()
    how = How(evaluations, seed, str(Path(folder).resolve()), memory)
    until = time.time() + 60 * minutes
    left, unfinished = dict(claims), {}
    while left and (until - time.time() > LEFT * 60 * minutes or not unfinished):
        waiting = len(left)
        for tier in _tiers(left):
            share = max(0.0, until - time.time()) * engine.workers / waiting
            waiting -= len(tier)
            for found in _one_round(tier, names, (how, share, until), engine):
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


def _one_round(left, names, arguments, engine):
    """Give out what becomes of each claim within its share of the time; those whose process died are taken again."""
    left, how, deaths = dict(left), arguments[0], Counter()
    while left:
        try:
            for key, (record, *others) in each_claim(_attack_within, left, names, lambda _: arguments, engine):
                claim = left.pop(key)
                yield Attack(claim.id, record and nearest_of_record(claim, record), *others)
        except WorkerDied as error:
            note_death(how.folder, left[error.key], how.seed)
            deaths[error.key] += 1
            if deaths[error.key] == MOST_DEATHS:
                left.pop(error.key)
                yield Attack(error.key, None, True, f"{error}, {MOST_DEATHS} times; it is left out")


def _attack_within(claim, how, share, until):
    """Search one claim within its share of the time, and return what became of it as plain data."""
    found = attack(claim, how, min(share, until - time.time()))
    return found.nearest and found.nearest.record(), *found[2:]


def forget(folder: Path | str, claims: dict[str, Claim], seed: int) -> None:
    """Remove the notes on claims."""
    for claim in claims.values():
        Notes(folder, claim, seed).file.unlink(missing_ok=True)
    with suppress(OSError):
        Path(folder).rmdir()
