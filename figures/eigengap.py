"""Time to converge against the relative eigengap, with Theorem L's bound."""

import numpy as np

from flatlab.lab.plotting import COLOURS, column_figure, measured

RECORD = "eigengap"
SHOWS = ("bartlett2023/time", "bartlett2023/gap-rate", "bartlett2023/local-bound")
CAPTION = "Steps to shrink the angle from 1e-2 to 1e-8. Markers: measured; lines: predicted; dotted: Theorem L."


def draw(record):
    """Draw the record."""
    figure, axes = column_figure(height=2.7)
    gap = record.gap.values
    for k, h in enumerate(record.h.values):
        slope = np.polyfit(np.log(gap[gap < 0.05]), np.log(record.measured.values[k][gap < 0.05]), 1)[0]
        axes.plot(gap, record.measured.values[k], **measured(k), label=f"$h={h:g}$, slope ${slope:.3f}$")
        axes.plot(gap, record.predicted.values[k], color=COLOURS[k], linewidth=0.8)
        axes.plot(gap, record.bound.values[k], ":", color=COLOURS[k])
    axes.plot([], [], ":", color="black", label="bound of Theorem L")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set(xlabel="relative eigengap", ylabel="steps")
    axes.legend()
    return figure
