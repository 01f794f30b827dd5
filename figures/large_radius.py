"""Relative errors of drift and bounce as the radius grows."""

import numpy as np

from flatlab.lab.plotting import PALETTE, SMALL, STATED, label_panels, measured, page_figure

RECORD = "large_radius"
SHOWS = ("bartlett2023/drift-in-a-ravine",)
TITLE = (
    "At the largest step the drift law is within a tenth up to a bounce of 0.4, the amplitude up to 0.06 of the "
    "ravine's length"
)
CAPTION = (
    "One ravine whose curvature changes on the length 1; nothing is random. Relative error (a) of the two-step drift "
    "law and (b) of the bounce's amplitude after ten steps, against the size of the bounce's ascent. Dashed in (a): "
    "slope 2, the order that is stated for small radii, through the first point of the largest step; grey line: an "
    "error of one tenth. A point is left out where the run has left the ravine; in (b) the error of the largest step "
    "reaches 0.14 beyond 0.06, and it dips where it changes sign. What is beyond small radii is measured and not "
    "claimed."
)


def draw(record):
    """Draw the record."""
    figure, panels = page_figure(1, 2, height=3.3, sharey=True)
    reach = record.reach.values
    for panel, name in zip(panels, ("drift", "bounce")):
        for k, h in enumerate(record.h.values):
            values = record[name].values[k]
            label = rf"$\eta\lambda_1={h:g}$"
            panel.loglog(reach, np.where(np.isfinite(values), values, np.nan), **{**measured(k), "label": label})
        first = record[name].values[-1, 0]
        shown = reach[: np.searchsorted(reach, 1.0)]
        if name == "drift":
            panel.loglog(shown, first * (shown / shown[0]) ** 2, **{**STATED, "label": "slope 2"})
        panel.axhline(0.1, color=PALETTE["grey"], linewidth=0.9, label="one tenth")
        panel.set_xlabel(r"$a+\rho$ over the ravine's length")
    panels[0].set_ylabel("relative error of the drift")
    panels[1].set_ylabel("relative error of the amplitude")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=6, fontsize=SMALL)
    label_panels(panels)
    return figure
