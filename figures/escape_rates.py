"""First flat times against the tolerance: four valleys, and both branches of the sharpness-aware method."""

import numpy as np

from flatlab.plotting import COLOURS, STATED, measured, page_figure

RECORD = "escape_rates"
SHOWS = (
    "ahn2024/escape-exponent",
    "ahn2024/escape-bound",
    "ahn2024/bound-attained",
    "ahn2024/uncapped-branch",
    "ahn2024/capped-branch",
)
CAPTION = (
    "Median first flat time (bars: all runs) against the tolerance; solid lines: closed-form flow times. Left: random "
    "smoothing; the bound's slope -3 is attained on the ramp alone. Right: sharpness-aware steps; the dotted lines are "
    "the tolerances d^-3 at which the branch changes."
)


def draw(record):
    """Draw the record."""
    figure, panels = page_figure(height=2.9, sharey=True)
    for axes, curves in zip(panels, (range(4), range(4, 8))):
        for colour, i in enumerate(curves):
            epsilon, time = record.epsilon, record.time[i]
            bars = np.abs(np.stack([record.earliest[i], record.latest[i]]) - time.values)
            label = (
                f"{record.curve.values[i]!s}: {float(record.slope[i]):.2f} ({float(record.predicted_slope[i]):.2f})"
            )
            axes.errorbar(epsilon, time, yerr=bars, **measured(colour), label=label)
            axes.plot(epsilon, record.predicted[i], color=COLOURS[colour], linewidth=0.8)
        axes.set(xscale="log", yscale="log", xlabel=r"tolerance $\varepsilon$")
        axes.set_ylim(8, 4e7)
    first = record.epsilon.values
    panels[0].plot(first, 3e3 * (first / first[0]) ** -3.0, **{**STATED, "label": "slope $-3$"})
    for d in (3, 6):
        panels[1].axvline(d**-3.0, color="0.4", linestyle=":", linewidth=0.9)
        panels[1].text(1.05 * d**-3.0, 12, f"$d={d}$", fontsize="small")
    panels[1].set_xlim(0.004, 0.25)
    panels[0].set(ylabel="steps to a flat point $T$", title="random smoothing")
    panels[1].set_title("sharpness-aware")
    for axes in panels:
        axes.legend(title="slope (flow times)", loc="upper right", title_fontsize="small")
    return figure
