"""Losses of matrix sensing against gradient evaluations, over many problems at a fifth of the authors' size."""

import numpy as np
from _sensing import LABELS, SHADES, marks

from flatlab.lab.plotting import label_panels, page_figure

RECORD = "matrix_sensing_problems"
SHOWS = (
    "zhang2024/sensing-nso-over-naive",
    "zhang2024/sensing-naive-takes-most",
    "zhang2024/sensing-decay-recovers",
    "zhang2024/sensing-is-a-trace-penalty",
)
TITLE = "Over many problems the medians keep their order: a small start, weight decay, NSO, naive noise"
CAPTION = (
    "Matrix sensing at a fifth of the authors' size: median over the problems, each with a start and noise of its "
    "own, and the band between the tenth and the ninetieth percentile. (a) Training loss. (b) Test loss: NSO settles "
    "below naive noise at equal cost, and with the penalty that it stands for; gradient descent from a unit start "
    "fits the training data and recovers nothing. In (a) gradient descent leaves the panel at the bottom. The bands "
    "of NSO, penalty and weight decay overlap."
)
SHOWN = ("gd", "naive", "naive-2", "nso", "penalty", "decay", "small-start")


def draw(record):
    """Draw the record."""
    figure, axes = page_figure(1, 2, height=3.1, sharey=True)
    for panel, (name, title) in zip(axes, {"train": "training loss", "test": "test loss"}.items()):
        for method in SHOWN:
            values = record[name].sel(approach=method).values.clip(1e-9)
            low, middle, high = np.quantile(values, [0.1, 0.5, 0.9], axis=0)
            panel.fill_between(record.record, low, high, color=SHADES[method], alpha=0.2, linewidth=0)
            panel.plot(
                record.record, middle, color=SHADES[method], linewidth=1.1, label=LABELS[method], **marks(method)
            )
        panel.set(title=title, xlabel="gradient evaluations", ylim=(1e-7, 100), yscale="log")
        panel.locator_params(axis="x", nbins=5)
    axes[0].set_ylabel("loss over the mean square of the targets")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    label_panels(axes)
    return figure
