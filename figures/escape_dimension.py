"""Gain of sharpness-aware steps against the dimension, and their loss against the batch size."""

import numpy as np

from flatlab.lab.plotting import STATED, measured, page_figure

RECORD = "escape_dimension"
SHOWS = (
    "ahn2024/escape-time-ratio",
    "ahn2024/batch-size",
    "ahn2024/unequal-norms",
    "ahn2024/full-batch-loss",
)
CAPTION = (
    "Left: escape time of random smoothing over that of sharpness-aware steps at equal step and radius. Right: drift "
    "of a mini-batch over that of one sample: 1/B for orthogonal gradients of equal norm, no loss for parallel ones, "
    "and at B = 2 with norms 1 and 10 it depends on which sample carries the slope of the trace."
)


def draw(record):
    """Draw the record."""
    figure, (left, right) = page_figure(height=2.6)
    bars = np.abs(np.stack([record.low, record.high]) - record.time_ratio.values)
    slope = np.polyfit(np.log(record.d), np.log(record.time_ratio), 1)[0]
    left.errorbar(record.d, record.time_ratio, yerr=bars, **measured(0), label=f"measured, slope {slope:.2f}")
    left.plot(record.d, record.d, **{**STATED, "label": "stated: $d$"})
    left.set(xscale="log", yscale="log", xlabel="dimension $d$", ylabel=r"$T_{\rm RS}/T_{\rm SAP}$")
    ticks = [3, 5, 9, 17]
    left.set_xticks(ticks, [str(t) for t in ticks])
    left.set_yticks(ticks, [str(t) for t in ticks])
    left.minorticks_off()
    left.legend(loc="upper left")
    right.plot(record.batch, record.drift, **measured(0), label="orthogonal, equal norms")
    right.plot(record.batch, 1 / record.batch, **{**STATED, "label": "stated: $1/B$"})
    right.plot(record.batch, record.parallel, **measured(1), label="parallel")
    right.plot([2, 2], record.unequal, **measured(2), label="norms 1 and 10")
    right.set(xlabel="batch size $B$", ylabel="drift over that of $B=1$", ylim=(0, 1.62))
    right.legend(loc="upper right", ncols=2)
    return figure
