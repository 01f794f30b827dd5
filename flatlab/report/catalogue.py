"""What there is: claims, experiments, figures, methods and objectives, as rows of a table with a header."""

import ast
import inspect
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from flatlab.base import checks
from flatlab.base.formulas import readable
from flatlab.evidence.claim import Claim
from flatlab.evidence.levels import evidence_level
from flatlab.evidence.nearest import FEWEST_OF_AN_ATTACK
from flatlab.lab.figures import tree_of
from flatlab.storage.records import seconds_of

KINDS = ("claims", "experiments", "figures", "methods", "objectives")
Rows = list[tuple[str, ...]]


def claims_table(
    claims: Iterable[Claim], words: str | None = None, unsearched: bool = False, **wanted: str | None
) -> Rows:
    """Return id, kind, origin, level, settings searched and title of claims that have what is wanted.

    That is their paper, kind, origin or level. With ``words``, of those only whose id, title, statement or note
    contains them, in capitals or not; with ``unsearched`` of those that lack a search of 300 settings as they stand.
    """
    rows = []
    for claim in claims:
        level, searched = evidence_level(claim)
        row = {"paper": claim.paper, "kind": claim.kind, "origin": claim.origin, "level": level, "id": claim.id}
        texts = {"title": claim.title, "text": readable(f"{claim.statement} {claim.note}")}
        rows.append({**row, "searched": str(searched), **texts})
    if wanted.get("paper") is not None:
        checks.one_of("paper", wanted["paper"], list(dict.fromkeys(row["paper"] for row in rows)))
    shown = [row for row in rows if all(value in (None, row[name]) for name, value in wanted.items())]
    shown = [row for row in shown if not unsearched or int(row["searched"]) < FEWEST_OF_AN_ATTACK]
    if words is not None:
        searched = [" ".join((row["id"], row["title"], row["text"])).lower() for row in shown]
        shown = [row for row, text in zip(shown, searched) if words.lower() in text]
    columns = ("id", "kind", "origin", "level", "searched", "title")
    return [columns, *(tuple(row[column] for column in columns) for row in shown)]


def experiments_table(folder: Path, records: Path) -> Rows:
    """Return name, seconds and question of the experiments of a folder; the seconds are those of its stored record."""
    rows: Rows = [("experiment", "seconds", "question")]
    for file in sorted(folder.glob("*.py")):
        seconds = seconds_of(records / f"{file.stem}.nc")
        question = _first_sentence(ast.get_docstring(tree_of(file)))
        rows.append((file.stem, "–" if seconds is None else f"{seconds:.0f}", question))
    return rows


def figures_table(declared: Mapping[str, Mapping[str, Any]]) -> Rows:
    """Return name, record and claims of figure scripts, as :func:`flatlab.lab.figures.declarations` gives them."""
    rows = [(name, one["RECORD"], ", ".join(one["SHOWS"]) or "none, it explores") for name, one in declared.items()]
    return [("figure", "record", "claims"), *rows]


def classes_table(package: ModuleType) -> Rows:
    """Return each class of a package as it is called, and the first sentence of its docstring."""
    found = [vars(package)[name] for name in package.__all__]
    rows = [(_call(thing), _first_sentence(inspect.getdoc(thing))) for thing in found if hasattr(thing, "_fields")]
    return [("class", "meaning"), *sorted(rows)]


def lines(rows: Rows) -> list[str]:
    """Return rows as aligned lines."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]


def _call(cls):
    defaults = cls._field_defaults
    return f"{cls.__name__}({', '.join(f'{n}={defaults[n]!r}' if n in defaults else n for n in cls._fields)})"


def _first_sentence(text):
    return " ".join((text or "").split("\n\n")[0].split())
