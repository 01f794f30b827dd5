"""The page of the fine-tuning experiment, one table for each loss.

``python -m paper_checks.zhang2024.problems.fine_tuning_tables`` writes it again from the stored record.
"""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
import xarray as xr

from flatlab.lab.exits import orderly_exit
from flatlab.learning.tasks import TASKS
from flatlab.report.markdown import table_line, write_changed
from flatlab.report.method_comparison import COMMON, LEVEL, TUNED, effects, summary
from flatlab.storage.records import load

__all__ = ["comparison_page", "guess", "update"]

PAGE = Path(__file__).parents[1] / "FINE_TUNING.md"
RECORD = Path(__file__).parents[3] / "figures" / "records" / "fine_tuning.nc"
FAR = 2  # times the distance of SGD at the common step
NEEDED = ("method", "task", "loss", "test_accuracy", "test_loss", "distance")


def guess(task: str, loss: str) -> float:
    """Return the loss of a blind guess: (1 - 1/C)/2 for squared loss, log C for cross-entropy."""
    first, _, last = TASKS[task][1].split()[-1].partition("-")
    classes = int(last) - int(first) + 1 if last else 2
    return (1 - 1 / classes) / 2 if loss == "squared" else float(np.log(classes))


def comparison_page(record: xr.Dataset) -> str:
    """Return the page of a record of ``experiments/fine_tuning.py``: method by task, a table for each loss."""
    for name in NEEDED:
        if name not in record:
            raise ValueError(f"record must be one of the experiment fine_tuning, this one has no {name!r}")
    methods, tasks, losses = (list(record[name].values) for name in ("method", "task", "loss"))
    strict = 1 - (1 - LEVEL) / (len(losses) * (len(methods) - 1) * (len(tasks) + 1))
    parts = [
        "# Fine-tuning, method by method",
        "Written by `python -m paper_checks.zhang2024.problems.fine_tuning_tables` from the stored record of "
        "`experiments/fine_tuning.py`; the protocol stands in the [README](README.md#fine-tuning-method-by-method).",
        f"An entry is the gain in test accuracy over SGD at its own best step size, in percentage points (mean over "
        f"{record.sizes['replicate']} paired seeds ± half-width of the 95 % interval), then the median test loss and "
        f"the median distance from the pre-trained start. Bold: the interval at level {100 * strict:.3f} %, which "
        "allows for all entries, keeps clear of 0. *Destroyed*: the median test loss is above that of a blind guess, "
        f"and the distance above {FAR} times that of SGD at the common step, so nothing of the pre-trained network is "
        "left to compare. *All*: the mean over the tasks, seed by seed; a dash where one is destroyed.",
    ]
    gains = effects(record, "test_accuracy", TUNED)
    for i, loss in enumerate(losses):
        lines = [table_line(["", *tasks, "*All*"]), table_line(["---"] + ["---:"] * (len(tasks) + 1))]
        for j, method in enumerate(methods):
            if method != TUNED:
                cells = [
                    _cell(record.sel(task=task, loss=loss), method, gains[i, j, k], strict)
                    for k, task in enumerate(tasks)
                ]
                lost = any(cell.startswith("destroyed") for cell in cells)
                lines.append(table_line([method, *cells, "–" if lost else _gain(gains[i, j].mean(axis=0), strict)]))
        parts += [f"## {loss[0].upper() + loss[1:]} loss", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def _cell(part, method, gain, strict):
    loss, distance = (float(part[name].sel({"method": method}).median()) for name in ("test_loss", "distance"))
    far = not distance <= FAR * float(part.distance.sel({"method": COMMON}).median())
    destroyed = far and not loss <= guess(str(part.task.values), str(part.loss.values))
    return f"{'destroyed' if destroyed else _gain(gain, strict)}; {loss:.2g}; {distance:.2g}"


def _gain(values, strict):
    if np.ptp(values) == 0:  # the same runs: no interval
        return f"{values[0]:+.1f}"
    estimate, pairs = summary(values)
    text = f"{estimate.value:+.1f} ± {estimate.high - estimate.value:.1f}"
    _, low, high = summary(values, strict)[0]
    text = f"**{text}**" if low > 0 or high < 0 else text
    return text if pairs == len(values) else f"{text} ({pairs})"


def update(
    page: Annotated[Path, typer.Argument(help="The page to write.")] = PAGE,
    record: Annotated[Path, typer.Option(help="Of the experiment fine_tuning.")] = RECORD,
):
    """Write the page from a record."""
    with orderly_exit():
        before = page.read_text(encoding="utf-8") if page.exists() else ""
        changed = write_changed(page, before, comparison_page(load(record)))
    typer.echo(f"{page}: {'updated' if changed else 'up to date'}")


if __name__ == "__main__":
    typer.run(update)
