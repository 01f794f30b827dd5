"""The table of mutants: what became of each, for as long as its function and the deciding claims stay as they are."""

import csv
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from tests.mutation.draw import Mutant, Project, digest, draw
from tests.mutation.equivalent import PROOFS
from tests.mutation.traces import Map, claim_code

KILLED, SURVIVED, OPEN, NOT_RUN, EQUIVALENT = "killed", "survived", "open", "not run", "equivalent"


class Row(NamedTuple):
    """One mutant.

    ``result``: ``killed``, ``survived``, ``open`` (not all claims were judged), ``not run`` (no claim executes the
    function) or ``equivalent`` (proved in ``equivalent.py``). ``by``: the claim that fell, and how. ``judged`` of
    ``claims`` that execute the function were judged, ``moved`` of them on other digits than without the mistake.
    ``id`` holds for the mistake and the code of its function, ``claims_code`` for the claims that decided.
    """

    id: str
    folder: str
    function: str
    line: int
    operator: str
    before: str
    after: str
    result: str
    by: str
    judged: int
    moved: int
    claims: int
    claims_code: str


def row_id(mutant: Mutant) -> str:
    """Return the id of a mutant."""
    return digest(*map(str, mutant.key))


def row_of(mutant: Mutant, result: str, by: str = "", judged: int = 0, moved: int = 0, claims: int = 0, code: str = ""):
    """Return the row of a mutant."""
    at = mutant.mistake
    place = row_id(mutant), mutant.folder, mutant.function.key, at.line, at.operator, _line(at.before), _line(at.after)
    return Row(*place, result, by, judged, moved, claims, code)


def _line(text):
    return " ; ".join(line.strip() for line in text.splitlines())


def code_of(project: Project, known: Map, claims: list[str]) -> str:
    """Return a hash of what the given claims are."""
    homes = {known.claims[claim].home for claim in claims if claim in known.claims}
    return digest(*sorted(claims), *sorted(claim_code(project, home) for home in homes))


def valid(project: Project, known: Map, row: Row) -> bool:
    """Return whether the claims that decided a row are as they were: the one that fell, or all that execute it.

    What is proved equivalent passes whatever the claims are.
    """
    if result_of(row) == EQUIVALENT:
        return True
    if row.result == KILLED:
        deciding = [row.by.partition(": ")[0]]
        return deciding[0] in known.claims and code_of(project, known, deciding) == row.claims_code
    running = known.running(row.function)
    return row.result in (SURVIVED, NOT_RUN) and code_of(project, known, running) == row.claims_code


def read_table(file: Path) -> dict[str, Row]:
    """Return the rows of a table by id."""
    if not file.exists():
        return {}
    with file.open(newline="") as lines:
        rows = [Row(**line) for line in csv.DictReader(lines)]
    numbers = ("line", "judged", "moved", "claims")
    return {row.id: row._replace(**{name: int(getattr(row, name)) for name in numbers}) for row in rows}


def write_table(file: Path, rows: list[Row]) -> None:
    """Write rows in the order of folders, functions and lines."""
    part = file.with_suffix(".part")
    with part.open("w", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(Row._fields)
        writer.writerows(sorted(rows, key=lambda row: (row.folder, row.function, row.line, row.id)))
    part.replace(file)


def standing(project: Project, seed: int, known: Map, rows: dict[str, Row]) -> tuple[list[Row], list[Mutant]]:
    """Return the rows of the present draw that are still valid, and the mutants that have none."""
    kept, waiting = [], []
    for mutant in draw(project, seed):
        row = rows.get(row_id(mutant))
        if row and valid(project, known, row):
            kept.append(row_of(mutant, *row[7:]))  # its line may have moved
        else:
            waiting.append(mutant)
    return kept, waiting


def report(rows: list[Row]) -> str:
    """Return what became of the mutants by folder, then those that are not killed.

    The shares are of what some claim executes, and of all. An open mutant counts as not killed, an equivalent one on
    neither side.
    """
    widths = 7, 9, 5, 8, 11, 8, 7
    lines = [_columns("", ("killed", "survived", "open", "not run", "equivalent", "of run", "of all"), widths)]
    for folder in (*dict.fromkeys(row.folder for row in rows), "all"):
        count = Counter(result_of(row) for row in rows if folder in (row.folder, "all"))
        run = count[KILLED] + count[SURVIVED] + count[OPEN]
        shares = [f"{100 * count[KILLED] / total:.0f} %" if total else "–" for total in (run, run + count[NOT_RUN])]
        cells = count[KILLED], count[SURVIVED], count[OPEN], count[NOT_RUN], count[EQUIVALENT], *shares
        lines.append(_columns(folder, cells, widths))
    for row in rows:
        if result_of(row) in (SURVIVED, OPEN):
            place = f"{row.result}: {row.function}:{row.line} {row.operator}: {row.before} -> {row.after}"
            lines.append(f"{place} ({row.moved} moved of {row.judged} judged of {row.claims})")
    return "\n".join(lines)


def _columns(first, cells, widths):
    return f"{first:12}" + "".join(f" {cell:>{width}}" for cell, width in zip(cells, widths))


def result_of(row: Row) -> str:
    """Return what became of a mutant: equivalent, where it is not killed and that is proved."""
    return EQUIVALENT if row.id in PROOFS and row.result in (SURVIVED, OPEN) else row.result
