"""What searches for counterexamples find and how far they have come, on a terminal."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from flatlab.base.plain_data import distinct, format_number, plain
from flatlab.evidence.claim import Claim
from flatlab.evidence.nearest import Nearest
from flatlab.evidence.notes import approaches

EVERY = 1.0  # seconds between two looks at the notes


def nearest_line(claim: Claim, nearest: Nearest) -> str:
    """Return what a search found nearest to failing, in one line."""
    observed, expected = distinct(nearest.observed, nearest.expected)
    found = nearest.error or f"{observed} {claim.relation.sign} {expected}, margin {format_number(nearest.margin, 3)}"
    setting = ", ".join(f"{name}={value}" for name, value in nearest.setting.items())
    searched = f"after {nearest.evaluations} settings"
    if not claim.domain:
        searched = f"in its {nearest.evaluations} settings, there is no domain to search"
    return f"{claim.id}: {nearest.status} {searched}; nearest to failing: {found}{f' at {setting}' if setting else ''}"


def counterexample_lines(claim: Claim, nearest: Nearest, names: Sequence[str], seed: int) -> list[str]:
    """Return three lines of Python that show a counterexample; ``names`` are those that the claim was found by."""
    setting = {name: plain(value) for name, value in nearest.setting.items()}
    given = {
        name: value for name, value in setting.items() if name not in claim.fixed or plain(claim.fixed[name]) != value
    }
    return [
        "from flatlab.evidence.discovery import select",
        "from flatlab.evidence.search import shown",
        f"print(shown(select({list(names) or [claim.id]!r})[{claim.id!r}], {given!r}, seed={seed}))",
    ]


def approach_lines(folder: Path | str) -> list[str]:
    """Return how far each unfinished search has come, a line each."""
    return [
        f"{one.id}: {one.count} settings, closest margin {format_number(float(one.closest), 3)}"
        for one in approaches(folder)
    ]


@contextmanager
def watching(folder: Path | str, total: int) -> Iterator[Callable[[], None]]:
    """Show, on a terminal, how many searches are done and how near those at work have come, while the block runs.

    The block calls what it is given once for each claim that is done.
    """
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield lambda: None
        return
    done, over = [], threading.Event()

    def words():
        return f"{len(done)} of {total} claims done; {'; '.join(approach_lines(folder)[-3:])}"

    def look():
        while not over.wait(EVERY):
            status.update(words())

    with console.status(words()) as status:
        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        try:
            yield lambda: done.append(None)
        finally:
            over.set()
            thread.join()
