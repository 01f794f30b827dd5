"""SAM and gradient descent on a ravine in the plane, with SAM's ascent points."""

import numpy as np

from flatlab.lab.plotting import PALETTE, SMALL, column_figure

RECORD = "plane_trajectory"
SHOWS = ("bartlett2023/two-cycle", "bartlett2023/largest-curvature", "bartlett2023/gd-has-no-cycle")
TITLE = "SAM ends in a two-cycle along the largest curvature, gradient descent in the minimum"
CAPTION = (
    "On a quadratic ravine gradient descent goes to the minimum; SAM turns into the direction of largest curvature "
    "and bounces between two points at the predicted distance. Crosses: the ascent points of the last two steps, on "
    "the dotted lines; that the start lies near one of them is chance."
)


def draw(record):
    """Draw the record."""
    figure, axes = column_figure(height=2.9)
    first, second = record.eigenvalues.values
    reach = 1.15 * np.abs(record.sam.values).max(axis=0)
    bottom = -0.35 * reach[1]
    x, y = np.meshgrid(np.linspace(-1.2 * reach[0], 1.2 * reach[0], 401), np.linspace(bottom, reach[1], 401))
    loss = (first * x**2 + second * y**2) / 2
    axes.contour(x, y, loss, levels=loss.max() * np.linspace(0.02, 0.9, 9) ** 2, colors="#D0D0D0", linewidths=0.5)
    axes.plot(*record.gd.values.T, "s-", color=PALETTE["vermillion"], markersize=2.5, linewidth=0.8, label="GD")
    axes.plot(*record.sam.values.T, "o-", color=PALETTE["blue"], markersize=2.5, linewidth=0.6, label="SAM")
    radius, ascent = float(record.cycle_radius), float(record.ascent_distance)
    axes.plot(
        *record.ascent.values[-2:].T,
        "x",
        color=PALETTE["purple"],
        markersize=5,
        linestyle="none",
        label="ascent points",
    )
    axes.plot([-radius, radius], [0, 0], "o", mfc="none", mec=PALETTE["black"], markersize=7, label=r"$\pm a_1e_1$")
    for sign in (-1, 1):
        words = "_same" if sign > 0 else r"$\pm(a_1+\rho)$"
        axes.axvline(sign * ascent, color=PALETTE["grey"], linewidth=0.8, linestyle=":", label=words)
    axes.set(xlabel=r"$w_1$ (largest curvature)", ylabel=r"$w_2$")
    axes.set(xlim=(-1.2 * reach[0], 1.2 * reach[0]), ylim=(bottom, reach[1]))
    axes.grid(False)
    axes.plot([], [], color="#D0D0D0", linewidth=0.5, label="contours of the loss")
    figure.legend(loc="outside lower center", ncols=3, fontsize=SMALL)
    return figure
