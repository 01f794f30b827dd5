"""Hessian trace against training loss along fine-tuning, method by method."""

import numpy as np

from flatlab.lab.plotting import COLOURS, MARKERS, page_figure
from flatlab.report.method_comparison import COMMON

RECORD = "fine_tuning"
SHOWS = ("zhang2024/sam-is-flatter", "zhang2024/cross-entropy-trace")
TASKS = ("digits-halves-noisy", "drawn-drawn-noisy", "cancer-noisy")
METHODS = (COMMON, "weight decay", "noise, 2 points", "NSO, k = 2", "SAM", "ASAM")
CAPTION = (
    "Hessian trace against training loss along the run, medians over the seeds; the run ends at the large marker. "
    "Above squared loss: the trace stays as the loss falls, and methods can be told apart. Below cross-entropy: the "
    "trace falls with the loss, so that the method that fits hardest looks flattest at the end; only heights at one "
    "training loss compare. Points with a trace below 0 are left out."
)


def draw(record):
    """Draw the record."""
    tasks = [task for task in TASKS if task in record.task.values] or list(record.task.values[:3])
    figure, panels = page_figure(2, len(tasks), height=4.4, squeeze=False)
    for i, loss in enumerate(record.loss.values):
        for k, task in enumerate(tasks):
            panel, part = panels[i, k], record.sel(loss=loss, task=task)
            for c, name in enumerate(METHODS):
                curves = part.isel({"method": list(record.method.values).index(name)})
                x, y = (np.median(curves[key].values, axis=0) for key in ("loss_along", "trace_along"))
                y = np.where(y > 0, y, np.nan)
                panel.plot(x, y, color=COLOURS[c], marker=MARKERS[c], markersize=1.8, linewidth=0.9, label=name)
                panel.plot(x[-1], y[-1], color=COLOURS[c], marker=MARKERS[c], markersize=5)
            panel.set(xscale="log", yscale="log")
            panel.tick_params(labelsize=6.5)
            if i == 0:
                panel.set_title(task, fontsize=7.5)
        panels[i, 0].set_ylabel(f"{loss} loss\nHessian trace")
    for panel in panels[-1]:
        panel.set_xlabel("training loss")
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=6, fontsize=6.5)
    return figure
