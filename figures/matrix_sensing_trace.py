"""Hessian trace against nuclear norm, over many problems, with the slope of the theory."""

import numpy as np
from _sensing import LABELS, SHADES

from flatlab.lab.plotting import AXIS, MARKERS, STATED, label_panels, page_figure
from flatlab.storage.records import parameters_of

RECORD = "matrix_sensing_problems"
SHOWS = ("zhang2024/sensing-mean-trace", "zhang2024/sensing-as-flat", "zhang2024/sensing-sharper-and-better")
TITLE = (
    "The lowest trace is not the best recovery: naive noise ends as flat as NSO and worse, a small start sharper and "
    "better"
)
CAPTION = (
    "Hessian trace against nuclear norm, one point for each problem. (a) Where the runs end, over the truth's nuclear "
    "norm; dashed: 2(d+1) times the nuclear norm, the mean at interpolation. (b) Without gradient descent, which lies "
    "far to the right: test loss against the trace over that of NSO on the same problem: naive noise ends as flat and "
    "has the larger loss, a small start ends sharper and has the smaller one."
)
SHOWN = ("gd", "naive", "naive-2", "nso", "decay", "small-start")


def draw(record):
    """Draw the record."""
    figure, (law, ends) = page_figure(1, 2, height=3.2)
    d, last = parameters_of(record)["d"], record.isel(record=slice(-10, None)).mean("record")
    for k, name in enumerate(SHOWN):
        one = last.sel(approach=name)
        style = {"linestyle": "none", "marker": MARKERS[k], "markersize": 3, "color": SHADES[name], "alpha": 0.7}
        law.plot(one.nuclear / record.truth, one.trace / record.truth, **style, label=LABELS[name])
        if name != "gd":  # far to the right
            ends.plot(one.trace / last.sel(approach="nso").trace, one.test, **style)
    x = np.array([0.8, float((last.nuclear / record.truth).max()) * 1.2])
    law.plot(x, 2 * (d + 1) * x, **STATED, label=r"$2(d+1)\,\|WW^{\top}\|_*$")
    law.set(xscale="log", yscale="log", xlabel="nuclear norm over the truth's", ylabel="trace over the truth's norm")
    ends.axvline(1, **AXIS)
    ends.set(yscale="log", xlabel="trace over that of NSO", ylabel="relative test loss")
    figure.legend(*law.get_legend_handles_labels(), loc="outside lower center", ncols=4)
    law.set_yticks([50, 100, 200, 500], ["50", "100", "200", "500"])
    law.set_xticks([1, 2, 5, 10], ["1", "2", "5", "10"])
    law.minorticks_off()
    label_panels((law, ends))
    return figure
