"""Distance to the two-cycle, coordinate by coordinate, with the predicted slopes."""

import numpy as np

from flatlab.lab.plotting import COLOURS, MARKERS, SMALL, STATED, column_figure

RECORD = "cycle_distance"
SHOWS = ("bartlett2023/rate", "bartlett2023/multipliers")
TITLE = "Each coordinate approaches the two-cycle at its own predicted rate, down to rounding"
CAPTION = (
    "Distance of each coordinate to its place on the cycle, from one start. Each shrinks at its own predicted rate; "
    "the predicted lines go through one point of each curve where rounding is still far. The first coordinate, which "
    "does not go to 0, stays at the rounding of a double; the others can fall on."
)
FLOOR = 1e-15


def draw(record):
    """Draw the record."""
    figure, axes = column_figure(height=2.7)
    steps = np.arange(record.sizes["step"])
    for i in range(record.sizes["coordinate"]):
        colour = COLOURS[i % len(COLOURS)]
        distance = record.distance.values[:, i]
        eigenvalue, factor = float(record.eigenvalues[i]), float(record.factor[i])
        line = {"marker": MARKERS[i % len(MARKERS)], "markevery": (3 * i, 12), "markersize": 3}
        axes.plot(steps, distance, color=colour, **line, label=rf"$\lambda_{{{i + 1}}}={eigenvalue:.2f}$")
        seen = np.flatnonzero(distance < FLOOR if i == 0 else distance < 1e-28)
        end = seen[0] if seen.size else steps[-1]
        anchor = int(0.6 * end)
        predicted = distance[anchor] * factor ** (steps - anchor)
        shown = predicted > (1e-17 if i == 0 else 1e-30)
        axes.plot(
            steps[shown], predicted[shown], **{**STATED, "label": "_same" if i else "predicted rate", "zorder": 5}
        )
    axes.set_yscale("log")
    axes.set(xlabel="step", ylabel="distance to the cycle", ylim=(1e-30, 3), xlim=(0, steps[-1]))
    figure.legend(loc="outside lower center", ncols=3, fontsize=SMALL)
    return figure
