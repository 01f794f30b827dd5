"""Paths on the hyperbola of minima, coloured by the trace."""

import numpy as np

from flatlab.lab.plotting import PALETTE, column_figure

RECORD = "escape_paths"
EVERY = 4000  # steps between the marks
SHOWS = ("ahn2024/decrease-per-step",)
CAPTION = (
    "Contours of (xy - 1)^2/2 with its minima coloured by the normalised trace. From the sharp minimum at the right "
    "gradient descent does not move; both perturbed methods slide along the minima to the flattest, (1, 1). Dots: "
    "every 4000 steps; rings: where the mean dynamics are then, x^2 - y^2 having fallen by exp(-eta rho^2 t), and by "
    "the square of that with samples."
)


def draw(record):
    """Draw the record."""
    figure, axes = column_figure(height=2.7)
    start = float(record.path[0, 0, 0])
    right = 1.12 * start
    x, y = np.meshgrid(np.linspace(0.02, right, 300), np.linspace(0.02, 1.9, 300))
    axes.contour(
        x, y, np.log10((x * y - 1) ** 2 / 2 + 1e-4), levels=8, colors=PALETTE["grey"], linewidths=0.4, alpha=0.5
    )
    along = np.geomspace(0.53, right, 200)
    image = axes.scatter(along, 1 / along, c=(along**2 + along**-2) / 2, s=22, cmap="viridis", norm="log", zorder=2)
    bar = figure.colorbar(image, ax=axes, label=r"trace$/d$ at the minimum", ticks=[1, 2, 4, 8], format="%g")
    bar.minorticks_off()
    c = np.sqrt(4 * record.stated.values**2 - 4)  # x^2 - y^2 of random smoothing, as stated
    ticks = slice(None, None, round(EVERY / float(record.step[1])))
    for k, colour, lift in ((1, "vermillion", 0.0), (2, "sky", 0.13)):
        path, name = record.path[k], str(record.method.values[k])
        # drawn a little above the minima, for the two paths and the minima would cover each other
        axes.plot(path[:, 0], path[:, 1] + 0.16 + lift, color=PALETTE[colour], linewidth=1.6, label=name, zorder=3)
        axes.plot(path[-1, 0], path[-1, 1] + 0.16 + lift, marker="<", color=PALETTE[colour], zorder=4, linestyle="none")
        kept = c[ticks] ** k / c[0] ** (k - 1)
        x = np.sqrt((np.sqrt(kept**2 + 4) + kept) / 2)
        dots = {"linestyle": "none", "marker": "o", "zorder": 5}
        axes.plot(path[ticks, 0], path[ticks, 1] + 0.16 + lift, **dots, color=PALETTE[colour], markersize=2.5)
        axes.plot(x, 1 / x + 0.16 + lift, **dots, color=PALETTE["black"], markersize=5, markerfacecolor="none")
    axes.plot(
        start, 1 / start, marker="s", color=PALETTE["black"], linestyle="none", zorder=5, label="gradient descent"
    )
    axes.plot(1, 1, marker="*", markersize=9, color=PALETTE["orange"], linestyle="none", zorder=5, label="flattest")
    axes.set(xlabel="$x$", ylabel="$y$", xlim=(0.3, right), ylim=(0, 1.9))
    axes.legend(loc="upper right", title="paths lifted for sight", title_fontsize="small")
    return figure
