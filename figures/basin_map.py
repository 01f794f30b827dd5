"""Steps to the two-cycle from every start in the plane."""

import numpy as np

from flatlab.lab.plotting import PALETTE, SMALL, column_figure

RECORD = "basin_map"
SHOWS = ("bartlett2023/most-starts", "bartlett2023/critical-norm", "bartlett2023/second-axis")
TITLE = (
    "SAM reaches its two-cycle from nearly every start; it takes longest near the vertical axis, the ellipse of "
    "critical norm and its preimages"
)
CAPTION = (
    "Steps to the cycle from every start, to the tolerance below. Slow are the vertical axis, the ellipse of critical "
    "gradient norm (dashed), where one step zeroes the first coordinate, and its preimages. The colours end at the "
    "percentiles 0.5 and 99.8 of the steps."
)


def draw(record):
    """Draw the record."""
    figure, axes = column_figure(height=2.9)
    steps = np.ma.masked_less(record.steps.values, 0)
    low, high = np.percentile(steps.compressed(), [0.5, 99.8])
    image = axes.pcolormesh(
        record.w1, record.w2, steps, cmap="cividis", rasterized=True, shading="nearest", vmin=low, vmax=high
    )
    figure.colorbar(image, ax=axes, label="steps to the cycle", extend="both")
    angle = np.linspace(0, 2 * np.pi, 400)
    norm = float(record.critical_norm)
    first, second = record.eigenvalues.values
    axes.plot(
        norm / first * np.cos(angle),
        norm / second * np.sin(angle),
        "--",
        color=PALETTE["vermillion"],
        linewidth=0.8,
        label="critical norm",
    )
    radius = float(record.cycle_radius)
    axes.plot([-radius, radius], [0, 0], "*", color=PALETTE["vermillion"], markersize=7, label="points of the cycle")
    axes.set(xlabel=r"$w_1/\rho$ at the start", ylabel=r"$w_2/\rho$ at the start", aspect="equal")
    axes.grid(False)
    figure.legend(loc="outside lower center", ncols=2, fontsize=SMALL)
    return figure
