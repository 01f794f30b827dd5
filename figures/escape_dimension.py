"""Gain of sharpness-aware steps against the dimension, and their loss against the batch size."""

import numpy as np

from flatlab.lab.plotting import PALETTE, STATED, label_panels, measured, page_figure

RECORD = "escape_dimension"
SHOWS = (
    "ahn2024/escape-time-ratio",
    "ahn2024/batch-size",
    "ahn2024/unequal-norms",
    "ahn2024/full-batch-loss",
)
TITLE = "Sharpness-aware steps gain by d, and lose it as 1/B in batches of orthogonal gradients"
CAPTION = (
    "(a) Escape time of random smoothing over d times that of sharpness-aware steps, at equal step and radius; "
    "dashed: the exact law, with what the noise of either method adds to its drift; grey: its leading order. (b) "
    "Drift of a mini-batch over that of one sample: 1/B for orthogonal gradients of equal norm, no loss for parallel "
    "ones, at B = 2 with norms 1 and 10 the share of the sample that carries the slope of the trace (bars: stated). "
    "Nothing is random in (b)."
)


def draw(record):
    """Draw the record."""
    figure, (left, right) = page_figure(height=2.6)
    bars = np.abs(np.stack([record.low, record.high]) - record.time_ratio.values) / record.d.values
    left.errorbar(record.d, record.time_ratio / record.d, yerr=bars, **measured(0), label="measured, 95 %")
    left.plot(record.d, record.ratio_stated / record.d, **{**STATED, "label": "stated"})
    left.axhline(1, color=PALETTE["grey"], linewidth=0.7, label="leading order")
    left.set(xscale="log", xlabel="dimension $d$", ylabel=r"$T_{\rm RS}/(d\,T_{\rm SAP})$", ylim=(0.95, 1.15))
    ticks = [3, 5, 9, 17]
    left.set_xticks(ticks, [str(t) for t in ticks])
    left.minorticks_off()
    left.legend(loc="upper left")
    right.plot(record.batch, record.drift, **measured(0), label="orthogonal, equal norms")
    right.plot(record.batch, 1 / record.batch, **{**STATED, "label": "stated: $1/B$, and 1"})
    right.plot(record.batch, record.parallel, **measured(1), label="parallel")
    right.plot([2, 2], record.unequal, **measured(2), label="norms 1 and 10")
    right.plot(
        [2, 2],
        record.unequal_stated,
        linestyle="none",
        marker="_",
        markersize=12,
        color="black",
        label="stated: their shares",
    )
    right.plot(record.batch, np.ones_like(record.parallel), **{**STATED, "label": "_same"})
    right.set(xlabel="batch size $B$", ylabel="drift over that of $B=1$", ylim=(0, 1.75))
    right.legend(loc="upper right", ncols=2)
    label_panels((left, right))
    return figure
