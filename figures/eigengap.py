"""Time to converge against the relative eigengap, with Theorem L's bound."""

import numpy as np

from flatlab.lab.plotting import PALETTE, column_figure, measured

RECORD = "eigengap"
SHOWS = ("bartlett2023/time", "bartlett2023/gap-rate", "bartlett2023/local-bound")
TITLE = "The time to the two-cycle is inverse to the eigengap, as predicted, and below the bound"
CAPTION = (
    "Steps in which the angle to the cycle shrinks from 0.01 to 1e−8, against the gap between the two largest "
    "eigenvalues over the largest. Markers: measured; solid lines: predicted; dotted: the upper bound of Theorem L, "
    "which leaves the predicted line at large gaps only. Slopes are fitted to gaps below 0.05."
)


def draw(record):
    """Draw the record."""
    figure, axes = column_figure(height=2.7)
    gap = record.gap.values
    for k, h in enumerate(record.h.values):
        slope = np.polyfit(np.log(gap[gap < 0.05]), np.log(record.measured.values[k][gap < 0.05]), 1)[0]
        axes.plot(gap, record.measured.values[k], **measured(k), label=f"$h={h:g}$, slope ${slope:.3f}$")
        axes.plot(gap, record.predicted.values[k], color="black", linewidth=0.7, label="_same" if k else "predicted")
        bound = {"linestyle": ":", "color": PALETTE["grey"], "linewidth": 1.5}
        axes.plot(gap, record.bound.values[k], **bound, label="_same" if k else "bound of Theorem L")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set(xlabel="relative eigengap", ylabel=r"steps from angle $10^{-2}$ to $10^{-8}$")
    axes.legend()
    return figure
