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
from flatlab.learning import tuning
from flatlab.report.markdown import table_line, write_changed
from flatlab.report.method_comparison import COMMON, LEVEL, TUNED, compared, destroyed, effects, summary
from flatlab.storage.records import load

__all__ = ["comparison_page", "findings", "gains_over_all", "update"]

PAGE = Path(__file__).parents[1] / "FINE_TUNING.md"
RECORD = Path(__file__).parents[3] / "figures" / "records" / "fine_tuning.nc"
NEEDED = ("method", "task", "loss", "test_accuracy", "test_loss", "moved", "kept", "guess", "grid")
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
        f"median cosine is below {tuning.KEPT:g}, the median distance above {tuning.MOVED:g}, or more than "
        f"{100 * tuning.LOST:g} % of the runs end at chance: the network is not the pre-trained one any more, or none "
        "at all, and its gain is not given. Where that is so of SGD, tuned or at the common step, no gain is given. "
        "*All*: the mean over the tasks whose references are not destroyed, seed by seed. *Trace*, "
        f"*λ₁*: logarithm of the Hessian trace over that of {COMMON}, at the training loss that both reach, and of the "
        "largest eigenvalue at the end, in the mean over seeds and the same tasks; under cross-entropy curvature "
        "vanishes with the training loss, so the second says there how far a method fits. A dash where a method is "
        "destroyed on one of these tasks.",
    ]
    gains = effects(record, "test_accuracy", TUNED)
    ratios = [effects(record, name) for name in RATIOS]
    for i, loss in enumerate(losses):
        used = compared(record, loss)
        head = ["", *tasks, f"*All* ({sum(used)})", *(f"*{name}*" for name in RATIOS.values())]
        lines = [table_line(head), table_line(["---"] + ["---:"] * (len(head) - 1))]
        for j, method in enumerate(methods):
            parts_of = [record.sel(task=task, loss=loss).isel(method=j) for task in tasks]
            if method == TUNED:
                lines.append(table_line([method, *(_cell(part) for part in parts_of), *3 * ["–"]]))
                continue
            cells = [_cell(part, gains[i, j, k] if used[k] else None, strict) for k, part in enumerate(parts_of)]
            gain = gains_over_all(record, loss, method)
            if gain is None:
                means = 3 * ["–"]
            else:
                means = [_gain(gain, strict), *(_ratio(one[i, j][used], method) for one in ratios)]
            lines.append(table_line([method, *cells, *means]))
        parts += [f"## {loss[0].upper() + loss[1:]} loss", findings(record, loss, strict), "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def gains_over_all(record: xr.Dataset, loss: str, method: str) -> np.ndarray | None:
    """Return a method's gain over tuned SGD, the mean over the tasks that are compared, for each seed.

    None where there is no such task or the method is destroyed on one of them.
    """
    used, j = compared(record, loss), list(record.method.values).index(method)
    parts = [record.sel(task=task, loss=loss).isel(method=j) for task in record.task.values[used]]
    if not parts or any(map(destroyed, parts)):
        return None
    return effects(record, "test_accuracy", TUNED)[list(record.loss.values).index(loss), j][used].mean(axis=0)


def findings(record: xr.Dataset, loss: str, strict: float) -> str:
    """Return in words what the table of a loss shows: gains and losses over all tasks, and what is destroyed.

    Of a method that gains, it names the tasks on which its test loss is above that of tuned SGD.
    """
    found, worse = {"More": [], "Less": [], "Undecided": []}, []
    for method in map(str, record.method.values):
        gain = None if method == TUNED else gains_over_all(record, loss, method)
        if gain is None or np.ptp(gain) == 0:
            continue
        centre, low, high = summary(gain, strict)[0]
        found["More" if low > 0 else "Less" if high < 0 else "Undecided"].append(f"{method} ({centre:+.1f})")
        ratios = _test_loss_ratios(record, loss, method) if low > 0 else {}
        above = [f"{task} ({ratio:.2f} times)" for task, ratio in ratios.items() if ratio > 1]
        worse += [f"{method} on {', '.join(above)}"] if above else []
    words = {
        "More": "More accurate than tuned SGD over all tasks",
        "Less": "Less accurate",
        "Undecided": "Not decided",
    }
    lines = [f"- {words[key]}: {', '.join(names) or 'none'}." for key, names in found.items()]
    lines.insert(1, f"- Of these, with a median test loss above that of tuned SGD: {'; '.join(worse) or 'none'}.")
    lost = [
        f"{part.method.item()} on {part.task.item()} ({int((part.test_accuracy <= part.guess).sum())} of "
        f"{part.sizes['replicate']} runs at chance, median cosine {float(part.kept.median()):.2f}, median distance "
        f"{float(part.moved.median()):.2f})"
        for task in record.task.values
        for j in range(record.sizes["method"])
        if destroyed(part := record.sel(task=task, loss=loss).isel(method=j))
    ]
    return "\n".join([*lines, f"- Destroyed: {', '.join(lost) or 'none'}."])


def _test_loss_ratios(record, loss, method):
    """Return the median test loss of a method over that of tuned SGD, for each task that is compared."""
    losses = record.test_loss.sel(loss=loss).median("replicate").transpose("method", "task").values
    row, base = (losses[list(record.method.values).index(name)] for name in (method, TUNED))
    used = compared(record, loss)
    return dict(zip(map(str, record.task.values[used]), row[used] / base[used], strict=True))


def _cell(part, gain=None, strict=LEVEL):
    reference = str(part.method.values) == TUNED
    first = "destroyed" if destroyed(part) else "0" if reference else "–" if gain is None else _gain(gain, strict)
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
