"""Judging many claims, on any engine; a verdict does not depend on which, nor on how many workers."""

import ctypes
import math
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from traceback import walk_tb
from typing import Any, NamedTuple

from threadpoolctl import threadpool_limits

from flatlab.base import checks, engines
from flatlab.base.engines import Code, Engine, Processes, code_of
from flatlab.base.plain_data import json_text
from flatlab.evidence.checkpoint import Unfinished, claim_homes
from flatlab.evidence.claim import Claim
from flatlab.evidence.discovery import claims_of_path, select, what_happened
from flatlab.evidence.judge import count_settings, joined, judge_part, judge_setting, verdict_of, verify
from flatlab.evidence.parts import Part, part_of_record
from flatlab.evidence.verdict import Verdict
from flatlab.simulation.threads import one_blas_thread_from_now_on

LIMITS = {"quick": 600.0, "full": 3600.0}  # seconds a piece may take; the longest claims take 10 and 50
GRACE = 30.0
PIECE_SECONDS = 2.0  # of settings that are judged in one piece, by what the claim declares that one costs


class Piece(NamedTuple):
    """Settings of a claim, from number ``low`` to ``high``; None stands for the end."""

    claim: str
    low: int
    high: int | None


def judge_all(
    claims: dict[str, Claim],
    names: Sequence[str],
    *,
    seed: int,
    budget: str,
    workers: int | None = None,
    limit: float | None = None,
    engine: Engine | None = None,
    kept: Unfinished | None = None,
) -> Iterator[Verdict]:
    """Judge claims and give out each verdict as soon as it is there, in the order in which the claims finish.

    A worker collects the claims again from the names, since a claim holds functions that cannot be sent, and runs with
    one BLAS thread.

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
        Number of processes; one for each core if not given, and never more than pieces. Where one dies thrice with the
        same piece, ``WorkerDied``.
    limit : float, optional
        Seconds that a piece of a claim may take before the claim fails; ``LIMITS`` of the budget if not given.
    engine : Engine, optional
        Instead of processes of this machine.
    kept : Unfinished, optional
        Keeps the pieces of claims that have several.
    """
    limit = LIMITS[budget] if limit is None else checks.positive("limit", limit)
    workers = os.cpu_count() or 1 if workers is None else checks.integer("workers", workers, at_least=1)
    progress = _Progress(claims, budget, kept)
    yield from progress.verdicts()
    left = progress.left
    if engine is None:
        engine = Engine() if min(workers, len(left)) <= 1 else Processes(min(workers, len(left)), limit + GRACE)
    homes = claim_homes(claims)
    try:
        for number, record in engine.each(
            *_on(engine, claims, names, _attempt_piece),
            ((*piece, seed, budget, limit) for piece in left),
            groups=[homes.get(piece.claim) for piece in left],
            wanted=lambda number: progress.begin(left[number]),
        ):
            progress.add(left[number], part_of_record(record))
            yield from progress.verdicts()
    except engines.WorkerDied as error:
        raise WorkerDied(left[error.number].claim) from error


def each_claim(
    function: Callable[..., Any],
    claims: dict[str, Claim],
    names: Sequence[str],
    arguments: Callable[[str], tuple],
    engine: Engine,
) -> Iterator[tuple[str, Any]]:
    """Give out the id of each claim with ``function(claim, *arguments(id))``, in the order in which they finish.

    The function is one that workers can import; what it returns must be plain data or NamedTuples of it, unless the
    engine is this process. Claims of one module go to one process as long as there are others for the rest. Where a
    worker dies too often with the same claim, ``WorkerDied``.
    """
    keys, homes = list(claims), claim_homes(claims)
    given, groups = ((key, *arguments(key)) for key in keys), [homes.get(key) for key in keys]
    try:
        for number, result in engine.each(*_on(engine, claims, names, function), given, groups=groups):
            yield keys[number], result
    except engines.WorkerDied as error:
        raise WorkerDied(keys[error.number]) from error


class WorkerDied(engines.WorkerDied):
    """The process that had a claim, of id ``key``, ended without a result."""

    def __init__(self, key: str):
        RuntimeError.__init__(self, f"the process that judged {key} died, perhaps for want of memory")
        self.key = key


def attempt(claim: Claim, seed: int, budget: str, limit: float = math.inf) -> Verdict:
    """Judge a claim; if its code raises, exits or takes too long, give a failing verdict that says so."""
    begun = time.perf_counter()
    try:
        with time_limit(limit):
            return verify(claim, seed, budget)
    except (Exception, SystemExit, TookTooLong) as error:
        return verdict_of(claim, seconds=time.perf_counter() - begun, error=_what_raised(error))


def _what_raised(error):
    """Return an error as one line, with the control and the setting that were judged, where some were."""
    frames = () if error.__traceback__ is None else walk_tb(error.__traceback__)
    given = next((frame.f_locals for frame, _ in frames if frame.f_code is judge_setting.__code__), {})
    control = f"in control {given['control'].name!r}" if given.get("control") else ""
    place = ", ".join(f"{name}={json_text(value)}" for name, value in given.get("setting", {}).items())
    words = " ".join(filter(None, (control, f"at {place}" if place else "")))
    return f"{what_happened(error)}, {words}" if words else what_happened(error)


class TookTooLong(BaseException):
    """A claim has used up its time; no code of a claim catches this by catching ``Exception``."""


class _Progress:
    """The pieces of claims, and what those gave that are done; of a claim that has failed no further piece begins."""

    def __init__(self, claims, budget, kept):
        self.claims, self.kept, self.begun = claims, kept, set()
        self.waiting = {key: _pieces(claim, budget) for key, claim in claims.items()}
        self.several = {key for key, pieces in self.waiting.items() if len(pieces) > 1}
        self.done = {key: kept.parts(key) if kept and key in self.several else {} for key in claims}
        self.left = [piece for key in claims for piece in self.waiting[key] if piece[1:] not in self.done[key]]

    def begin(self, piece):
        begins = piece[1:] not in self.done[piece.claim]
        if begins:
            self.begun.add(piece)
        return begins

    def add(self, piece, part):
        done = self.done[piece.claim]
        done[piece[1:]] = part
        if part.error:
            done.update({other[1:]: Part() for other in self.waiting[piece.claim] if other not in self.begun})
        elif self.kept and piece.claim in self.several:
            self.kept.keep_part(piece.claim, piece[1:], part)

    def verdicts(self):
        """Give out the verdicts of the claims whose last piece has come."""
        for key in [key for key, pieces in self.waiting.items() if all(each[1:] in self.done[key] for each in pieces)]:
            parts = [self.done[key][piece[1:]] for piece in self.waiting.pop(key)]
            yield joined(self.claims[key], parts)


def _pieces(claim, budget):
    """Cut the settings of a claim into pieces of about ``PIECE_SECONDS``."""
    count, size = count_settings(claim, budget), max(1, round(PIECE_SECONDS / claim.seconds))
    edges = range(0, count, size)
    return [Piece(claim.id, low, low + size if low + size < count else None) for low in edges]


def _on(engine, claims, names, function):
    """Return what an engine calls for each claim, and what all calls share."""
    if engine.shares_memory:
        return _with_claim, (function, claims)
    names = tuple(str(Path(name).resolve()) if Path(name).exists() else name for name in names)
    homes = claim_homes(claims)
    code = None if isinstance(engine, Processes) else code_of({homes[key] for key in claims if key in homes})
    return _with_collected, (function, names, code)


def _with_claim(function, claims, key, *arguments):
    with threadpool_limits(1):
        return function(claims[key], *arguments)


def _with_collected(function, names: tuple, code: Code | None, key, *arguments):
    claims = collected(names)
    if code is not None:
        code.require()
    one_blas_thread_from_now_on()
    return function(claims[key], *arguments)


@cache
def collected(names: tuple[str, ...]) -> dict[str, Claim]:
    """Return the claims that names stand for, collected once in a process.

    Of paths only, no other claim is imported: that their ids are of no other claim has been seen by who calls.
    """
    if not names or not all(Path(name).is_absolute() for name in names):
        return select(names, [])
    return {key: claim for name in names for key, claim in claims_of_path(name).items()}


def _attempt_piece(claim, low, high, seed, budget, limit):
    """Judge some settings of a claim as :func:`attempt` does."""
    begun = time.perf_counter()
    try:
        with time_limit(limit):
            part = judge_part(claim, seed, budget, low, high)
    except (Exception, SystemExit, TookTooLong) as error:
        part = Part(seconds=time.perf_counter() - begun, error=_what_raised(error))
    return part.record()


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise ``TookTooLong`` in this thread when the time is over."""
    sentence = f"it did not end within {seconds:g} seconds"
    if math.isinf(seconds):
        yield
    elif threading.current_thread() is threading.main_thread() and hasattr(signal, "alarm"):
        yield from _alarm(seconds, sentence)
    else:
        yield from _interruption(seconds, sentence)


def _alarm(seconds, sentence):
    def ring(*_):
        raise TookTooLong(sentence)

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _interruption(seconds, sentence):
    """Do what an alarm does where there is none: in a thread of a cluster's worker."""
    late = type("TookTooLong", (TookTooLong,), {"__str__": lambda error: sentence})
    thread, ended, deciding = threading.get_ident(), False, threading.Lock()

    def ring():
        with deciding:
            if not ended:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(late))

    timer = threading.Timer(seconds, ring)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        with deciding:
            ended = True
        timer.cancel()
