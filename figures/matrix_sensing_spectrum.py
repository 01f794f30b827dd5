"""Eigenvalues of the recovered matrix beside the soft-thresholded truth."""

import numpy as np
from _sensing import LABELS, SHADES

from flatlab.lab.plotting import MARKERS, STATED, column_figure

RECORD = "matrix_sensing"
SHOWS = (
    "zhang2024/sensing-soft-threshold",
    "zhang2024/sensing-decay-recovers",
    "zhang2024/sensing-is-a-trace-penalty",
)
CAPTION = (
    "How far the eigenvalues of WWᵀ lie below those of the truth (mean over the last quarter of the run). The dashed "
    "line is the soft threshold of the population; gradient descent is far outside."
)
SHOWN = ("naive-2", "nso", "penalty", "decay", "small-start")


def draw(record):
    """Draw the record."""
    figure, axes = column_figure(height=2.9)
    truth, threshold = record.truth.values, float(record.threshold)
    order = np.arange(1, truth.size + 1)
    stated = np.where(truth > 0, np.minimum(truth, threshold), 0)
    axes.step(order, stated, where="mid", **STATED, label=r"$\min(\lambda_j,\lambda)$")
    shown = [name for name in SHOWN if name in record.approach.values]
    for k, name in enumerate(shown):
        below = truth - record.eigenvalues.sel(approach=name).values
        axes.plot(
            order + 0.11 * (k - 2),
            below,
            marker=MARKERS[k],
            linestyle="none",
            markersize=4,
            color=SHADES[name],
            label=LABELS[name],
        )
    axes.axhline(0, color="0.7", linewidth=0.6, zorder=0)
    axes.set(xlabel="eigenvalue number $j$", ylabel="shortfall of the eigenvalue")
    axes.legend(loc="upper right")
    return figure
