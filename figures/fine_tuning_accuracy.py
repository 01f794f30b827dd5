"""Test accuracy of every method less that of tuned SGD, task by task."""

import numpy as np

from flatlab.lab.plotting import AXIS, PALETTE, SMALL, label_panels, page_figure
from flatlab.report.method_comparison import TUNED, compared, destroyed, effects, summary

RECORD = "fine_tuning"
SHOWS = ()
TITLE = "Many methods beat tuned SGD by a few points on some tasks, none on all"
CAPTION = (
    "Test accuracy less that of SGD with its step size tuned, in percentage points, mean and 95 % interval over paired "
    "seeds. (a–f) Squared loss, (g–l) cross-entropy; every task has its own scale. Blue: above 0, orange: below 0, "
    "grey and open: the interval contains 0. SGD, common step: at the step size that all other methods share. No point "
    "where a method is destroyed, and none in (e): at the step size that was chosen for SGD, more than a tenth of its "
    "runs end at chance. Under cross-entropy the sizes that were chosen for NSO are up to four times the weights. The "
    "title is read from this record; it is no claim."
)

LEGEND = (
    ("better than tuned SGD", "blue", "full"),
    ("worse", "vermillion", "full"),
    ("the interval contains 0", "grey", "none"),
)


def draw(record):
    """Draw the record."""
    figure, panels = page_figure(2, record.sizes["task"], height=5.2, sharey=True, sharex="col", squeeze=False)
    found = effects(record, "test_accuracy", TUNED)
    rows = [j for j, name in enumerate(record.method.values) if name != TUNED]
    for i, loss in enumerate(record.loss.values):
        used = compared(record, loss)
        for k, task in enumerate(record.task.values):
            panel = panels[i, k]
            panel.axvline(0, **AXIS)
            if not used[k]:
                panel.text(0.5, 0.5, "SGD is\ndestroyed", transform=panel.transAxes, ha="center", fontsize=SMALL)
            for y, j in enumerate(rows):
                if not used[k] or destroyed(record.sel(loss=loss, task=task).isel(method=j)):
                    continue
                centre, low, high = summary(found[i, j, k])[0]
                colour = PALETTE["grey"] if low <= 0 <= high else PALETTE["blue" if centre > 0 else "vermillion"]
                filled = "none" if low <= 0 <= high else "full"
                panel.errorbar(
                    centre, y, xerr=[[centre - low], [high - centre]], fmt="o", fillstyle=filled, color=colour,
                    markersize=3, linewidth=0.9, capsize=0,
                )  # fmt: skip
            panel.set(yticks=np.arange(len(rows)), ylim=(len(rows) - 0.5, -0.5))
            panel.tick_params(labelsize=6)
            panel.tick_params(axis="y", length=0)
            if i == 0:
                panel.set_title(
                    str(task).replace("-noisy", "\nnoisy").replace("-third", "\nthird"), fontsize=6.5, loc="right"
                )
        panels[i, 0].set_yticklabels(record.method.values[rows])
        panels[i, 0].set_ylabel(f"{loss} loss")
    for words, colour, filled in LEGEND:
        panels[0, 0].plot([], [], "o", color=PALETTE[colour], fillstyle=filled, markersize=3, label=words)
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=SMALL)
    for panel in panels[-1]:
        panel.set_xlabel("points", fontsize=SMALL)
    label_panels(panels.ravel())
    return figure
