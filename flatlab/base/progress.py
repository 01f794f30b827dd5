"""One progress bar a process, on a terminal only: it appears after two seconds and tells the time that is left.

What begins while a bar is shown gets a line of it. A word on long compilation appears as well.
"""

import multiprocessing
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")
PATIENCE_SECONDS = 2.0
_shown: list[Any] = []  # the bar of this process, where there is one


@contextmanager
def progress_bar(
    what: str, total: float, enabled: bool = True, *, things: int | None = None, console: Any = None
) -> Iterator[Callable[..., None]]:
    """Count work; show it once it has taken two seconds.

    what : what is counted, in the plural, or done
    total : how much work there is
    enabled : False shows nothing
    things : how many things it consists of, if each call finishes one of them, of the given work
    console : where it is shown; standard error if not given

    Call it with the amount just finished.
    """
    if not enabled:
        yield lambda amount=1: None
        return
    with _bar(console) as bar:
        if bar is None:
            yield lambda amount=1: None
            return
        done, of = 0, things or total
        task = bar.add_task(what, total=total, count=f"0 of {of}")

        def advance(amount: float = 1) -> None:
            nonlocal done
            done += 1 if things else amount
            bar.update(task, advance=amount, count=f"{done} of {of}")

        try:
            yield advance
        finally:
            bar.remove_task(task)


def counted(things: Iterable[T], what: str, of: int) -> Iterator[T]:
    """Give out things one after another, and show how many are done."""
    with progress_bar(what, of) as advance:
        for thing in things:
            yield thing
            advance()


@contextmanager
def clock(what: str, seconds: float | None) -> Iterator[None]:
    """Show the time that a block takes; the time left is told from the ``seconds`` that it took before, if known."""
    with _bar(None) as bar:
        if bar is None:
            yield
            return
        task, over, begun = bar.add_task(what, total=seconds, count=""), threading.Event(), time.monotonic()

        def tick():
            while not over.wait(1.0):
                if seconds is not None:
                    bar.update(task, completed=min(time.monotonic() - begun, 0.99 * seconds))

        threading.Thread(target=tick, daemon=True).start()
        try:
            yield
        finally:
            over.set()
            bar.remove_task(task)


class Patience:
    """Prints a sentence on the terminal, of the main process only, if what begins does not end within two seconds."""

    def __init__(self, sentence: str):
        self.sentence, self.timer, self.depth = sentence, None, 0

    def begin(self) -> None:
        """Note that it begins; within itself nothing new begins."""
        self.depth += 1
        if self.depth == 1 and multiprocessing.parent_process() is None and sys.stderr and sys.stderr.isatty():
            self.timer = threading.Timer(PATIENCE_SECONDS, self._tell)
            self.timer.daemon = True
            self.timer.start()

    def end(self) -> None:
        """Note that it has ended."""
        self.depth = max(self.depth - 1, 0)
        if self.depth == 0 and self.timer is not None:
            self.timer.cancel()

    def _tell(self):
        if _shown:
            _shown[0].console.print(self.sentence)
        else:
            print(self.sentence, file=sys.stderr)


@contextmanager
def _bar(console):
    """Hand out the bar of this process, a new one if there is none; None where there is no terminal."""
    if _shown:
        yield _shown[0]
        return
    from rich.console import Console

    console = Console(stderr=True) if console is None else console
    if not console.is_terminal:
        yield None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        *(TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[count]}")),
        *(TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn()),
    )
    bar = Progress(*columns, console=console, transient=True)
    timer = threading.Timer(PATIENCE_SECONDS, bar.start)
    timer.daemon = True
    timer.start()
    _shown.append(bar)
    try:
        yield bar
    finally:
        _shown.clear()
        timer.cancel()
        timer.join()
        bar.stop()
