"""Paths on the hyperbola of minima, coloured by the trace."""

import numpy as np
from matplotlib.colors import LogNorm

from flatlab.lab.plotting import PALETTE, SMALL, label_panels, page_figure

RECORD = "escape_paths"
EVERY = 4000  # steps between the marks
SHOWS = ("ahn2024/decrease-per-step",)
TITLE = "Both perturbed methods slide along the minima to the flattest one; gradient descent stays"
CAPTION = (
    "Contours of (xy − 1)^2/2 with its minima coloured by the normalised trace. From the sharp minimum at the right "
    "gradient descent does not move; (a) random smoothing and (b) sharpness-aware steps slide along the minima to the "
    "flattest, (1, 1). Dots: all runs every 4000 steps; rings: where the mean dynamics are then, x^2 − y^2 having "
    "fallen by exp(-eta rho^2 t), and by the square of that with samples."
)


def draw(record):
    """Draw the record."""
    figure, panels = page_figure(1, 2, height=2.8, sharey=True)
    start = float(record.path[0, 0, 0, 0])
    right = 1.12 * start
    x, y = np.meshgrid(np.linspace(0.02, right, 300), np.linspace(0.02, 1.9, 300))
    loss = np.log10((x * y - 1) ** 2 / 2 + 1e-4)
    along = np.geomspace(0.53, right, 200)
    ticks = slice(None, None, round(EVERY / float(record.step[1])))
    for k, (panel, colour) in enumerate(zip(panels, ("vermillion", "blue")), start=1):
        panel.contour(x, y, loss, levels=8, colors=PALETTE["grey"], linewidths=0.4, alpha=0.5, linestyles="solid")
        minima = {"s": 40, "cmap": "viridis", "norm": LogNorm(1, 9), "zorder": 2}
        image = panel.scatter(along, 1 / along, c=(along**2 + along**-2) / 2, **minima)
        dots = {"linestyle": "none", "marker": "o", "zorder": 5, "markersize": 3}
        runs = record.path.values[k, :, ticks]
        panel.plot(
            *runs.reshape(-1, 2).T,
            **dots,
            color=PALETTE[colour],
            mec="white",
            mew=0.3,
            label=f"every 4000 steps, ({'ab'[k - 1]})",
        )
        c = np.sqrt(4 * record.stated.values[k, ticks] ** 2 - 4)  # x^2 - y^2
        x_stated = np.sqrt((np.sqrt(c**2 + 4) + c) / 2)
        stated = {**dots, "markersize": 8, "markerfacecolor": "none"}
        panel.plot(x_stated, 1 / x_stated, **stated, color="black", label="stated then")
        place = {"linestyle": "none", "marker": "s", "markersize": 5, "zorder": 6, "markerfacecolor": "white"}
        panel.plot(start, 1 / start, **place, color="black", label="gradient descent, all steps")
        flattest = {"linestyle": "none", "marker": "*", "markersize": 17, "zorder": 3}
        panel.plot(1, 1, **flattest, color=PALETTE["orange"], label="_same")
        panel.plot([], [], **{**flattest, "markersize": 8}, color=PALETTE["orange"], label="flattest minimum")
        panel.plot([], [], color=PALETTE["grey"], linewidth=0.4, label="contours of the loss")
        panel.set(xlabel="$x$", xlim=(0.3, right), ylim=(0, 1.9), title=str(record.method.values[k]))
        panel.grid(False)
    panels[0].set_ylabel("$y$")
    bar = figure.colorbar(image, ax=panels, label=r"trace$/d$ at the minimum", ticks=[1, 2, 4, 8], format="%g")
    bar.minorticks_off()
    found = [panel.get_legend_handles_labels() for panel in panels]
    kept = {label: handle for handles, labels in found for handle, label in zip(handles, labels)}
    figure.legend(kept.values(), kept, loc="outside lower center", ncols=3, fontsize=SMALL)
    label_panels(panels)
    return figure
