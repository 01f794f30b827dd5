"""Trace of a diagonal network along three runs, and the coefficients before and after."""

import numpy as np

from flatlab.lab.plotting import COLOURS, SMALL, STATED, label_panels, measured, page_figure

RECORD = "sparse_escape"
SHOWS = ("ahn2024/sparse-recovery", "ahn2024/ordering-of-methods", "ahn2024/flat-is-sparse")
TITLE = "Sharpness-aware steps end at the least l₁-norm, with the coefficients of the sparse solution"
CAPTION = (
    "Runs of a diagonal network on several sparse problems. (a) Trace at the limit of the gradient flow over its "
    "least value, four times the least l1-norm, found by linear programming: median and range over the problems. (b) "
    "Every coefficient of every problem at the start and where the perturbed runs end, against that of the sparse "
    "solution."
)


def draw(record):
    """Draw the record."""
    figure, (left, right) = page_figure(height=2.7)
    thousands = record.step / 1000
    for k, name in enumerate(record.method.values):
        traces = record.trace.values[:, k]
        left.fill_between(thousands, traces.min(axis=0), traces.max(axis=0), color=COLOURS[k], alpha=0.2, linewidth=0)
        style = {**measured(k), "linestyle": "-", "markersize": 3, "markevery": (4 * k, 12)}
        left.plot(thousands, np.median(traces, axis=0), **style, label=str(name))
    left.axhline(1, **{**STATED, "label": "least"})
    left.set(
        xlabel="step, in thousands", ylabel=r"trace over the least trace", ylim=(0, 1.35 * record.trace.values.max())
    )
    left.legend(loc="upper right", ncols=2)
    truth = record.sparse.values.ravel()
    right.plot(truth, record.start.values.ravel(), **{**measured(3), "markersize": 2.5}, alpha=0.7, label="start")
    for k, name in enumerate(record.method.values):
        if k:
            end = record.end.values[:, k].ravel()
            right.plot(truth, end, **{**measured(k), "fillstyle": "none", "markersize": 5 - k}, label=f"end, {name}")
    ends = np.array([truth.min(), truth.max()]) * 1.1
    right.plot(ends, ends, **{**STATED, "label": "equality"})
    right.set(xlabel="coefficient of the sparse solution", ylabel="coefficient found")
    right.legend(loc="upper left", fontsize=SMALL)
    label_panels((left, right))
    return figure
