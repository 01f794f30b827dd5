"""Iterates that are not flat, over a grid in tolerance and probability, in both theorems run as stated."""

import numpy as np

from flatlab.lab.plotting import SMALL, STATED, label_panels, measured, page_figure

RECORD = "theorem_grid"
SHOWS = ("ahn2024/smoothed-theorem-exponents", "ahn2024/sharpness-aware-theorem-exponents")
TITLE = "Iterates that are not flat grow as the theorems state when the tolerance falls"
CAPTION = (
    "Both theorems run as stated on the ramp, (a) of random smoothing and (b) of sharpness-aware steps: the number of "
    "iterates that are not flat against the tolerance, for five probabilities delta; means and ranges of the runs. "
    "Lines: the stated first flat time, of slope −3 for random smoothing and, for sharpness-aware steps after the "
    "closing descent, −3 below the tolerance d^−3 and −2 above."
)


def draw(record):
    """Draw the record."""
    figure, panels = page_figure(height=2.8)
    for t, (axes, name) in enumerate(zip(panels, record.method.values)):
        epsilon = record.epsilon[t].values
        for k, delta in enumerate(record.delta[t].values):
            counts = record.share[t, :, k, 0].values * record.steps[t, :, k].values[:, None]
            middle = counts.mean(axis=1)
            bars = np.abs(np.stack([counts.min(axis=1), counts.max(axis=1)]) - middle)
            axes.errorbar(epsilon, middle, yerr=bars, **measured(k), label=f"{delta:.2g}")
            stated = {**STATED, "label": "_same" if k else "stated"}
            axes.plot(epsilon, record.first[t, :, k], **stated)
        axes.set(xscale="log", yscale="log", xlabel=r"tolerance $\varepsilon$", title=str(name))
        ticks = [round(float(e), 3) for e in epsilon[::2]]
        axes.set_xticks(ticks, [f"{e:g}" for e in ticks])
        axes.minorticks_off()
        axes.legend(title=r"$\delta$", loc="upper right", fontsize=SMALL, ncols=3)
        axes.set_ylim(top=axes.get_ylim()[1] * 3)
    panels[0].set_ylabel("iterates that are not flat")
    label_panels(panels)
    return figure
