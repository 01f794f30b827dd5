"""E|grad F|^2 against steps and perturbations, between the upper and the lower bound."""

import numpy as np

from flatlab.lab.plotting import COLOURS, PALETTE, STATED, label_panels, measured, page_figure

RECORD = "noise_rates"
SHOWS = (
    "zhang2024/upper-bound-nonconvex",
    "zhang2024/nonconvex-rate-in-steps",
    "zhang2024/nonconvex-rate-in-pairs",
    "zhang2024/lower-bound-huber",
    "zhang2024/rates-do-not-separate",
)
CAPTION = (
    "Points: mean over the iterates on a nonconvex well, 95% intervals, slopes fitted to the last five points. "
    "Lines: upper "
    "bound (dashed), lower bound L3 (dotted), and what the same step size leaves at its best iterate on the instances "
    "built against it (solid). L3 is about such an instance: another objective may lie below it."
)


def draw(record):
    """Draw the record."""
    figure, axes = page_figure(1, 2, height=3.0)
    for panel, axis in zip(axes, ("T", "k")):
        x = record[axis].values
        for k, name in enumerate(record.method.values):
            values = record[f"measured_{axis}"].values[k]
            ends = np.array([record[f"low_{axis}"].values[k], record[f"high_{axis}"].values[k]])
            slope = np.polyfit(np.log(x[-5:]), np.log(values[-5:]), 1)[0]
            panel.errorbar(x, values, np.abs(ends - values), **{**measured(k), "label": f"{name}: slope {slope:.2f}"})
        panel.plot(x, record[f"upper_{axis}"], **{**STATED, "label": "upper bound"})
        panel.plot(x, record[f"huber_{axis}"], color=COLOURS[2], label="on the Huber slope")
        panel.plot(x, record[f"quadratic_{axis}"], color=COLOURS[3], label="on the warm quadratic")
        panel.plot(x, record[f"lower_{axis}"], color=PALETTE["black"], linestyle=":", label="lower bound L3")
        panel.set(xscale="log", yscale="log", ylabel=r"$E|\nabla F|^2$")
        panel.legend(loc="lower left", fontsize=6.5)
        panel.set_ylim(bottom=float(record[f"measured_{axis}"].min()) / 20)
    axes[0].set_xlabel("steps T")
    axes[1].set_xlabel("perturbations k")
    label_panels(axes)
    return figure
