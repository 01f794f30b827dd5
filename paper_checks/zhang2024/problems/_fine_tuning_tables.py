"""The page of the fine-tuning experiment, one table for each loss.

``python -m paper_checks.zhang2024.problems._fine_tuning_tables`` writes it again from the stored record.
It is no part of any claim, and its name keeps it from being imported with them.
"""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
import xarray as xr

from flatlab.lab.exits import orderly_exit
from flatlab.learning.tuning import KEPT
from flatlab.report.markdown import table_line, write_changed
from flatlab.report.method_comparison import COMMON, LEVEL, TUNED, effects, summary
from flatlab.storage.records import load

__all__ = ["comparison_page", "destroyed", "update"]

PAGE = Path(__file__).parents[1] / "FINE_TUNING.md"
RECORD = Path(__file__).parents[3] / "figures" / "records" / "fine_tuning.nc"
NEEDED = ("method", "task", "loss", "test_accuracy", "test_loss", "moved", "kept", "grid")
RATIOS = {"matched_log_ratio": "trace", "top_eigenvalue": "λ₁"}  # columns beside the accuracy


def comparison_page(record: xr.Dataset) -> str:
    """Return the page of a record of ``experiments/fine_tuning.py``: method by task, a table for each loss."""
    for name in NEEDED:
        if name not in record:
            raise ValueError(f"record must be one of the experiment fine_tuning, this one has no {name!r}")
    methods, tasks, losses = (list(record[name].values) for name in ("method", "task", "loss"))
    strict = 1 - (1 - LEVEL) / (len(losses) * (len(methods) - 1) * (len(tasks) + 1))
    parts = [
        "# Fine-tuning, method by method",
        "Written by `python -m paper_checks.zhang2024.problems._fine_tuning_tables` from the stored record of "
        "`experiments/fine_tuning.py`; the protocol stands in the [README](README.md#fine-tuning-method-by-method).",
        f"An entry is the gain in test accuracy over SGD at its own best step size, in percentage points (mean over "
        f"{record.sizes['replicate']} paired seeds ± half-width of the 95 % interval); the median test loss; the "
        "median distance of the hidden layer from the pre-trained one, over its length, and in brackets the cosine of "
        "the angle between the two; and the value of the method's own parameter that validation chose. That is the "
        "step size for SGD, the share for label smoothing, the decay for weight decay, and else the size of the "
        "perturbation over that of the weights; ≤ and ≥ where it is the first or the last on its grid. Bold: the "
        f"interval at level {100 * strict:.3f} %, which allows for all entries, keeps clear of 0. *Destroyed*: the "
        f"median cosine is below {KEPT:g}: that network is not the pre-trained one any more, and its gain is not "
        "given. *All*: the mean over the tasks, seed by seed. *Trace*, "
        f"*λ₁*: logarithm of the Hessian trace over that of {COMMON}, at the training loss that both reach, and of the "
        "largest eigenvalue at the end, in the mean over seeds and tasks; under cross-entropy curvature vanishes with "
        "the training loss, so the second says there how far a method fits. A dash where a task is destroyed.",
    ]
    gains = effects(record, "test_accuracy", TUNED)
    ratios = [effects(record, name) for name in RATIOS]
    for i, loss in enumerate(losses):
        head = ["", *tasks, "*All*", *(f"*{name}*" for name in RATIOS.values())]
        lines = [table_line(head), table_line(["---"] + ["---:"] * (len(head) - 1))]
        for j, method in enumerate(methods):
            parts_of = [record.sel(task=task, loss=loss).isel(method=j) for task in tasks]
            if method == TUNED:
                lines.append(table_line([method, *(_cell(part) for part in parts_of), *3 * ["–"]]))
                continue
            cells = [_cell(part, gains[i, j, k], strict) for k, part in enumerate(parts_of)]
            if any(map(destroyed, parts_of)):
                means = 3 * ["–"]
            else:
                means = [_gain(gains[i, j].mean(axis=0), strict), *(_ratio(one[i, j], method) for one in ratios)]
            lines.append(table_line([method, *cells, *means]))
        parts += [f"## {loss[0].upper() + loss[1:]} loss", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def destroyed(part: xr.Dataset) -> bool:
    """Return whether the networks of one method, task and loss are not the pre-trained one any more."""
    return not float(part.kept.median()) >= KEPT


def _cell(part, gain=None, strict=LEVEL):
    first = "destroyed" if destroyed(part) else "0" if gain is None else _gain(gain, strict)
    loss, moved, kept = (float(part[name].median()) for name in ("test_loss", "moved", "kept"))
    cell = f"{first}; {loss:.2g}; {moved:.2f} ({kept:.2f})"
    chosen = int(part.chosen)
    if chosen < 0:  # nothing to choose
        return cell
    end = {0: "≤ ", part.sizes["candidate"] - 1: "≥ "}.get(chosen, "")
    return f"{cell}; {end}{float(part.grid[chosen]):.2g}"


def _ratio(values, method):
    """Return the mean over the tasks, of the seeds at which every task has a number."""
    if method == COMMON:
        return "0"
    estimate, pairs = summary(values.mean(axis=0))
    if pairs < 2:
        return "–"
    text = f"{estimate.value:+.2f} ± {estimate.high - estimate.value:.2f}"
    return text if pairs == values.shape[1] else f"{text} ({pairs})"


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
