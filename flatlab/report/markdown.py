"""Verdicts as a page in Markdown, and texts between marks in a page."""

from collections.abc import Iterable
from pathlib import Path

from flatlab.base.files import write_whole
from flatlab.base.plain_data import format_number, json_text
from flatlab.evidence.outcomes import Evidence
from flatlab.evidence.verdict import Report, Verdict, tally


def table_line(cells: Iterable[str]) -> str:
    """Return one row of a Markdown table."""
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def table_head(columns: Iterable[str]) -> list[str]:
    """Return the two lines that a Markdown table begins with."""
    columns = list(columns)
    return [table_line(columns), table_line(["---"] * len(columns))]


def update_between(path: Path | str, begin: str, end: str, text: str) -> bool:
    """Put a text between two marks in a page, and return whether the file changed."""
    path = Path(path)
    try:
        before = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"path must be an existing page, found none at {str(path)!r}") from error
    head, first, rest = before.partition(begin)
    _, last, tail = rest.partition(end)
    if not first or not last:
        raise ValueError(f"path must hold the line {begin} and after it the line {end}, {str(path)!r} does not")
    return write_changed(path, before, f"{head}{begin}\n{text}\n{end}{tail}")


def write_changed(path: Path, before: str, after: str) -> bool:
    """Write a page that differs from what it was, and return whether it does."""
    if after != before:
        write_whole(path, after)
    return after != before


def markdown_page(report: Report) -> str:
    """Return the whole report: the table, then each claim with its statement, evidence and controls."""
    machine = ", ".join(f"{name} {value}" for name, value in report.environment.items() if value is not None)
    columns = ("Claim", "Verdict", "Level", "Observed", "", "Stated", "Tolerance", "Margin", "Settings", "Controls")
    columns += ("Gradients", "Seconds")
    lines = table_head(columns)
    for verdict in report.claims:
        *compared, margin = verdict.worst_cells
        counts = (len(verdict.evidence), verdict.controls_broken, verdict.gradient_evaluations)
        seconds = format_number(verdict.seconds, 3)
        cells = (f"`{verdict.id}`", verdict.status, verdict.level, *compared, verdict.tolerance, margin)
        lines.append(table_line([*cells, *map(str, counts), seconds]))
    parts = [
        "# Verdicts",
        f"{tally(report.claims)}. Budget {report.budget}, seed {report.seed}.",
        f"Computed with {machine}.",
        "\n".join(lines),
        *map(_section, report.claims),
    ]
    return "\n\n".join(parts) + "\n"


def _level(verdict: Verdict) -> str:
    """Return the level in words: how many settings a search has judged, where it is no attack yet."""
    if verdict.level != "measured" or not verdict.searched:
        return verdict.level
    return f"{verdict.level}, {verdict.searched} settings searched"


def certificate_words(certificate: dict) -> str:
    """Return what a verdict's certificate proves and leaves to measurement, and at what cost."""
    count = f"{certificate['boxes']} boxes, {certificate['precision']} bits" if certificate["boxes"] else "by algebra"
    return f"{certificate['words']} ({count}, {format_number(float(certificate['seconds']), 3)} s)"


def recorded_words(verdict: Verdict) -> str:
    """Return what the setting is that the searches of a claim have recorded."""
    which = f"of {verdict.searched} settings" if verdict.searched else "of an earlier version"
    return f"nearest setting that a search {which} has recorded"


def _place(item: Evidence) -> str:
    return f", at `{json_text(item.setting)}`" if item.setting else ""


def _section(verdict: Verdict) -> str:
    lines = [
        f"## {verdict.title}",
        "",
        f"`{verdict.id}`, {verdict.kind}, {verdict.origin}: **{verdict.status}**, {_level(verdict)}",
        "",
        verdict.statement,
        "",
        f"- Source: {verdict.source}",
    ]
    lines += [f"- Note: {verdict.note}"] if verdict.note else []
    lines += [f"- Certificate: {certificate_words(verdict.certificate)}"] if verdict.certificate else []
    if verdict.worst:
        margin = format_number(verdict.margin, 3)
        lines.append(f"- Nearest to failing: {verdict.worst.words}, margin {margin}{_place(verdict.worst)}")
    if verdict.nearest:
        lines.append(f"- {recorded_words(verdict).capitalize()}: `{json_text(verdict.nearest)}`")
    if verdict.tightest == verdict.tightest:  # not nan
        ratios = format_number(verdict.tightest), format_number(verdict.typical)
        lines.append(f"- Observed/bound comes nearest to 1 at {ratios[0]}; its median is {ratios[1]}")
    lines += [f"- Tolerance: {verdict.tolerance}"] if verdict.tolerance else []
    for control in verdict.controls:
        why = f". {control.why}" if control.why else ""
        lines.append(f"- Control, {'broke' if control.broke else '**did not break**'}: {control.name}{why}")
        if control.evidence:
            decisive = control.evidence[control.at]
            lines.append(f"  {decisive.words} {control.outcome}{_place(decisive)}")
    lines += [f"- Look here: {sentence}" for sentence in verdict.shortcomings]
    return "\n".join(lines)
