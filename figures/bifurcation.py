"""Size of the bounce against the step size, up to and past eta lambda_1 = 2."""

import numpy as np

from flatlab.lab.plotting import PALETTE, STATED, column_figure

RECORD = "bifurcation"
SHOWS = ("bartlett2023/amplitude", "bartlett2023/above-two", "bartlett2023/gd-has-no-cycle")
TITLE = "SAM's late iterates are ±h/(2 − h) up to h = 2 and diverge beyond; gradient descent's are 0"
CAPTION = (
    "First coordinate of SAM's last two iterates against the step size, from several starts, on a scale that is "
    "linear near 0 and logarithmic far from it: two branches at the predicted radius, which diverges at 2; iterates "
    "beyond 100 are not drawn. Gradient descent has the single branch 0."
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
        label = r"$\pm h/(2-h)$" if sign > 0 else "_same"
        axes.plot(h, sign * record.radius.values, **{**STATED, "label": label})
    gd = h < 2
    axes.plot(h[gd], record.gd.values[gd], color=PALETTE["vermillion"], linestyle="-.", label="GD after 400 steps")
    axes.axvspan(2, h[-1] + 0.05, color="#DDDDDD", zorder=0, label="SAM diverges")
    axes.set_yscale("asinh", linear_width=1.0)
    axes.set_yticks([-100, -10, -1, 0, 1, 10, 100], ["−100", "−10", "−1", "0", "1", "10", "100"])
    axes.minorticks_off()
    axes.set(xlabel=r"$h=\eta\lambda_1$", ylabel=r"$w_1/\rho$", ylim=(-SHOWN, SHOWN), xlim=(0, h[-1] + 0.05))
    axes.legend(loc="upper left")
    return figure
