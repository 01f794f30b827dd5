"""Recovery error against the size of the weight noise."""

import numpy as np
from _sensing import LABELS, SHADES

from flatlab.lab.plotting import MARKERS, STATED, column_figure

RECORD = "matrix_sensing_noise"
SHOWS = ("zhang2024/sensing-nso-over-naive", "zhang2024/sensing-soft-threshold", "zhang2024/sensing-decay-recovers")
TITLE = "A middle amount of noise recovers best: less has no time to act, more leaves a bias"
CAPTION = (
    "Squared relative error against the noise at equal gradient evaluations: median and range over problems; the "
    "markers of one noise level are set a little apart. Too little noise has no time to act; too much leaves a bias. "
    "Dashed: bias floor of the population, below which no amount of data brings the error."
)


def draw(record):
    """Draw the record."""
    figure, axes = column_figure(height=2.8)
    s = record.s.values
    axes.loglog(s, np.median(record.bias_floor.values, axis=1), **STATED, label="bias floor")
    for k, name in enumerate(record.approach.values):
        error = record.error.sel(approach=name).values
        middle = np.median(error, axis=1)
        spread = np.abs(np.stack([error.min(axis=1), error.max(axis=1)]) - middle)
        axes.errorbar(
            s * 1.02 ** (k - 1.5),
            middle,
            spread,
            marker=MARKERS[k],
            markersize=3.5,
            linewidth=0.8,
            elinewidth=0.7,
            color=SHADES[str(name)],
            label=LABELS[str(name)],
        )
    axes.set_xticks(s, [f"{one:g}" for one in s])
    axes.minorticks_off()
    axes.set(xlabel="standard deviation of the weight noise $s$", ylabel="squared relative error")
    axes.legend()
    return figure
