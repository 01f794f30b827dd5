"""Relative errors of drift and bounce as the radius grows."""

import numpy as np

from flatlab.lab.plotting import PALETTE, STATED, label_panels, measured, page_figure

RECORD = "large_radius"
SHOWS = ("bartlett2023/drift-in-a-ravine",)
CAPTION = (
    "Measured, not claimed. Relative error of the two-step drift (left) and of the bounce's amplitude after ten steps "
    "(right) in a ravine of length 1. Dotted: one tenth, where the legend gives the radius; dashed: slope 2."
)


def draw(record):
    """Draw the record."""
    figure, panels = page_figure(1, 2, height=2.7)
    reach = record.reach.values
    for panel, name in zip(panels, ("drift", "bounce")):
        for k, h in enumerate(record.h.values):
            values = record[name].values[k]
            above = np.flatnonzero(~(values < 0.1))
            limit = f"{reach[above[0]]:.2g}" if above.size else "beyond"
            label = rf"$\eta\lambda_1={h:g}$: {limit}"
            panel.loglog(reach, np.where(np.isfinite(values), values, np.nan), **{**measured(k), "label": label})
        first = np.nanmedian(record[name].values[:, 0])
        panel.loglog(reach, first * (reach / reach[0]) ** 2, **STATED)
        panel.axhline(0.1, color=PALETTE["grey"], linewidth=0.7, linestyle=":")
        panel.set(xlabel=r"$a+\rho$", ylim=(1e-6, 1e5))
        panel.legend(loc="upper left")
    panels[0].set_ylabel("relative error of the drift")
    panels[1].set_ylabel("relative error of the amplitude")
    label_panels(panels)
    return figure
