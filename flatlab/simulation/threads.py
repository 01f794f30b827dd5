"""Pieces of work shared by the calling thread and, where there are more cores, others of this process."""

import functools
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

from threadpoolctl import threadpool_limits

from flatlab.base.engines import threads_allowed


def cores() -> int:
    """Return how many cores a run may use: on Linux without reading a file, which ``os.cpu_count`` does."""
    most = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(most, threads_allowed() or most)


def on_threads(run: Callable, pieces: list[tuple], stop: threading.Event) -> list:
    """Return ``[run(*piece) for piece in pieces]``, one thread for each core, each taking the next piece when free.

    After an error, an interrupt among them, ``stop`` is set, no further piece is begun, and the error is raised once
    no thread runs any more.
    """
    results: list = [None] * len(pieces)
    errors = []
    waiting, taking = iter(enumerate(pieces)), threading.Lock()

    def work():
        try:
            while not stop.is_set():
                with taking:
                    k, piece = next(waiting, (0, None))
                if piece is None:
                    return
                results[k] = run(*piece)
        except BaseException as error:
            errors.append(error)
            stop.set()

    most = cores()
    futures = [_threads(most - 1).submit(work) for _ in range(min(most, len(pieces)) - 1)]
    try:
        work()
        for future in futures:
            if not future.cancel():
                future.result()
    except BaseException as error:
        errors.append(error)
        stop.set()
        wait(future for future in futures if not future.cancel())  # those that run see the event after a piece
    if errors:
        raise errors[0]
    return results


@functools.cache
def one_blas_thread_from_now_on() -> None:
    """Give BLAS one thread in this process, a worker that runs as many pieces as there are cores."""
    threadpool_limits(1)


@functools.cache
def _threads(count):
    """Return threads of this process: starting new ones for every call takes as long as a million coordinates."""
    return ThreadPoolExecutor(count, thread_name_prefix="flatlab")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_threads.cache_clear)  # threads do not follow into a forked process
