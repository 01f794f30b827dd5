"""SAM's edge of stability with settled runs on it."""

import numpy as np

from flatlab.lab.plotting import PALETTE, STATED, column_figure, measured

RECORD = "sam_edge"
SHOWS = ("bartlett2023/edge-on-cycle",)
TITLE = "Settled runs of SAM sit on SAM's edge of stability, whatever their gradient norm"
CAPTION = "SAM's edge against the gradient norm. Markers: settled runs, each at its own largest eigenvalue."


def draw(record):
    """Draw the record."""
    figure, axes = column_figure(height=2.5)
    axes.plot(record.norm, record.edge, color=PALETTE["blue"], label="edge of SAM")
    axes.plot(record.settled_norm, record.top, **{**measured(1), "label": r"$\lambda_1$ at the settled $|g|$"})
    axes.axhline(float(record.gd_edge), **{**STATED, "label": r"$2/\eta$, edge of GD"})
    axes.set_xscale("log")
    axes.set(xlabel=r"gradient norm $|g|$", ylabel="curvature", ylim=(0, 1.15 * float(record.gd_edge)))
    axes.set_xlim(np.min(record.norm), np.max(record.norm))
    axes.legend(loc="lower right")
    return figure
