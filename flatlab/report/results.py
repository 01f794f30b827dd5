"""The pages of results: a table for each paper, each row as its claim was last judged, and one page that counts."""

import math
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from flatlab.base.files import text_of
from flatlab.base.plain_data import format_number
from flatlab.evidence.claim import Claim
from flatlab.evidence.relations import FAILS, HOLDS
from flatlab.evidence.verdict import Report, Verdict, tally_words
from flatlab.report.markdown import table_head, table_line, write_changed

COLUMNS = (
    *("Claim", "Kind", "Origin", "Level", "Verdict", "Observed", "", "Stated"),
    *("Tolerance", "Margin", "Settings", "Controls"),
)
COUNTED = ("status", "origin", "level")
PLURAL = {HOLDS: "hold", FAILS: "fail"}
PROOFS = "../../paper_checks/{}/README.md"
ROW = re.compile(
    r"\| .*<br>`(?P<id>[^`]+)` \| [\w ]+ \| (?P<origin>\w+) \| (?P<level>partly proved|\w+)[^|]*"
    r"\| \*\*(?P<status>\w+).*\| (?P<broke>\d+)/(?P<controls>\d+) \|"
)
SUMMARY = """# Results

{tally}.

{table}

A row is written when its claim is judged: `flatlab verify CLAIM…` and then `flatlab results` change the rows
of these claims only.

*Observed* and *stated* are those of the setting nearest to failing. *Margin*: 1 is as far from failing as can be, 0 is
the edge, below 0 has failed. *Tolerance* is what the comparison allows; of a bound, *ratio* is the observed number over
the stated one where that is nearest to 1, and in the median. *Settings* counts what the claim was judged on,
*controls* how many of its controls broke. *Level*: `measured` on drawn settings, or `attacked` by a search of the given
number of settings for one that fails; fewer than 300 are no attack and stay `measured`; `proved` by a
[certificate](certificates.md), or `partly proved` where something of the statement stays measured.
*Origin*: `quoted` restates the paper's own words or numbers, `derived` is proved in the README of the paper's package,
`reconstructed` is the one choice that reproduces several quoted numbers, `measured` was observed here and is neither
stated nor proved. [Concepts](concepts.md) explains these words.
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
            _tolerance(verdict),
            verdict.worst_cells[-1],
            str(len(verdict.evidence)),
            verdict.controls_broken,
        ]
    )


def _tolerance(verdict):
    """Return what the comparison allows, and how near to 1 the ratio of a bound comes, and is in the median."""
    parts = [verdict.tolerance] if verdict.tolerance else []
    if not math.isnan(verdict.tightest):
        parts.append(f"ratio {format_number(verdict.tightest, 3)}, median {format_number(verdict.typical, 3)}")
    return "; ".join(parts) or "–"


def rows_of_page(text: str) -> dict[str, str]:
    """Return the rows of a page of results by the claim's id."""
    return {found["id"]: line for line in text.splitlines() if (found := ROW.fullmatch(line))}


def summary_page(rows: Mapping[str, str]) -> str:
    """Return the page that counts the claims of every paper, and explains the columns."""
    found = {name: match for name, row in rows.items() if (match := ROW.fullmatch(row))}
    papers = {paper: [found[name] for name in found if _paper(name) == paper] for paper in map(_paper, found)}
    columns = ("Paper", "Claims", "Verdicts", "Origins", "Levels")
    lines = [
        table_line([f"[{paper}](results/{paper}.md)", str(len(some)), *(_counts(some, c) for c in COUNTED)])
        for paper, some in papers.items()
    ]
    broke = [k < int(row["broke"]) for row in found.values() for k in range(int(row["controls"]))]
    tally = tally_words([row["status"] for row in found.values()], broke)
    return SUMMARY.format(tally=tally, table="\n".join([*table_head(columns), *lines]))


def paper_page(paper: str, rows: Mapping[str, str]) -> str:
    """Return the page of one paper's rows, in their order."""
    words = f"What the columns mean: [results](../results.md). Proofs: [paper_checks/{paper}]({PROOFS.format(paper)})."
    lines = [*table_head(COLUMNS), *(line for name, line in rows.items() if _paper(name) == paper)]
    return "\n\n".join([f"# Results: {paper}", words, "\n".join(lines)]) + "\n"


def kept_rows(folder: Path | str) -> dict[str, str]:
    """Return the rows of all pages below a folder ``docs``, by the claim's id."""
    pages = sorted((Path(folder) / "results").glob("*.md"))
    return {name: row for page in pages for name, row in rows_of_page(text_of(page, "page of results")).items()}


def update_results(folder: Path | str, report: Report, claims: Mapping[str, Claim]) -> bool:
    """Write the rows of the claims that a report judges into the pages below a folder; return whether one changed.

    Parameters
    ----------
    folder : path
        Holds ``results.md``, which counts, and ``results/PAPER.md``, a table each; what does not exist is made.
    report : Report
    claims : dict of str to Claim
        Those that may have a row, in the order of the pages. Rows of other claims are dropped; those of claims that the
        report does not judge stay as they are.
    """
    folder = Path(folder)
    known = kept_rows(folder) | {verdict.id: result_row(verdict) for verdict in report.claims}
    rows = {name: known[name] for name in claims if name in known}
    pages = {paper: paper_page(paper, rows) for paper in dict.fromkeys(map(_paper, rows))}
    texts = {folder / "results.md": summary_page(rows)} | {
        folder / "results" / f"{paper}.md": text for paper, text in pages.items()
    }
    gone = [page for page in sorted((folder / "results").glob("*.md")) if page.stem not in pages]
    for page in gone:
        page.unlink()
    changed = [page for page, text in texts.items() if write_changed(page, _text(page), text)]
    return bool(changed or gone)


def counts(rows: Mapping[str, str]) -> str:
    """Return one sentence that counts claims by verdict, origin and level, for a page that links to the tables."""
    found = [match for row in rows.values() if (match := ROW.fullmatch(row))]
    status, origin, level = (_counts(found, column) for column in COUNTED)
    return f"[{len(found)} claims](docs/results.md): {status}. By origin: {origin}. By level: {level}."


def _text(page):
    return text_of(page, "page of results")


def _paper(name):
    return name.partition("/")[0]


def _counts(rows, column):
    counted = Counter(row[column] for row in rows).most_common()
    return ", ".join(f"{count} {PLURAL.get(word, word) if count > 1 else word}" for word, count in counted)
