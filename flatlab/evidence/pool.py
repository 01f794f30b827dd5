"""Judging many claims, in this process or in several; a verdict does not depend on how many."""

import faulthandler
import math
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cache
from typing import Any

from threadpoolctl import threadpool_limits

from flatlab.base import checks
from flatlab.evidence.checkpoint import claim_homes
from flatlab.evidence.claim import Claim
from flatlab.evidence.discovery import select, what_happened
from flatlab.evidence.judge import verdict_of, verify
from flatlab.evidence.verdict import Verdict, verdict_of_record

LIMITS = {"quick": 600.0, "full": 3600.0}  # seconds a claim may take; the longest take 10 and 300
GRACE = 30.0


def judge_all(
    claims: dict[str, Claim],
    names: Sequence[str],
    *,
    seed: int,
    budget: str,
    workers: int | None = None,
    limit: float | None = None,
) -> Iterator[Verdict]:
    """Judge claims and give out each verdict as soon as it is there, in the order in which the claims finish.

    With several workers, each is a process of its own with one BLAS thread; it collects the claims again from the
    names, since a claim holds functions that cannot be sent.

    Parameters
    ----------
    claims : dict of str to Claim
        Those to be judged.
    names : sequence of str
        What :func:`flatlab.evidence.discovery.select` finds them by.
    seed : int
    budget : str
        ``quick`` or ``full``.
    workers : int, optional
        Number of processes; one for each core if not given, and never more than claims. Where one dies, ``WorkerDied``.
    limit : float, optional
        Seconds that a claim may take before it fails; ``LIMITS`` of the budget if not given.
    """
    limit = LIMITS[budget] if limit is None else checks.positive("limit", limit)
    workers = os.cpu_count() or 1 if workers is None else checks.integer("workers", workers, at_least=1)
    if min(workers, len(claims)) <= 1:
        for claim in claims.values():
            # Closed before the verdict is given out: what the caller does with it is not ours to limit.
            with threadpool_limits(1):
                verdict = attempt(claim, seed, budget, limit)
            yield verdict
    else:
        how = tuple(names), seed, budget, limit
        for _, record in each_in_processes(claims, _attempt_by_id, how, min(workers, len(claims))):
            yield verdict_of_record(record)


class WorkerDied(RuntimeError):
    """The process that had a claim, of id ``key``, ended without a result."""

    def __init__(self, key: str):
        super().__init__(f"the process that judged {key} died, perhaps for want of memory")
        self.key = key


def attempt(claim: Claim, seed: int, budget: str, limit: float = math.inf) -> Verdict:
    """Judge a claim; if its code raises, exits or takes too long, give a failing verdict that says so."""
    begun = time.perf_counter()
    try:
        with time_limit(limit):
            return verify(claim, seed, budget)
    except (Exception, SystemExit, TookTooLong) as error:
        return verdict_of(claim, seconds=time.perf_counter() - begun, error=what_happened(error))


class TookTooLong(BaseException):
    """A claim has used up its time; no code of a claim catches this by catching ``Exception``."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise ``TookTooLong`` in the main thread when the time is over, where the system has alarms."""
    if math.isinf(seconds) or threading.current_thread() is not threading.main_thread() or not hasattr(signal, "alarm"):
        yield
        return

    def ring(*_):
        raise TookTooLong(f"it did not end within {seconds:g} seconds")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def each_in_processes(
    claims: dict[str, Claim], function: Callable, how: tuple, workers: int
) -> Iterator[tuple[str, Any]]:
    """Give out the id of each claim with ``function(id, *how)``, which runs in one of several processes.

    Claims of one module go to one process as long as there are others for the rest.
    """
    before = set(multiprocessing.active_children())
    spawn = multiprocessing.get_context("spawn")
    # a pool for each worker, so that one process gets the claims of one file
    pools = [ProcessPoolExecutor(1, spawn, initializer=_begin_worker) for _ in range(workers)]
    queue = Queue(claims)
    busy = {}

    def occupy(pool, home=None):
        if queue:
            home, key = queue.take(home)
            busy[pool.submit(function, key, *how)] = pool, home, key

    try:
        for pool in pools:
            occupy(pool)
        while busy:
            for future in wait(busy, return_when=FIRST_COMPLETED).done:
                pool, home, key = busy.pop(future)
                try:
                    result = future.result()
                except BrokenProcessPool as error:
                    raise WorkerDied(key) from error
                occupy(pool, home)
                yield key, result
    except BaseException:
        # A claim may run for minutes: whoever interrupts does not want to wait for it.
        for child in set(multiprocessing.active_children()) - before:
            child.terminate()
        raise
    finally:
        for pool in pools:
            pool.shutdown(wait=True, cancel_futures=True)


class Queue:
    """Claims that wait, by the module that declares them: claims of one module share kernels and runs."""

    def __init__(self, claims: dict[str, Claim]):
        homes = claim_homes(claims)
        self.waiting, self.begun = {}, set()
        for key in claims:
            self.waiting.setdefault(homes.get(key), deque()).append(key)

    def __bool__(self):
        return bool(self.waiting)

    def take(self, home: str | None = None) -> tuple[str | None, str]:
        """Remove a claim and return the module that declares it, if any, and its id.

        It is of the same module as a worker's last claim, else of one that nobody has begun, else of any, the fullest
        first.
        """
        if home not in self.waiting or home is None:
            fresh = [one for one in self.waiting if one not in self.begun] or self.waiting
            home = max(fresh, key=lambda one: len(self.waiting[one]))
        self.begun.add(home)
        key = self.waiting[home].popleft()
        if not self.waiting[home]:
            del self.waiting[home]
        return home, key


def _begin_worker():
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    threadpool_limits(1)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent():
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)


def _attempt_by_id(key, names, seed, budget, limit):
    # Code that never comes back to Python hears no alarm: the process ends with it.
    faulthandler.dump_traceback_later(limit + GRACE, exit=True)
    try:
        return attempt(collected(names)[key], seed, budget, limit).record()  # a setting may hold what cannot be sent
    finally:
        faulthandler.cancel_dump_traceback_later()


@cache
def collected(names: tuple[str, ...]) -> dict[str, Claim]:
    """Return the claims that names stand for, collected once in a process."""
    return select(names, [])
