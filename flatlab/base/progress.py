"""A progress bar that appears on a terminal after two seconds, and never anywhere else."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE_SECONDS = 2.0


@contextmanager
def progress_bar(what: str, total: int, enabled: bool = True) -> Iterator[Callable[..., None]]:
    """Count work; show it once it has taken two seconds.

    what : what is counted, in the plural
    enabled : False shows nothing

    Call it with the amount just finished.
    """
    if not enabled:
        yield lambda amount=1: None
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda amount=1: None
        return
    columns = (*Progress.get_default_columns()[:-1], MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=console, transient=True)
    task = bar.add_task(what, total=total)
    begun = time.monotonic()
    shown = False

    def advance(amount=1) -> None:
        nonlocal shown
        if not shown and time.monotonic() - begun > PATIENCE_SECONDS:
            bar.start()
            shown = True
        bar.advance(task, amount)

    try:
        yield advance
    finally:
        if shown:
            bar.stop()
