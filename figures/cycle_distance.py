"""Distance to the two-cycle, coordinate by coordinate, with the predicted slopes."""

import numpy as np

from flatlab.lab.plotting import COLOURS, column_figure

RECORD = "cycle_distance"
SHOWS = ("bartlett2023/rate", "bartlett2023/multipliers")
CAPTION = (
    "Each coordinate approaches the cycle at its own predicted rate (dashed, anchored where rounding is still far)."
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
        axes.plot(steps, distance, color=colour, label=rf"$\lambda_{{{i + 1}}}={eigenvalue:.2f}$")
        seen = np.flatnonzero(distance < FLOOR if i == 0 else distance < 1e-28)
        end = seen[0] if seen.size else steps[-1]
        anchor = int(0.6 * end)
        predicted = distance[anchor] * factor ** (steps - anchor)
        shown = predicted > (1e-17 if i == 0 else 1e-30)
        axes.plot(steps[shown], predicted[shown], "--", color="black", linewidth=0.6)
    axes.set_yscale("log")
    axes.set(xlabel="step", ylabel="distance to the cycle", ylim=(1e-30, 3), xlim=(0, steps[-1]))
    axes.legend(ncol=2, loc="upper right")
    return figure
