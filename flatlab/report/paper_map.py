"""The table of a paper's README: statement of the paper, heading, claims, figures and experiments."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from flatlab.evidence.claim import Claim
from flatlab.report.markdown import table_head, table_line, update_between

__all__ = ["BEGIN", "END", "map_table", "update_map"]

BEGIN, END = "<!-- map:begin -->", "<!-- map:end -->"
COLUMNS = ("the paper's statement", "heading", "claims", "figures", "experiments")


def map_table(
    text: str, claims: Iterable[Claim], figures: Mapping[str, Mapping[str, Any]], theorems: Mapping[str, str]
) -> str:
    """Return the table of a README, a row for each heading that claims name as their source.

    text : the README
    figures : what the figure scripts bind, by name
    theorems : heading to what the paper states there; what has none is ours
    """
    by_heading = {}
    for claim in claims:
        for heading in (claim.source,) if isinstance(claim.source, str) else claim.source:
            by_heading.setdefault(heading, []).append(claim.id)
    lines = table_head(COLUMNS)
    for heading in re.findall(r"^#+ (.+?)\s*$", text, re.MULTILINE):
        ids = by_heading.get(heading, [])
        shown = {name: bound for name, bound in figures.items() if set(bound["SHOWS"]) & set(ids)}
        cells = [theorems.get(heading, "ours"), f"[{heading}](#{_anchor(heading)})"]
        cells.append(", ".join(f"`{name.partition('/')[2]}`" for name in ids))
        cells.append(", ".join(f"[{name}](../../figures/gallery/{name}.png)" for name in shown))
        experiments = dict.fromkeys(bound["RECORD"] for bound in shown.values() if "COMMAND" not in bound)
        cells.append(", ".join(f"[{name}](../../experiments/{name}.py)" for name in experiments))
        lines += [table_line(cells)] if ids else []
    return "\n".join(lines)


def update_map(
    readme: Path, claims: Iterable[Claim], figures: Mapping[str, Mapping[str, Any]], theorems: Mapping[str, str]
) -> bool:
    """Write the table into a README that has its marks, and return whether the page changed."""
    text = readme.read_text(encoding="utf-8")
    if BEGIN not in text:
        return False
    return update_between(readme, BEGIN, END, map_table(text, claims, figures, theorems))


def _anchor(heading):
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
