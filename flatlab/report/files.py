"""The files that verdicts are written to: ``verdicts.json``, ``.csv`` and ``.md``."""

import csv
import io
import os
import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from flatlab.base import checks
from flatlab.base.documents import sealed, unsealed
from flatlab.base.files import content_of, write_whole
from flatlab.base.plain_data import json_text
from flatlab.evidence.verdict import Report, Verdict, verdict_of_record
from flatlab.report.markdown import markdown_page
from flatlab.storage.environment import environment

WANTED = "verdicts must be a file written by `flatlab verify`"
COLUMNS: tuple[str, ...] = (
    "id",
    "status",
    "kind",
    "origin",
    "source",
    "observed",
    "relation",
    "expected",
    "low",
    "high",
    "margin",
    "setting",
    "tolerance",
    "level",
    "searched",
    "tightest",
    "typical",
    "vacuous",
    "settings",
    "controls",
    "controls_broken",
    "control_evidence",
    "gradient_evaluations",
    "seconds",
    "error",
)


def report_of(verdicts: Iterable[Verdict], *, seed: int, budget: str) -> Report:
    """Return verdicts with the seed and the budget of their run and the environment of this process."""
    return Report(version("flatlab"), seed, budget, environment(), tuple(verdicts))


def write_report(folder: Path | str, report: Report) -> list[Path]:
    """Write ``verdicts.json``, ``verdicts.csv`` and ``verdicts.md``, each whole, and return their paths."""
    content = sealed(report._asdict() | {"claims": [verdict.record() for verdict in report.claims]})
    texts = {
        "json": json_text(content, indent=1) + "\n",
        "csv": csv_text(report.claims),
        "md": markdown_page(report),
    }
    return [write_whole(Path(folder) / f"verdicts.{suffix}", text) for suffix, text in texts.items()]


def folder_of(output: Path | str, report: Report) -> Path:
    """Return where the files of a report go: ``output``, or ``partial`` in it where a fuller run has written there.

    A run is fuller if it judged these claims and others, or used the full budget where this one uses the quick one.
    """
    if not os.path.lexists(Path(output) / "verdicts.json"):
        return Path(output)
    try:
        there = read_report(Path(output) / "verdicts.json")
    except ValueError as error:
        print(f"flatlab: {error}; it is replaced", file=sys.stderr)
        return Path(output)
    more = {verdict.id for verdict in there.claims} > {verdict.id for verdict in report.claims}
    return Path(output) / "partial" if more or (there.budget, report.budget) == ("full", "quick") else Path(output)


def newest_report(output: Path | str) -> Path:
    """Return the ``verdicts.json`` of the last run that wrote to ``output``, fuller or partial."""
    files = [Path(output) / "verdicts.json", Path(output) / "partial" / "verdicts.json"]
    return max(files, key=lambda file: file.stat().st_mtime if file.is_file() else 0.0)


def read_report(path: Path | str) -> Report:
    """Read a ``verdicts.json``; refuse a file that ``flatlab verify`` did not write.

    >>> report = read_verdicts("results/verdicts.json")  # doctest: +SKIP
    """
    path = checks.path("verdicts", path)
    content = content_of(path, "verdicts")
    if content is None:
        raise ValueError(f"{WANTED}, found none at {str(path)!r}")
    document = unsealed(content, f"{WANTED}, {str(path)!r}")
    try:
        claims = tuple(verdict_of_record(record) for record in document["claims"])
        return Report(document["version"], document["seed"], document["budget"], document["environment"], claims)
    except (KeyError, TypeError) as error:
        raise ValueError(f"{WANTED} of this version, {str(path)!r} is of another: {error}") from error


def csv_text(verdicts: Iterable[Verdict]) -> str:
    """Return verdicts as comma-separated text, one line a claim, with the evidence nearest to failing."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for verdict in verdicts:
        record = verdict.record()
        worst = {name: getattr(verdict.worst, name) for name in ("observed", "relation", "expected") if verdict.worst}
        if verdict.worst:
            worst["setting"] = json_text(verdict.worst.setting)
            worst |= dict(zip(("low", "high"), verdict.worst.interval or ()))
        broken = sum(control.broke for control in verdict.controls)
        found = "; ".join(f"{control.name}: {control.words}" for control in verdict.controls)
        counts = {"controls": len(verdict.controls), "controls_broken": broken, "control_evidence": found}
        given = {name: "nan" if record[name] is None else record[name] for name in COLUMNS if name in record}
        writer.writerow({**given, **worst, **counts})
    return text.getvalue()
