"""The tables of the fine-tuning experiment in this paper's README.

``python -m paper_checks.zhang2024.problems.fine_tuning_tables`` writes them again from the stored record.
"""

from pathlib import Path
from typing import Annotated

import typer
import xarray as xr

from flatlab.lab.exits import orderly_exit
from flatlab.report.markdown import table_line, update_between
from flatlab.report.method_comparison import COMMON, EFFECTS, LEVEL, TUNED, effects, summary
from flatlab.storage.records import load

__all__ = ["BEGIN", "END", "TABLES", "comparison_page", "update"]

PAGE = Path(__file__).parents[1] / "README.md"
RECORD = Path(__file__).parents[3] / "figures" / "records" / "fine_tuning.nc"
BEGIN, END = "<!-- comparison:begin -->", "<!-- comparison:end -->"
# tuned SGD stops where its training loss is still high, so curvature is compared at the common step size
TABLES = (("test_accuracy", TUNED), ("test_accuracy", "SAM"), *((name, COMMON) for name in EFFECTS))


def comparison_page(record: xr.Dataset) -> str:
    """Return the tables of the record of ``experiments/fine_tuning.py`` in Markdown: method by task, one for each loss.

    An entry is the mean over the paired seeds and the half-width of its 95 % interval, bold where an interval that
    allows for all entries together keeps clear of 0.
    """
    for name in ("method", "task", "loss", *EFFECTS):
        if name not in record:
            raise ValueError(f"record must be one of the experiment fine_tuning, this one has no {name!r}")
    methods, tasks, losses = (list(record[name].values) for name in ("method", "task", "loss"))
    entries = len(TABLES) * len(losses) * (len(methods) - 1) * (len(tasks) + 1)
    strict = 1 - (1 - LEVEL) / entries
    parts = [
        f"Mean over {record.sizes['replicate']} paired seeds ± half-width of the 95 % interval. Bold: the interval at "
        f"level {100 * strict:.4f} %, which allows for all {entries} entries together, keeps clear of 0. *All*: the "
        "mean over the tasks, seed by seed. In brackets: the pairs left, where a run diverged, a trace was not above 0 "
        "or the paths share no training loss; a dash where fewer than half are left, since what is left is a selection."
    ]
    for name, reference in TABLES:
        heading, decimals = EFFECTS[name]
        found = effects(record, name, reference)
        for i, loss in enumerate(losses):
            lines = [table_line(["", *tasks, "*All*"]), table_line(["---"] + ["---:"] * (len(tasks) + 1))]
            for j, method in enumerate(methods):
                if method != reference:
                    rows = [*found[i, j], found[i, j].mean(axis=0)]
                    lines.append(table_line([method, *(_entry(row, decimals, strict) for row in rows)]))
            parts += [f"**{heading.format(reference)}; {loss} loss**", "\n".join(lines)]
    return "\n\n".join(parts)


def _entry(values, decimals, strict):
    estimate, pairs = summary(values)
    if pairs < max(2, len(values) / 2):
        return "–"
    half = estimate.high - estimate.value
    text = f"{estimate.value:+.{decimals}f} ± {half:.{decimals}f}"
    _, low, high = summary(values, strict)[0]
    text = f"**{text}**" if low > 0 or high < 0 else text
    return text if pairs == len(values) else f"{text} ({pairs})"


def update(
    page: Annotated[Path, typer.Argument(help="The page to update.")] = PAGE,
    record: Annotated[Path, typer.Option(help="Of the experiment fine_tuning.")] = RECORD,
):
    """Put the tables of a record between the marks in a page."""
    with orderly_exit():
        changed = update_between(page, BEGIN, END, comparison_page(load(record)))
    typer.echo(f"{page}: {'updated' if changed else 'up to date'}")


if __name__ == "__main__":
    typer.run(update)
