"""Frames of one run side by side: SAM bounces across the ravine and drifts to its wide place."""

import numpy as np

from flatlab.lab.plotting import COLOURS, PALETTE, SMALL, label_panels, page_figure

RECORD = "bounce_strip"
SHOWS = ("bartlett2023/drift-in-a-ravine", "bartlett2023/widest-place")
TITLE = "SAM bounces across the ravine, and the bounce drifts to the wide place"
CAPTION = (
    "(a–e) Eight consecutive iterates in each of five stretches of one run, neighbours joined, the first one ringed. "
    "The bounce goes from one side to the other and climbs along the bottom towards y = 1, where the ravine is widest. "
    "Grey: contours of the loss."
)


def draw(record):
    """Draw the record."""
    frames = record.sizes["frame"]
    figure, axes = page_figure(1, frames, height=2.5, sharey=True)
    reach = 1.5 * float(np.abs(record.window.values[..., 0]).max())
    levels = float(record.loss.values.max()) / 4 * np.linspace(0.08, 1.0, 8) ** 2
    for k, panel in enumerate(axes):
        panel.contour(record.x, record.y, record.loss, levels=levels, colors="#CCCCCC", linewidths=0.5)
        x, y = record.window.values[k].T
        panel.plot(x, y, "o-", color=COLOURS[0], markersize=2.5, linewidth=0.5, label="iterates")
        panel.plot(
            x[0], y[0], "o", mfc="none", mec=PALETTE["vermillion"], markersize=6, ls="none", label="the first one"
        )
        panel.plot([], [], color="#CCCCCC", linewidth=0.5, label="contours of the loss")
        panel.set_title(f"step {int(record.first_step[k])}", fontsize=8)
        panel.set_xlabel("across, $x$")
        panel.set_xlim(-reach, reach)
        panel.grid(False)
    axes[0].set_ylabel("along the bottom, $y$")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=SMALL)
    label_panels(axes)
    return figure
