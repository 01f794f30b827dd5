"""Validation accuracy against the size of the perturbation, method by method."""

import numpy as np

from flatlab.lab.plotting import COLOURS, MARKERS, PALETTE, SMALL, label_panels, page_figure
from flatlab.report.method_comparison import TUNED

RECORD = "fine_tuning"
SHOWS = ()
TITLE = (
    "Squared loss: the methods shown are best inside the range of sizes; cross-entropy: several are best at an end of "
    "it"
)
CAPTION = (
    "Mean validation accuracy at the end of fine-tuning against the size of the perturbation over that of the "
    "weights, at equal gradient evaluations; every method has the same candidates. Open: not chosen, since the hidden "
    "layer has turned by more than 60 degrees, has moved by more than its length, or more than a tenth of the runs end "
    "at chance. Grey line: SGD at its best "
    "step size. (a–f) Squared loss, (g–l) cross-entropy. Each panel shows the 32 points below the best value and 3 "
    "above; curves that leave it at the bottom end below it or have no further value that counts. Means over the "
    "tuning seeds, no spread is kept."
)
METHODS = ("noise, 2 points", "NSO, k = 1", "NSO, k = 2", "SAM", "ASAM", "RSAM")


def draw(record):
    """Draw the record."""
    figure, panels = page_figure(2, record.sizes["task"], height=4.2, sharex=True, squeeze=False)
    methods = [str(name) for name in record.method.values]
    for i, loss in enumerate(record.loss.values):
        for k, task in enumerate(record.task.values):
            panel, part = panels[i, k], record.sel(loss=loss, task=task)
            panel.axhline(
                100 * float(part.validation.isel(method=methods.index(TUNED)).max()),
                color=PALETTE["grey"],
                label="SGD, tuned",
            )
            for c, name in enumerate(METHODS):
                one = part.isel(method=methods.index(name))
                x, y = one.grid.values, 100 * one.validation.values
                style = {"color": COLOURS[c], "marker": MARKERS[c], "markersize": 2.8}
                kept = one.candidate_destroyed.values == 0
                panel.plot(x, np.where(kept, y, np.nan), linewidth=0.9, label=name, **style)
                panel.plot(x[~kept], y[~kept], linestyle="none", fillstyle="none", markeredgewidth=0.5, **style)
            best = 100 * float(part.validation.max())
            panel.set(xscale="log", ylim=(best - 32, best + 3))
            panel.tick_params(labelsize=6)
            if i == 0:
                panel.set_title(
                    str(task).replace("-noisy", "\nnoisy").replace("-third", "\nthird"), fontsize=6.5, loc="right"
                )
        panels[i, 0].set_ylabel(f"{loss} loss\nvalidation accuracy, %")
    for panel in panels[-1]:
        panel.set_xlabel("relative size", fontsize=SMALL)
    panels[0, 0].plot([], [], "o", color="black", fillstyle="none", markersize=2.8, label="destroyed")
    label_panels(panels.ravel())
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=8, fontsize=6)
    return figure
