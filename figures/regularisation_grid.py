"""What NSO gains over SGD with and without weight decay and augmentation."""

import numpy as np

from flatlab.lab.plotting import AXIS, COLOURS, MARKERS, SMALL, label_panels, page_figure

RECORD = "regularisation_grid"
SHOWS = ("zhang2024/gain-beside-regularisation",)
TITLE = (
    "Beside regularisation NSO's gains in accuracy do not add up, nor do those of SGD with as few steps; gains in "
    "ln(trace) nearly do"
)
CAPTION = (
    "Each point is a method less SGD with the same regularisation, loss and seed, mean and 95 % interval over the "
    "seeds. Filled: NSO (k = 2). Open: SGD with as few steps as NSO affords at equal cost, which is NSO without its "
    "noise. (a) Test accuracy in percentage points. (b) Natural logarithm of the ratio of Hessian traces on the "
    "training images themselves; below 0 is flatter than SGD. Right of the dotted lines the interaction, the gain "
    "with both less the gains with each alone plus the gain with neither: 0 if gains add up. It is the same without "
    "the noise, which is therefore not its cause."
)
CELLS = ("neither", "augment-\nation", "weight\ndecay", "both", "interaction")
METHODS = {"NSO": "NSO", "NSO without noise": "SGD, as few steps as NSO"}


def draw(record):
    """Draw the record."""
    figure, panels = page_figure(1, 2, height=3.5)
    cells = [(a, b) for a in range(record.sizes["decay"]) for b in range(record.sizes["augmentation"])]
    scales = {"accuracy_gain": 100, "log_trace_ratio": 1}
    for panel, (field, scale) in zip(panels, scales.items()):
        for i, loss in enumerate(record.loss.values):
            for j, method in enumerate(record.compared.values):
                rows = [record[field].values[i, a, b, j] for a, b in cells]
                rows.append(record[f"{field}_interaction"].values[i, j])
                centre, low, high = scale * np.array(rows).T
                panel.errorbar(
                    np.arange(5) + 0.17 * (2 * i + j - 1.5), centre, [centre - low, high - centre], color=COLOURS[i],
                    marker=MARKERS[i], fillstyle=("full", "none")[j], linestyle="none",
                    label=f"{METHODS[str(method)]}, {loss}",
                )  # fmt: skip
        panel.axhline(0, **AXIS)
        panel.axvline(3.5, color="grey", linewidth=0.6, linestyle=":", label="_axis")
        panel.set_xticks(range(5), CELLS)
    panels[0].set_ylabel("gain in test accuracy over SGD, points")
    panels[1].set_ylabel("ln(trace over that of SGD)")
    label_panels(panels)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4, fontsize=SMALL)
    return figure
