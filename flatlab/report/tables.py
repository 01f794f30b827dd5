"""Verdicts as a table for a paper or a page: LaTeX or Markdown."""

import re
from collections.abc import Iterable

from flatlab.evidence.verdict import Verdict
from flatlab.report.markdown import table_head, table_line

__all__ = ["latex_table", "markdown_table"]

COLUMNS = ("claim", "observed", "", "stated", "tolerance", "settings", "level", "verdict")
SIGNS = {"≤": r"$\le$", "≥": r"$\ge$", "≈": r"$\approx$", "=": "$=$", "∈": r"$\in$", "∼": r"$\sim$"}
PLAIN = {"–": "--", "−": "$-$", "×": r"$\times$", "‖": r"$\Vert$", "‹": "<", "›": ">"}
SPECIAL = re.compile(r"(\$[^$]+\$)|([&%#_{}])|([~^\\])")
EXPONENT = re.compile(r"(-?[\d.]+)e([+-])0*(\d+)")


def markdown_table(verdicts: Iterable[Verdict]) -> str:
    """Return verdicts as a Markdown table, a row each."""
    return "\n".join([*table_head(COLUMNS), *(table_line(_cells(verdict)) for verdict in verdicts)]) + "\n"


def latex_table(verdicts: Iterable[Verdict]) -> str:
    """Return verdicts as a LaTeX ``tabular`` with the rules of booktabs, a row each: needs that package alone."""
    rows = [" & ".join(_latex(cell) for cell in _cells(verdict)) + r" \\" for verdict in verdicts]
    head = " & ".join(COLUMNS) + r" \\"
    parts = [r"\begin{tabular}{lrclllll}", r"\toprule", head, r"\midrule", *rows, r"\bottomrule", r"\end{tabular}"]
    return "\n".join(parts) + "\n"


def _cells(verdict):
    observed, relation, expected, _ = verdict.worst_cells
    counts = str(len(verdict.evidence)), verdict.level, verdict.status
    return verdict.title, observed, relation, expected, verdict.tolerance or "–", *counts


def _escaped(found):
    formula, sign, other = found.groups()
    return formula or (f"\\{sign}" if sign else f"\\symbol{{{ord(other)}}}")


def _latex(cell):
    if cell in SIGNS:
        return SIGNS[cell]
    cell = SPECIAL.sub(
        lambda found: found[1] or (f"\\{found[2]}" if found[2] else f"\\symbol{{{ord(found[3])}}}"), cell
    )
    cell = EXPONENT.sub(lambda found: rf"${found[1]}\cdot10^{{{found[2].strip('+')}{found[3]}}}$", cell)
    return "".join(PLAIN.get(letter, letter) for letter in cell)
