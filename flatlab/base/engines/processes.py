"""Processes of this machine, each of which keeps to one group of pieces as long as it can."""

import faulthandler
import multiprocessing
import os
import signal
import threading
import time
from collections import Counter, deque
from collections.abc import Hashable, Iterable
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from flatlab.base.engines.core import MOST_DEATHS, Engine, WorkerDied
from flatlab.base.engines.shipping import packed, result_of, run_shipped, ship


class Processes(Engine):
    """So many processes, begun by each call and ended with it.

    A piece whose process dies runs again in a new one, until it has died ``deaths`` times, then :class:`WorkerDied` is
    raised; at once if it ran for longer than ``limit`` seconds, when it is ended even where it never comes back to
    Python.
    """

    shares_memory = False

    def __init__(self, workers: int, limit: float = float("inf"), deaths: int = MOST_DEATHS):
        self._workers, self.limit, self.deaths = workers, limit, deaths

    @property
    def workers(self) -> int:
        """How many processes there are."""
        return self._workers

    def _each(self, function, shared, pieces, groups, wanted):
        pieces = list(pieces)
        run = _Run(ship(function, shared, same_code=False), pieces, Queue(groups or [None] * len(pieces)), self)
        before = set(multiprocessing.active_children())
        try:
            for _ in range(min(self.workers, len(pieces))):
                run.occupy(_new_worker(), None, wanted)
            while run.busy:
                for future in wait(run.busy, return_when=FIRST_COMPLETED).done:
                    yield from run.finish(future, wanted)
        except BaseException:
            # A piece may run for minutes: whoever interrupts does not want to wait for it.
            for child in set(multiprocessing.active_children()) - before:
                child.terminate()
            raise
        finally:
            for worker in run.workers:
                worker.shutdown(wait=True, cancel_futures=True)


class _Run:
    """The pieces of one call that wait, and the workers that are busy."""

    def __init__(self, shipment, pieces, queue, rules):
        self.shipment, self.pieces, self.queue, self.rules = shipment, pieces, queue, rules
        self.busy, self.workers, self.deaths = {}, set(), Counter()

    def occupy(self, worker, group, wanted):
        self.workers.add(worker)
        while self.queue:
            group, number = self.queue.take(group)
            if wanted(number):
                self.send(worker, group, number)
                return

    def send(self, worker, group, number):
        self.workers.add(worker)
        future = worker.submit(_run_within, self.rules.limit, self.shipment, packed(self.pieces[number]))
        self.busy[future] = worker, group, number, time.monotonic()

    def finish(self, future, wanted):
        worker, group, number, begun = self.busy.pop(future)
        try:
            outcome = future.result()
        except BrokenProcessPool as error:
            self.workers.discard(worker)
            self.deaths[number] += 1
            if self.deaths[number] >= self.rules.deaths or time.monotonic() - begun > self.rules.limit:
                raise WorkerDied(number) from error
            self.send(_new_worker(), group, number)
            return
        result = result_of(outcome)
        self.occupy(worker, group, wanted)
        yield number, result


class Queue:
    """The numbers of pieces that wait, by group: pieces of one group share what a worker has compiled or kept.

    So do neighbouring groups, though less: each worker goes its own way through the order of the groups.
    """

    def __init__(self, groups: Iterable[Hashable]):
        self.waiting: dict[Hashable, deque] = {}
        for number, group in enumerate(groups):
            self.waiting.setdefault(group, deque()).append(number)
        self.order = list(self.waiting)
        self.place = {group: k for k, group in enumerate(self.order)}
        self.fresh = set(self.place.values())

    def __bool__(self):
        return bool(self.waiting)

    def take(self, group: Hashable = None) -> tuple[Any, int]:
        """Remove a piece and return its group, which is None for those of no group, and its number.

        It is of the same group as a worker's last piece, else of the next one if nobody has begun that, else from the
        middle of the longest stretch of groups that nobody has begun, else of any, the fullest first.
        """
        if group not in self.waiting or group is None:
            follows = 0 if group is None else self.place[group] + 1
            if self.fresh:
                group = self.order[follows if follows in self.fresh else self._middle()]
            else:
                group = max(self.waiting, key=lambda one: len(self.waiting[one]))
        self.fresh.discard(self.place[group])
        number = self.waiting[group].popleft()
        if not self.waiting[group]:
            del self.waiting[group]
        return group, number

    def _middle(self):
        """Return the place in the middle of the longest stretch that nobody has begun."""
        longest = stretch = range(0)
        for k in sorted(self.fresh):
            stretch = range(stretch.start, k + 1) if k == stretch.stop else range(k, k + 1)
            longest = max(longest, stretch, key=len)
        return longest[len(longest) // 2]


def _new_worker():
    # a pool for each worker, so that one process gets the pieces of one group
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=_begin_worker)


def _begin_worker():
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent():
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)


def _run_within(limit, shipment, piece):
    # Code that never comes back to Python hears no alarm: the process ends with it.
    if limit < threading.TIMEOUT_MAX:
        faulthandler.dump_traceback_later(limit, exit=True)
    try:
        return run_shipped(shipment, piece)
    finally:
        faulthandler.cancel_dump_traceback_later()
