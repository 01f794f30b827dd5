"""Verdicts as pages: the report in Markdown, and the table in a README."""

from pathlib import Path

from flatlab.base.files import write_whole
from flatlab.base.plain_data import json_text, short
from flatlab.evidence.verdict import controls_broken, shortcomings, status_words, tally_words, worst_evidence

BEGIN, END = "<!-- verdicts:begin -->", "<!-- verdicts:end -->"
README_COLUMNS = ("Claim", "Kind", "Origin", "Verdict", "Observed", "", "Stated", "Margin", "Controls")


def readme_table(verdicts):
    """Return the table of verdicts for a README.

    It holds nothing that differs between two runs with one seed: no times, and numbers in few digits.

    Parameters
    ----------
    verdicts : dict
        The content of ``verdicts.json``.

    Returns
    -------
    str
        Markdown, a table for each paper under a sentence that counts.
    """
    rows = verdicts["claims"]
    parts = [f"{tally_words(rows)} (budget {verdicts['budget']}, seed {verdicts['seed']})."]
    for paper in dict.fromkeys(row["paper"] for row in rows):
        lines = [table_line(README_COLUMNS), table_line(["---"] * len(README_COLUMNS))]
        lines += [table_line(_readme_cells(row)) for row in rows if row["paper"] == paper]
        parts += [f"**{paper}**", "\n".join(lines)]
    return "\n\n".join(parts)


def update_readme(path, verdicts):
    """Put the table of verdicts between the two marks in a README.

    Parameters
    ----------
    path : path
        A file that holds ``<!-- verdicts:begin -->`` and, after it, ``<!-- verdicts:end -->``.
    verdicts : dict
        The content of ``verdicts.json``.

    Returns
    -------
    bool
        Whether the file changed.

    Raises
    ------
    ValueError
        If the file is missing, has no marks, or cannot be replaced.
    """
    return update_between(path, BEGIN, END, readme_table(verdicts))


def update_between(path, begin, end, text):
    """Put a text between two marks in a page.

    Parameters
    ----------
    path : path
        A file that holds both marks, in this order.
    begin, end : str
    text : str

    Returns
    -------
    bool
        Whether the file changed.

    Raises
    ------
    ValueError
        If the file is missing, has no marks, or cannot be replaced.
    """
    path = Path(path)
    try:
        before = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"path must be an existing page, found none at {str(path)!r}") from error
    head, first, rest = before.partition(begin)
    _, last, tail = rest.partition(end)
    if not first or not last:
        raise ValueError(f"path must hold the line {begin} and after it the line {end}, {str(path)!r} does not")
    after = f"{head}{begin}\n{text}\n{end}{tail}"
    if after == before:
        return False
    write_whole(path, after)
    return True


def table_line(cells):
    """Return one row of a Markdown table.

    Parameters
    ----------
    cells : iterable of str

    Returns
    -------
    str
    """
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def markdown_page(verdicts):
    """Return the whole report: the table, then each claim with its statement, evidence and controls.

    Parameters
    ----------
    verdicts : dict
        The content of ``verdicts.json``.

    Returns
    -------
    str
        Markdown.
    """
    rows = verdicts["claims"]
    machine = ", ".join(f"{name} {value}" for name, value in verdicts["environment"].items() if value is not None)
    columns = ("Claim", "Verdict", "Observed", "", "Stated", "Margin", "Settings", "Controls", "Gradients", "Seconds")
    lines = [table_line(columns), table_line(["---"] * len(columns))]
    for row in rows:
        numbers = (row["settings"], controls_broken(row), row["gradient_evaluations"], short(row["seconds"], 3))
        lines.append(table_line([f"`{row['id']}`", status_words(row), *comparison(row), *map(str, numbers)]))
    parts = [
        "# Verdicts",
        f"{tally_words(rows)}. Budget {verdicts['budget']}, seed {verdicts['seed']}.",
        f"Computed with {machine}.",
        "\n".join(lines),
        *(_section(row) for row in rows),
    ]
    return "\n\n".join(parts) + "\n"


def comparison(row):
    """Return the evidence nearest to failing as four short texts.

    Parameters
    ----------
    row : dict

    Returns
    -------
    tuple of str
        Observed, relation, expected, margin; dashes where there is no evidence.
    """
    worst = worst_evidence(row)
    if worst is None:
        return "–", "–", "–", "–"
    return short(worst["observed"]), worst["relation"], short(worst["expected"]), short(worst["margin"], 3)


def _readme_cells(row):
    title = f"{row['title']}<br>`{row['id'].partition('/')[2]}`"
    return [title, row["kind"], row["origin"], f"**{status_words(row)}**", *comparison(row), controls_broken(row)]


def _section(row):
    lines = [
        f"## {row['title']}",
        "",
        f"`{row['id']}`, {row['kind']}, {row['origin']}: **{status_words(row)}**",
        "",
        row["statement"],
        "",
        f"- Source: {row['source']}",
    ]
    lines += [f"- Note: {row['note']}"] if row.get("note") else []
    worst = worst_evidence(row)
    if worst:
        observed, relation, expected, margin = comparison(row)
        lines.append(f"- Nearest to failing: {observed} {relation} {expected}, margin {margin}, at")
        lines.append(f"  `{json_text(worst['setting'])}`")
    if row.get("tightest") is not None:
        lines.append(f"- Observed/bound comes nearest to 1 at {short(row['tightest'])}")
    for control in row["controls"]:
        lines.append(f"- Control, {'broke' if control['broke'] else '**did not break**'}: {_whole_control(control)}")
    lines += [f"- Look here: {sentence}" for sentence in shortcomings(row)]
    return "\n".join(lines)


def _whole_control(control):
    return f"{control['name']}. {control['why']}" if control.get("why") else control["name"]
