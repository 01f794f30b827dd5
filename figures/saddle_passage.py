"""Leaving the unstable second cycle for the stable first one."""

import numpy as np

from flatlab.lab.plotting import COLOURS, STATED, column_figure

RECORD = "saddle_passage"
SHOWS = ("bartlett2023/escape",)
TITLE = "SAM leaves the second cycle at the predicted rate and settles on the first"
CAPTION = (
    "Sizes of the two coordinates in units of rho, started on the second cycle with a nudge in the first coordinate "
    "of 1e−12 times that cycle's radius, which grows at the predicted rate (dashed) until it takes over. Dotted: the "
    "radii of the two cycles."
)


def draw(record):
    """Draw the record."""
    figure, axes = column_figure(height=2.5)
    steps = np.arange(record.sizes["step"])
    size, factor = record["size"].values, float(record.escape_factor)
    for i in range(2):
        axes.semilogy(steps, size[:, i], color=COLOURS[i], linestyle=("-", "-.")[i], label=rf"$|w_{i + 1}|$")
        axes.axhline(
            float(record.radius[i]), color="0.4", linewidth=0.9, ls=":", label="_same" if i else "radii of the cycles"
        )
    predicted = size[0, 0] * factor**steps
    shown = predicted < 3
    axes.semilogy(steps[shown], predicted[shown], **STATED, label=rf"$\propto {factor:.4f}^t$")
    axes.set(xlabel="step", ylabel=r"size over $\rho$", ylim=(1e-14, 5))
    axes.legend(loc="lower center")
    return figure
