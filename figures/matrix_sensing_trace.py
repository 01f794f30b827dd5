"""Hessian trace against nuclear norm, with the slope of the theory."""

import numpy as np
from _sensing import LABELS, SHADES

from flatlab.lab.plotting import MARKERS, STATED, label_panels, page_figure
from flatlab.storage.records import parameters_of

RECORD = "matrix_sensing"
SHOWS = ("zhang2024/sensing-mean-trace", "zhang2024/sensing-as-flat", "zhang2024/sensing-sharper-and-better")
CAPTION = (
    "Hessian trace against nuclear norm. (a) Along the runs; dashed: 2(d+1) times the nuclear norm, the mean at "
    "interpolation. (b) The ends near the truth (mean over the last quarter) with their squared relative errors: "
    "those with the lowest trace are not the best, and the best ends at the trace of the truth."
)


def draw(record):
    """Draw the record."""
    figure, (wide, near) = page_figure(1, 2, height=3.0)
    d, ends = parameters_of(record)["d"], record.isel(record=slice(-10, None)).mean("record")
    truth = float(record.truth.sum())
    for axes, shown in ((wide, np.array([0.8 * truth, 1e4])), (near, np.array([0.972, 1.04]) * truth)):
        nuclear = np.geomspace(0.9 * shown.min(), 1.1 * shown.max(), 50) if axes is wide else shown
        axes.plot(nuclear, 2 * (d + 1) * nuclear, **STATED, label=r"$2(d+1)\,\|WW^{\top}\|_*$")
        axes.plot(truth, 2 * (d + 1) * truth, "*", color="black", markersize=9, label="truth", zorder=5)
    for k, name in enumerate(record.approach.values):
        run, end = record.sel(approach=name), ends.sel(approach=name)
        wide.plot(run.nuclear, run.trace, color=SHADES[str(name)], marker=MARKERS[k % 6], markersize=2, linewidth=0.6)
        if abs(float(end.nuclear) / truth - 1) < 0.025:
            label = f"{LABELS[str(name)]}: {float(end.error):.1e}"
            near.plot(
                end.nuclear, end.trace, linestyle="none", marker=MARKERS[k % 6], color=SHADES[str(name)], label=label
            )
    wide.set(
        xscale="log",
        yscale="log",
        xlim=(0.7 * truth, 1.5e4),
        ylim=(6e4, 6e6),
        xlabel="nuclear norm",
        ylabel="Hessian trace",
    )
    near.set(xlabel="nuclear norm", ylim=(0.92 * 2 * (d + 1) * truth, 1.05 * 2 * (d + 1) * truth))
    near.ticklabel_format(axis="y", scilimits=(0, 0))
    near.legend(fontsize=6, loc="lower right")
    label_panels((wide, near))
    return figure
