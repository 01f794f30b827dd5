"""The files that verdicts are written to: ``verdicts.json``, ``.csv`` and ``.md``."""

import csv
import io
import json
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from flatlab.base import checks
from flatlab.base.files import write_whole
from flatlab.base.plain_data import json_text
from flatlab.evidence.verdict import Report, Verdict, verdict_of_record
from flatlab.report.markdown import markdown_page
from flatlab.storage.environment import environment

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
    content = report._asdict() | {"claims": [verdict.record() for verdict in report.claims]}
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
    try:
        there = read_report(Path(output) / "verdicts.json")
    except ValueError:
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
    wanted = "verdicts must be a file written by `flatlab verify`"
    try:
        content = json.loads(checks.path("verdicts", path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{wanted}, found none at {str(path)!r}") from error
    except (json.JSONDecodeError, UnicodeError) as error:
        raise ValueError(f"{wanted}, {str(path)!r} is no JSON") from error
    missing = [key for key in Report._fields if not isinstance(content, dict) or key not in content]
    if missing:
        raise ValueError(f"{wanted}, {str(path)!r} has no {missing[0]!r}")
    try:
        claims = tuple(verdict_of_record(record) for record in content["claims"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"{wanted}, a claim in {str(path)!r} is none: {error}") from error
    return Report(content["version"], content["seed"], content["budget"], content["environment"], claims)


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
