"""What NSO gains over SGD with and without weight decay and augmentation."""

import numpy as np

from flatlab.plotting import COLOURS, MARKERS, label_panels, page_figure

RECORD = "regularisation_grid"
SHOWS = ("zhang2024/gain-beside-regularisation",)
CAPTION = (
    "NSO (k = 2) less SGD in the four cells of weight decay and augmentation, mean and 95 % interval over paired "
    "seeds, and the interaction of the two (both, less each alone, plus neither): 0 is an additive gain. Left test "
    "accuracy in percentage points, right logarithm of the ratio of Hessian traces."
)


def draw(record):
    """Draw the record."""
    figure, panels = page_figure(1, 2, height=2.8)
    cells = [(a, b) for a in range(record.sizes["decay"]) for b in range(record.sizes["augmentation"])]
    names = ["neither", "augmentation", "weight decay", "both"]
    scales = {"accuracy_gain": 100, "log_trace_ratio": 1}
    for panel, (field, scale) in zip(panels, scales.items()):
        for i, loss in enumerate(record.loss.values):
            rows = [record[field].values[i, a, b] for a, b in cells] + [record[f"{field}_interaction"].values[i]]
            centre, low, high = scale * np.array(rows).T
            x = np.arange(5) + 0.16 * (i - 0.5)
            panel.errorbar(
                x, centre, [centre - low, high - centre], color=COLOURS[i], marker=MARKERS[i], linestyle="none",
                label=f"{loss} loss",
            )  # fmt: skip
        panel.axhline(0, color="black", linewidth=0.8)
        panel.axvline(3.5, color="grey", linewidth=0.6, linestyle=":")
        panel.set_xticks(range(5), [*names, "interaction"], rotation=20)
    panels[0].set_ylabel("test accuracy, NSO less SGD")
    panels[1].set_ylabel("log trace, NSO over SGD")
    panels[0].legend()
    label_panels(panels)
    return figure
