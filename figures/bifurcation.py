"""Size of the bounce against the step size, up to and past eta lambda_1 = 2."""

import numpy as np

from flatlab.lab.plotting import PALETTE, STATED, column_figure

RECORD = "bifurcation"
SHOWS = ("bartlett2023/amplitude", "bartlett2023/above-two", "bartlett2023/gd-has-no-cycle")
CAPTION = (
    "First coordinate of SAM's last two iterates against the step size, from several starts: two branches at the "
    "predicted radius, which diverges at 2. Gradient descent has the single branch 0."
)
SHOWN = 100


def draw(record):
    """Draw the record."""
    figure, axes = column_figure(height=2.7)
    h = record.h.values
    late = record.late.values.reshape(h.size, -1)
    points = np.repeat(h, late.shape[1]), late.ravel()
    inside = np.abs(points[1]) < SHOWN
    axes.plot(
        points[0][inside], points[1][inside], ".", color=PALETTE["blue"], markersize=3, label="SAM, late iterates"
    )
    for sign in (-1, 1):
        label = r"$\pm h/(2-h)$" if sign > 0 else None
        axes.plot(h, sign * record.radius.values, **{**STATED, "label": label})
    gd = h < 2
    axes.plot(h[gd], record.gd.values[gd], color=PALETTE["vermillion"], linewidth=0.9, label="GD after 400 steps")
    axes.axvspan(2, h[-1], color="#EEEEEE", zorder=0)
    axes.text(2.02, 0.02, "diverges", rotation=90, fontsize=7, va="bottom", transform=axes.get_xaxis_transform())
    axes.set_yscale("symlog", linthresh=1)
    axes.set(xlabel=r"$h=\eta\lambda_1$", ylabel=r"$w_1/\rho$", ylim=(-SHOWN, SHOWN), xlim=(0, h[-1] + 0.05))
    axes.legend(loc="upper left")
    return figure
