"""The page of results: a table for each paper, each row as its claim was last judged."""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from flatlab.evidence.claim import Claim
from flatlab.evidence.verdict import Report, Verdict, tally_words
from flatlab.report.markdown import table_head, table_line, write_changed

COLUMNS = (
    *("Claim", "Kind", "Origin", "Level", "Verdict", "Observed", "", "Stated"),
    *("Tolerance", "Margin", "Settings", "Controls"),
)
ROW = re.compile(
    r"\| .*<br>`(?P<id>[^`]+)` \| [\w ]+ \| (?P<origin>\w+) \| (?P<level>\w+)[^|]*"
    r"\| \*\*(?P<status>\w+).*\| (?P<broke>\d+)/(?P<controls>\d+) \|"
)
INTRODUCTION = """# Results

{tally}. By origin: {origins}. By level: {levels}.

A row is written when its claim is judged: `flatlab verify CLAIM…` and then `flatlab results` change the rows
of these claims only.

*Observed* and *stated* are those of the setting nearest to failing. *Margin*: 1 is as far from failing as can be, 0 is
the edge, below 0 has failed. *Tolerance* is what the comparison allows. *Settings* counts what the claim was judged on,
*controls* how many of its controls broke. *Level*: `measured` on drawn settings, or `attacked` by a search of the given
number of settings for one that fails; fewer than 300 are no attack and stay `measured`.
*Origin*: `quoted` restates the paper's own words or numbers, `derived` is proved in the README of the paper's package,
`reconstructed` is the one choice that reproduces several quoted numbers, `measured` was observed here and is neither
stated nor proved.
"""


def result_row(verdict: Verdict) -> str:
    """Return the row of a verdict: nothing in it differs between two runs with one seed."""
    return table_line(
        [
            f"{verdict.title}<br>`{verdict.id}`",
            verdict.kind,
            verdict.origin,
            f"{verdict.level} ({verdict.searched})" if verdict.searched else verdict.level,
            f"**{verdict.status}**",
            *verdict.worst_cells[:-1],
            verdict.tolerance or "–",
            verdict.worst_cells[-1],
            str(len(verdict.evidence)),
            verdict.controls_broken,
        ]
    )


def rows_of_page(text: str) -> dict[str, str]:
    """Return the rows of a page of results by the claim's id."""
    return {found["id"]: line for line in text.splitlines() if (found := ROW.fullmatch(line))}


def results_page(rows: Mapping[str, str]) -> str:
    """Return the page that holds rows, by paper, in their order."""
    found = [match for match in map(ROW.fullmatch, rows.values()) if match]
    broke = [k < int(row["broke"]) for row in found for k in range(int(row["controls"]))]
    tally = tally_words([row["status"] for row in found], broke)
    parts = [INTRODUCTION.format(tally=tally, origins=_counts(found, "origin"), levels=_counts(found, "level"))]
    for paper in dict.fromkeys(name.partition("/")[0] for name in rows):
        lines = [line for name, line in rows.items() if name.partition("/")[0] == paper]
        parts += [f"## {paper}\n", "\n".join([*table_head(COLUMNS), *lines]) + "\n"]
    return "\n".join(parts)


def update_results(path: Path | str, report: Report, claims: Mapping[str, Claim]) -> bool:
    """Write the rows of the claims that a report judges into a page, and return whether the page changed.

    Parameters
    ----------
    path : path
        The page; one that does not exist is made.
    report : Report
    claims : dict of str to Claim
        Those that a page may have a row for, in its order. Rows of other claims are dropped; those of claims that the
        report does not judge stay as they are.
    """
    path = Path(path)
    try:
        before = path.read_text(encoding="utf-8") if path.exists() else ""
    except OSError as error:
        raise ValueError(f"path must be a page that can be read, got {str(path)!r}") from error
    known = rows_of_page(before) | {verdict.id: result_row(verdict) for verdict in report.claims}
    return write_changed(path, before, results_page({name: known[name] for name in claims if name in known}))


def _counts(rows, column):
    return ", ".join(f"{count} {word}" for word, count in Counter(row[column] for row in rows).most_common())
