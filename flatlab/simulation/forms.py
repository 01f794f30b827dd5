"""Which form of a time loop runs: compiled for the classes at hand, or interpreted, and in pieces of what length.

Compiling a pair of method and objective takes up to a second. Classes of one common form share what is compiled, and
where there is little to do and nothing on disk, the interpreter does it, which gives the same bits. How much is little
is counted in numbers, never in seconds: what a run compiles does not depend on the machine.
"""

import functools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from flatlab.compiler.common import common_form
from flatlab.compiler.kernel import kinds
from flatlab.compiler.options import interpreted, jit_is_on

PIECE_SECONDS = 0.1
SHORT_SECONDS = 1e-4  # what is expected to take no longer is one piece, also where it takes a thousand times as long
FEW_NUMBERS = 12000  # that a run reads where it is interpreted: a tenth of a second at most
MOST_INTERPRETED = 40000  # of all interpreted runs of a form in one claim, then it is compiled
MOST_SHARED = 300_000  # steps of a pair on shared machine code; then its own is compiled, which is faster

_seconds_per_step = {}  # from earlier runs of the same kind
_interpreted_numbers = {}  # forms that have not been compiled in this process
_in_use = set()  # forms that have
_shared_steps = {}  # of pairs that run on shared machine code
_shared = {"always": False}


class Stopped(Exception):
    """The run was told to stop between two pieces."""


def form(
    kernel_form: Callable,
    parts: tuple[tuple, ...],
    steps: float,
    size: int,
    stop: threading.Event | None = None,
) -> "tuple[Callable, Pace | None]":
    """Return what to call for a form, with its parts, and the pace of its pieces; None: in one piece.

    One piece is what the interpreter does, and what is known to be short.

    Parameters
    ----------
    kernel_form
        A kernel whose first arguments are the parts.
    parts
        What it is compiled for; the second one is the objective.
    steps, size
        Of the run, and of its point.
    stop
        Ends the run between two pieces.
    """
    compiled, known, pair = parts, kinds(parts), None
    if not _stand_for_themselves(known) and jit_is_on() and all(map(same_bits, parts)):
        pair = (kernel_form, *known[1:])
        if _shared["always"] or _shared_steps.get(pair, 0) + steps <= MOST_SHARED:
            compiled = tuple(map(common_form, parts))
            known = kinds(compiled)
    key = (kernel_form, *known[1:])
    if key not in _in_use:
        ours = all(map(same_bits, parts))
        numbers = steps * (size + _numbers(parts[1]))  # a step may read all that its objective holds
        if ours and numbers <= FEW_NUMBERS and _interpreted_numbers.get(key, 0) + numbers <= MOST_INTERPRETED:
            return functools.partial(_interpret, key, parts, compiled, numbers), None
        _in_use.add(key)
    run, seconds = functools.partial(kernel_form, *compiled), _seconds_per_step.get((size, *key))
    if seconds is not None and steps * seconds <= SHORT_SECONDS and stop is None and pair is None:
        return run, None
    return run, Pace((size, *key), seconds, stop, pair)


@contextmanager
def fewest_forms() -> Iterator[None]:
    """Share machine code whatever the length of the runs inside, and count anew what is interpreted.

    For a claim, which then compiles what it would compile alone, whatever ran before it.
    """
    before = _shared["always"]
    _shared["always"] = True
    _interpreted_numbers.clear()
    try:
        yield
    finally:
        _shared["always"] = before


def same_bits(part: tuple) -> bool:
    """Return whether a NamedTuple's functions give the same bits compiled and interpreted, as far as is tested."""
    ours = type(part).__module__.startswith(("flatlab.", "paper_checks."))
    return ours and not getattr(part, "bits_depend_on_compilation", False) and all(map(same_bits, _parts(part)))


def _interpret(key, parts, compiled, numbers, *arguments):
    if key not in _interpreted_numbers and key[0].is_kept(*compiled, *arguments):
        _in_use.add(key)
        return key[0](*compiled, *arguments)
    _interpreted_numbers[key] = _interpreted_numbers.get(key, 0) + numbers
    with interpreted():
        return key[0](*parts, *arguments)


def _parts(part):
    return [field for field in part if isinstance(field, tuple)]


@functools.cache
def _stand_for_themselves(known):
    """Return whether no class among the kinds of parts has a common form with others."""
    cls, *inner = known
    return not common_form.implemented(cls) and all(map(_stand_for_themselves, inner))


def _numbers(part):
    """Return how many numbers the fields of a NamedTuple hold."""
    return sum(_numbers(field) if isinstance(field, tuple) else np.size(field) for field in part)


class Pace:
    """How many steps the next piece may have, from how long the last ones took."""

    __slots__ = ("begun", "key", "new", "pair", "steps", "stop")

    def __init__(self, key, seconds, stop, pair):
        """Begin with the seconds of a step, where they are known, or with one step; ``pair`` may share its form."""
        self.key, self.stop, self.pair = key, stop, pair
        # another instance of the same classes may be dearer: begin with a tenth of a piece
        self.steps = 1 if seconds is None else _within(PIECE_SECONDS / 10 / seconds)
        self.new = seconds is None  # the first piece holds the compilation

    def begin(self) -> None:
        """Begin a piece, or raise :class:`Stopped`."""
        if self.stop is not None and self.stop.is_set():
            raise Stopped
        self.begun = time.perf_counter()

    def end(self, steps: int) -> None:
        """End a piece of so many steps."""
        if self.pair is not None:
            _shared_steps[self.pair] = _shared_steps.get(self.pair, 0) + steps
        if self.new:
            self.new = False
            return
        cost = max(time.perf_counter() - self.begun, 1e-9) / max(steps, 1)
        _seconds_per_step[self.key] = cost
        self.steps = min(_within(PIECE_SECONDS / cost), 64 * self.steps)


def _within(steps):
    return int(steps) if 1.0 <= steps <= 2.0**40 else 1 if steps < 1.0 else 2**40
