"""What every engine does, and the two that need nothing else: this process, and executors of the standard library."""

import os
import sys
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from typing import Any

from flatlab.base.engines.sameness import EngineError
from flatlab.base.engines.shipping import packed, result_of, run_shipped, ship

AHEAD = 4  # pieces in flight for each worker, so that none waits for the next
MOST_DEATHS = 3  # of workers that had the same piece, before the piece is held to be what kills them

_current: ContextVar["Engine | None"] = ContextVar("engine", default=None)


class WorkerDied(EngineError):
    """The process that ran a piece of work, of this number, ended without a result."""

    def __init__(self, number: int):
        super().__init__(f"the process that ran piece {number} died, perhaps for want of memory")
        self.number = number


class Engine:
    """One piece after another, in this process."""

    shares_memory = True  # pieces see the objects of this process, an event among them

    @property
    def workers(self) -> int:
        """How many pieces run at a time."""
        return 1

    def each(
        self,
        function: Callable,
        shared: tuple,
        pieces: Iterable[tuple],
        *,
        groups: Sequence[Hashable] = (),
        wanted: Callable[[int], bool] = lambda number: True,
    ) -> Iterator[tuple[int, Any]]:
        """Give out the number and the result of each piece as they come.

        Pieces are begun in their order, or group by group. An error of a piece is raised, and pieces that have not
        begun are dropped.

        Parameters
        ----------
        function, shared, pieces
            Results are ``function(*shared, *piece)``.
        groups
            One for each piece: those of one group run on one worker where that costs no time.
        wanted
            Asked with a number before its piece begins; those that are not are left out.
        """
        return self._each(function, shared, pieces, groups, wanted)

    def _each(self, function, shared, pieces, groups, wanted):  # noqa: ARG002 (there is one worker)
        for number, piece in numbered(pieces, wanted):
            yield number, function(*shared, *piece)


class OverExecutor(Engine):
    """An executor of ``concurrent.futures``, or of a library that follows it, as ``mpi4py.futures`` does."""

    def __init__(self, executor: Executor):
        self.executor, self.shares_memory = executor, isinstance(executor, ThreadPoolExecutor)

    @property
    def workers(self) -> int:
        """How many pieces run at a time, as far as the executor tells."""
        known = getattr(self.executor, "_max_workers", None)
        return known if isinstance(known, int) else os.cpu_count() or 1

    def _each(self, function, shared, pieces, groups, wanted):  # noqa: ARG002 (one worker is like another)
        if self.shares_memory:

            def submit(piece):
                return self.executor.submit(function, *shared, *piece)

            for number, future in in_flight(submit, numbered(pieces, wanted), lambda: sys.maxsize):
                yield number, future.result()
            return
        # processes that this one has started run its code, others may not
        shipment = ship(function, shared, same_code=not isinstance(self.executor, ProcessPoolExecutor))

        def send(piece):
            return self.executor.submit(run_shipped, shipment, packed(piece))

        for number, future in in_flight(send, numbered(pieces, wanted), lambda: sys.maxsize):
            yield number, result_of(future.result())


def in_flight(
    submit: Callable[[tuple], Future],
    pieces: Iterator[tuple[int, tuple]],
    most: Callable[[], int],
    look: Callable[[], None] = lambda: None,
) -> Iterator[tuple[int, Future]]:
    """Submit pieces, ``most()`` of them at a time, and give out their numbers and futures as they are done.

    ``look`` is called each second in which none is; it may raise.
    """
    running = {}
    try:
        while True:
            for number, piece in islice(pieces, max(0, most() - len(running))):
                running[submit(piece)] = number
            if not running:
                return
            while not (done := wait(running, timeout=1, return_when=FIRST_COMPLETED).done):
                look()
            for future in done:
                yield running.pop(future), future
    finally:
        for future in running:
            future.cancel()


def numbered(pieces: Iterable[tuple], wanted: Callable[[int], bool]) -> Iterator[tuple[int, tuple]]:
    """Return the pieces that are wanted when their turn comes, with their numbers."""
    return ((number, piece) for number, piece in enumerate(pieces) if wanted(number))


@contextmanager
def use(engine: Engine | None) -> Iterator[None]:
    """Let sweeps, ensembles and tuning inside the block run on an engine where they are given none."""
    token = _current.set(engine)
    try:
        yield
    finally:
        _current.reset(token)


def current() -> Engine | None:
    """Return the engine of the block that :func:`use` has opened, or None."""
    return _current.get()
