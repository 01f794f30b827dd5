"""What NSO gains over SGD with and without weight decay and augmentation."""

import numpy as np

from flatlab.lab.plotting import COLOURS, MARKERS, label_panels, page_figure

RECORD = "regularisation_grid"
SHOWS = ("zhang2024/gain-beside-regularisation",)
CAPTION = (
    "NSO (k = 2) less SGD in the four cells of weight decay and augmentation, mean and 95 % interval over paired "
    "seeds, and the interaction of the two (both, less each alone, plus neither): 0 is an additive gain. Open: NSO "
    "without noise, which takes SGD's steps, only fewer. Left test accuracy in percentage points, right logarithm of "
    "the ratio of Hessian traces on the training images themselves."
)


def draw(record):
    """Draw the record."""
    figure, panels = page_figure(1, 2, height=2.9)
    cells = [(a, b) for a in range(record.sizes["decay"]) for b in range(record.sizes["augmentation"])]
    names = ["neither", "augmentation", "weight decay", "both", "interaction"]
    scales = {"accuracy_gain": 100, "log_trace_ratio": 1}
    for panel, (field, scale) in zip(panels, scales.items()):
        for i, loss in enumerate(record.loss.values):
            for j, method in enumerate(record.compared.values):
                rows = [record[field].values[i, a, b, j] for a, b in cells]
                rows.append(record[f"{field}_interaction"].values[i, j])
                centre, low, high = scale * np.array(rows).T
                panel.errorbar(
                    np.arange(5) + 0.17 * (2 * i + j - 1.5), centre, [centre - low, high - centre], color=COLOURS[i],
                    marker=MARKERS[i], fillstyle=("full", "none")[j], linestyle="none", label=f"{method}, {loss}",
                )  # fmt: skip
        panel.axhline(0, color="black", linewidth=0.8)
        panel.axvline(3.5, color="grey", linewidth=0.6, linestyle=":")
        panel.set_xticks(range(5), names, rotation=20)
    panels[0].set_ylabel("test accuracy less that of SGD, points")
    panels[1].set_ylabel("log trace over that of SGD")
    label_panels(panels)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4, fontsize=6.5)
    return figure
