"""Steps to the two-cycle from every start in the plane."""

import numpy as np

from flatlab.lab.plotting import PALETTE, column_figure

RECORD = "basin_map"
SHOWS = ("bartlett2023/most-starts", "bartlett2023/critical-norm", "bartlett2023/second-axis")
CAPTION = (
    "Steps to the cycle from every start. Slow are the vertical axis, the ellipse of critical gradient norm (dashed), "
    "where one step zeroes the first coordinate, and its preimages."
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
    axes.plot(norm / first * np.cos(angle), norm / second * np.sin(angle), "--", color="white", linewidth=0.8)
    radius = float(record.cycle_radius)
    axes.plot([-radius, radius], [0, 0], "*", color=PALETTE["vermillion"], markersize=7)
    axes.set(xlabel=r"$w_1/\rho$ at the start", ylabel=r"$w_2/\rho$ at the start", aspect="equal")
    axes.grid(False)
    return figure
