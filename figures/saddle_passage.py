"""Leaving the unstable second cycle for the stable first one."""

import numpy as np

from flatlab.lab.plotting import COLOURS, STATED, column_figure

RECORD = "saddle_passage"
SHOWS = ("bartlett2023/escape",)
CAPTION = (
    "Started on the second cycle with a nudge of 1e-12: the first coordinate grows at the predicted rate (dashed)."
)


def draw(record):
    """Draw the record."""
    figure, axes = column_figure(height=2.5)
    steps = np.arange(record.sizes["step"])
    size, factor = record["size"].values, float(record.escape_factor)
    for i in range(2):
        axes.semilogy(steps, size[:, i], color=COLOURS[i], label=rf"$|w_{i + 1}|$")
        axes.axhline(float(record.radius[i]), color=COLOURS[i], linewidth=0.5, linestyle=":")
    predicted = size[0, 0] * factor**steps
    shown = predicted < 3
    axes.semilogy(steps[shown], predicted[shown], **STATED, label=rf"$\propto {factor:.4f}^t$")
    axes.set(xlabel="step", ylabel="size", ylim=(1e-14, 5))
    axes.legend(loc=(0.66, 0.6))
    return figure
