"""F against f on a sharp and a flat well; the depth of both wells; where noise stability optimisation ends."""

import numpy as np

from flatlab.lab.plotting import COLOURS, PALETTE, SMALL, label_panels, measured, page_figure

RECORD = "double_well_smoothing"
SHOWS = ("zhang2024/fourth-order-remainder", "zhang2024/unbiased-for-every-symmetric-law")
TITLE = (
    "Runs hardly leave the sharp well before it is gone from the smoothed loss, though the flat well is the lower one "
    "long before"
)
CAPTION = (
    "(a) The objective f and its smoothing F for several noise levels s; lines: closed form, markers: sampled, with "
    "standard errors below their size. (b) Least F in each well; the flat one is lower to the right of the dotted "
    "line, and the sharp one is gone to the right of the dashed line. (c) Share of NSO runs from the bottom of the "
    "sharp well that end in the flat one, 95 % intervals. A descent leaves the sharp well of F only once it is gone."
)


def draw(record):
    """Draw the record."""
    figure, (curves, depth, ends) = page_figure(1, 3, height=2.5)
    for k, s in enumerate(record.noise.values):
        colour = PALETTE["black"] if s == 0 else COLOURS[k - 1]
        curves.plot(record.x, record.curve.values[k], color=colour, label="_same" if s else "f")
        if s:
            points = {**measured(k - 1), "markersize": 2.8, "color": colour}
            curves.plot([], [], **{**points, "linestyle": "-"}, label=f"F, s = {s:g}")
            curves.errorbar(record["at"], record.sampled.values[k - 1], record.sampled_error.values[k - 1], **points)
    curves.set(xlabel="x", ylabel="loss", ylim=(-1.05, 0.75))
    curves.legend(loc="upper center", ncols=2, columnspacing=1.0)
    for k, name in enumerate(record.well.values):
        depth.plot(
            record.fine, record.depth.values[k], color=COLOURS[3 + k], linestyle=("-", "-.")[k], label=f"{name} well"
        )
    sharp, flat = record.depth.values
    fine = record.fine.values
    crossing, gone = float(fine[np.argmax(sharp > flat)]), float(fine[np.argmax(np.isnan(sharp))])
    for panel in (depth, ends):
        panel.axvline(
            crossing, color=PALETTE["grey"], linestyle=":", linewidth=1.0, label="flat well lower to the right"
        )
        panel.axvline(gone, color=PALETTE["grey"], linestyle="--", linewidth=1.0, label="sharp well gone to the right")
        panel.set(xscale="log", xlabel="noise s")
        panel.set_xticks([0.02, 0.05, 0.1, 0.2, 0.5], ["0.02", "0.05", "0.1", "0.2", "0.5"])
        panel.set_xticks([], minor=True)
    depth.set_ylabel("least F in the well")
    bars = np.abs(np.array([record.share_low, record.share_high]) - record.share.values)
    ends.errorbar(record.s, record.share, bars, **{**measured(0), "color": PALETTE["black"]}, label="NSO runs")
    ends.set(ylabel="share that ends in the flat well", ylim=(-0.05, 1.05))
    found = [panel.get_legend_handles_labels() for panel in (depth, ends)]
    kept = {label: handle for handles, labels in found for handle, label in zip(handles, labels)}
    figure.legend(kept.values(), kept, loc="outside lower center", ncols=5, fontsize=SMALL)
    label_panels((curves, depth, ends))
    return figure
