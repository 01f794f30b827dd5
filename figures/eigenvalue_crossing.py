"""The two largest eigenvalues along SAM's drift, through their meeting, at several sizes of noise."""

import numpy as np

from flatlab.lab.plotting import COLOURS, STATED, label_panels, page_figure

RECORD = "eigenvalue_crossing"
SHOWS = ("bartlett2023/eigenvalues-fall-together", "bartlett2023/drift-flow-on-a-manifold")
TITLE = "Where two eigenvalues meet, one falls on alone; with the slightest noise both fall"
CAPTION = (
    "The two largest eigenvalues along SAM's runs; means and ranges over the runs. (a) Without noise the bounce stays "
    "in its old direction after the meeting, and only that eigenvalue falls on. (b, c) The slightest noise lets the "
    "bounce change sides, and both fall together, on average along the element of least norm between the two "
    "gradients (dashed; after the meeting one line for both)."
)


def draw(record):
    """Draw the record."""
    figure, axes = page_figure(1, record.sizes["noise"], height=2.6, sharey=True)
    for k, panel in enumerate(axes):
        for which in range(2):
            runs = record.eigenvalue.values[k, :, :, which]
            style = {"color": COLOURS[which], "marker": "os"[which], "markersize": 3, "markevery": (8 * which, 16)}
            panel.plot(record.time, runs.mean(axis=0), linewidth=(2.2, 1.2)[which], label=f"$a_{which + 1}$", **style)
            shade = {"color": COLOURS[which], "alpha": 0.3, "linewidth": 0}
            panel.fill_between(record.time, runs.min(axis=0), runs.max(axis=0), **shade)
            stated = {**STATED, "label": "flow of least norm" if which else "_same", "zorder": 5}
            flow = record.steepest.values
            shown = slice(None, int(np.argmax(flow[:, 0] <= flow[:, 1] * (1 + 1e-3))) + 1 if which else None)
            panel.plot(record.time[shown], flow[shown, which], **stated)
        sigma = float(record.noise[k])
        panel.set_title("no noise" if sigma == 0 else rf"gradient noise $10^{{{np.log10(sigma):.0f}}}$", fontsize=8)
        panel.set_xlabel(r"time, $\eta\rho^2\times$ steps")
    axes[0].set_ylabel("eigenvalue")
    axes[-1].legend(loc="upper right")
    label_panels(axes)
    return figure
