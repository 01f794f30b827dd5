"""What searches for counterexamples find and how far they have come, on a terminal."""

import math
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from flatlab.base.plain_data import distinct, format_number, plain
from flatlab.evidence.attack import Attack
from flatlab.evidence.claim import Claim
from flatlab.evidence.nearest import RAISES, ROUNDING, Nearest
from flatlab.evidence.notes import approaches
from flatlab.evidence.relations import INCONCLUSIVE

EVERY = 1.0  # seconds between two looks at the notes


def nearest_line(claim: Claim, nearest: Nearest) -> str:
    """Return what a search found nearest to failing, in one line; where none fails, that is no proof."""
    observed, expected = distinct(nearest.observed, nearest.expected)
    compared = f"{observed} {claim.relation.sign} {expected}"
    found = {
        RAISES: f"nearest to failing: {nearest.error}",
        ROUNDING: f"misses by rounding only: {compared}",
        INCONCLUSIVE: f"nearest to failing, not decided: {compared}, margin {format_number(nearest.margin, 3)}",
    }
    other = f"nearest to failing: {compared}, margin {format_number(nearest.margin, 3)}"
    searched = f"after {nearest.evaluations} settings" if nearest.refuted else f"in {nearest.evaluations} settings"
    if not claim.domain:
        searched = f"in its {nearest.evaluations} settings, there is no domain to search"
    outcome = nearest.status if nearest.refuted else "no counterexample"
    setting = ", ".join(f"{name}={value}" for name, value in nearest.setting.items())
    where = f" at {setting}" if setting else ""
    return f"{claim.id}: {outcome} {searched}; {found.get(nearest.status, other)}{where}"


def sum_up(found: Sequence[Attack]) -> str:
    """Return in one line how many claims are refuted, and the least margin; that of mere rounding says nothing."""
    ends = [one.nearest for one in found if one.nearest]
    margins = [end.margin for end in ends if end.status != ROUNDING and not math.isnan(end.margin)]
    parts = [f"{len(found)} claims, {sum(end.refuted for end in ends)} refuted"]
    parts += [f"closest margin {min(margins):.3g}"] if margins else []
    rounding = sum(end.status == ROUNDING for end in ends)
    parts += [f"{rounding} missed by rounding only"] if rounding else []
    return "; ".join(parts)


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
