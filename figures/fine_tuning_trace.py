"""Hessian trace against training loss along fine-tuning, method by method."""

import numpy as np

from flatlab.lab.plotting import AXIS, COLOURS, MARKERS, SMALL, label_panels, page_figure
from flatlab.report.method_comparison import COMMON

RECORD = "fine_tuning"
SHOWS = ("zhang2024/sam-is-flatter", "zhang2024/cross-entropy-trace")
TASKS = ("digits-halves-noisy", "drawn-drawn-noisy", "cancer-noisy")
METHODS = {COMMON: "SGD", "noise, 2 points": "noise, 2 points", "NSO, k = 2": "NSO, k = 2", "SAM": "SAM"}
TITLE = "Squared loss: traces end apart, method by method; cross-entropy: SGD's falls with its loss"
CAPTION = (
    "Hessian trace against training loss, medians over the seeds along the run (lines, from the open star at the "
    "start) and at its end (large marker, with quartiles over the seeds in both directions). (a, b, c) Squared loss: "
    "SGD's trace first rises, then stays as its loss falls, the other methods end lower, at a larger loss. (d, e, f) "
    "Cross-entropy, the scale of the trace linear between −1 and 1: towards the end SGD's trace falls with its loss, "
    "so that a method that fits harder looks flatter, and only traces at one training loss compare; SAM and NSO leave "
    "its line, and all in (f), where noise of four times the weights was chosen. Three of the six tasks."
)


def draw(record):
    """Draw the record."""
    tasks = [task for task in TASKS if task in record.task.values] or list(record.task.values[:3])
    figure, panels = page_figure(2, len(tasks), height=4.9, squeeze=False)
    for i, loss in enumerate(record.loss.values):
        for k, task in enumerate(tasks):
            panel, part = panels[i, k], record.sel(loss=loss, task=task)
            for c, (name, label) in enumerate(METHODS.items()):
                curves = part.isel({"method": list(record.method.values).index(name)})
                both = [curves[key].values for key in ("loss_along", "trace_along")]
                x, y = (np.median(values, axis=0) for values in both)
                style = {"color": COLOURS[c], "marker": MARKERS[c]}
                panel.plot(x, y, **style, markersize=1.8, linewidth=0.9, label=label)
                bars = [np.abs(np.quantile(v[:, -1], (0.25, 0.75)) - np.median(v[:, -1]))[:, None] for v in both]
                panel.errorbar(x[-1], y[-1], xerr=bars[0], yerr=bars[1], **style, markersize=5, linestyle="none")
            panel.plot(x[0], y[0], "*", color="black", fillstyle="none", markersize=7, label="start")
            panel.set_xscale("log")
            panel.axhline(0, **AXIS)
            panel.margins(y=0.1)
            if loss != "squared":
                panel.set_yscale("symlog", linthresh=1)
            panel.tick_params(labelsize=6.5)
        panels[i, 0].set_ylabel(f"{loss} loss\nHessian trace")
    for panel in panels[-1]:
        panel.set_xlabel("training loss")
    label_panels(panels.ravel())
    for panel, task in zip(panels[0], tasks):
        panel.set_title(task, fontsize=7.5)
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=6, fontsize=SMALL)
    return figure
