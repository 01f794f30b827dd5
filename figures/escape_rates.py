"""First flat times against the tolerance: four valleys, and both branches of the sharpness-aware method."""

import numpy as np

from flatlab.lab.plotting import COLOURS, SMALL, STATED, label_panels, measured, page_figure

RECORD = "escape_rates"
SHOWS = (
    "ahn2024/escape-exponent",
    "ahn2024/escape-bound",
    "ahn2024/smoothed-theorem-exponents",
    "ahn2024/sharpness-aware-theorem-exponents",
)
TITLE = (
    "Random smoothing reaches exponent −3 on the ramp only; that of sharpness-aware steps changes at the stated "
    "tolerance"
)
CAPTION = (
    "Median first flat time (bars: all runs) against the tolerance; solid lines: closed-form flow times. (a) Random "
    "smoothing; the bound's slope −3 is attained on the ramp alone. (b) Sharpness-aware steps; the dotted lines are "
    "the tolerances d^−3 at which the branch changes; for d = 6 it lies outside the tolerances run. The legends give "
    "the fitted slopes."
)


def _slopes(epsilon, time, predicted, change=None):
    """Return the fitted slopes with those of the flow times in brackets, on either side of a change of branch."""
    sides = [epsilon > 0] if change is None else [epsilon > change, epsilon < change]
    texts = []
    for side in sides:
        if side.sum() > 2:
            fits = [np.polyfit(np.log(epsilon[side]), np.log(values[side]), 1)[0] for values in (time, predicted)]
            texts.append(f"{fits[0]:.2f} ({fits[1]:.2f})".replace("-", "−"))
    return " | ".join(texts)


def draw(record):
    """Draw the record."""
    figure, panels = page_figure(height=3.1, sharey=True)
    epsilon = record.epsilon.values
    for axes, curves in zip(panels, (range(4), range(4, 8))):
        for colour, i in enumerate(curves):
            time, predicted, name = record.time[i].values, record.predicted[i].values, str(record.curve.values[i])
            bars = np.abs(np.stack([record.earliest[i], record.latest[i]]) - time)
            change = int(name[-1]) ** -3.0 if "d = " in name else None
            label = f"{name}: {_slopes(epsilon, time, predicted, change)}"
            axes.errorbar(epsilon, time, yerr=bars, **measured(colour), label=label)
            axes.plot(epsilon, predicted, color=COLOURS[colour], linewidth=0.8, label="_same")
        axes.set(xscale="log", yscale="log", xlabel=r"tolerance $\varepsilon$", xlim=(0.004, 0.3), ylim=(8, 1e12))
        axes.set_xticks([0.005, 0.01, 0.02, 0.05, 0.1, 0.2], ["0.005", "0.01", "0.02", "0.05", "0.1", "0.2"])
        axes.set_yticks([10.0**k for k in range(1, 9)])
        axes.minorticks_off()
    panels[0].plot(epsilon, 1.2e3 * (epsilon / epsilon[0]) ** -3.0, **{**STATED, "label": "slope $-3$"})
    for d in (3, 6):
        panels[1].axvline(
            d**-3.0, ymax=0.55, color="0.4", linestyle=":", linewidth=0.9, label="_same" if d == 3 else "$d^{-3}$"
        )
        panels[1].text(1.05 * d**-3.0, 12, f"$d={d}$", fontsize="small")
    panels[0].set(ylabel="steps to a flat point $T$", title="random smoothing")
    panels[1].set_title("sharpness-aware")
    for axes, title in zip(panels, ("slope (flow times)", "slopes above | below $d^{-3}$ (flow times)")):
        axes.plot([], [], color="0.4", linewidth=0.8, label="flow times")
        axes.legend(title=title, loc="upper right", title_fontsize=SMALL, fontsize=SMALL)
    label_panels(panels)
    return figure
