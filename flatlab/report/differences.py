"""What differs between the verdicts of two runs."""

from typing import NamedTuple

from flatlab.evidence.relations import HOLDS
from flatlab.evidence.verdict import Report, Verdict

__all__ = ["Difference", "differences"]

COMPARED = ("status", "statement", "source", "origin", "kind", "tolerance", "level", "controls_broken")


class Difference(NamedTuple):
    """What differs for one claim, in words; ``worse`` where a claim that held holds no more.

    >>> verdict = verify_claim("bartlett2023/scaling")
    >>> before, after = (report_of(found, seed=1, budget="quick") for found in ([verdict], []))
    >>> differences(before, after)
    [Difference(id='bartlett2023/scaling', words=('is gone',), worse=False)]
    """

    id: str
    words: tuple[str, ...]
    worse: bool


def differences(old: Report, new: Report) -> list[Difference]:
    """Return what differs between two reports: claims that came and went first, then those that changed.

    Seconds are not compared, and neither are digits: the worst setting is, with what was observed and stated there.
    """
    before, after = ({verdict.id: verdict for verdict in report.claims} for report in (old, new))
    gone = [Difference(name, ("is gone",), False) for name in before if name not in after]
    come = [
        Difference(name, (f"is new: {after[name].status}",), after[name].status != HOLDS)
        for name in after
        if name not in before
    ]
    changed = [_difference(before[name], after[name]) for name in after if name in before]
    return [*gone, *come, *(one for one in changed if one.words)]


def _difference(old: Verdict, new: Verdict) -> Difference:
    words = [
        f"{name.replace('_', ' ')}: {getattr(old, name) or 'none'} -> {getattr(new, name) or 'none'}"
        for name in COMPARED
        if getattr(old, name) != getattr(new, name)
    ]
    if len(old.evidence) != len(new.evidence):
        words.append(f"settings: {len(old.evidence)} -> {len(new.evidence)}")
    if old.worst_cells != new.worst_cells:
        cells = (" ".join(cell for cell in one.worst_cells[:-1]) for one in (old, new))
        words.append(f"nearest to failing: {' -> '.join(cells)}, margin {old.worst_cells[-1]} -> {new.worst_cells[-1]}")
    return Difference(new.id, tuple(words), old.status == HOLDS != new.status)
