"""How far NSO shifts the eigenvalues of the truth, against the number of measurements."""

import numpy as np

from flatlab.lab.plotting import AXIS, COLOURS, MARKERS, PALETTE, STATED, label_panels, page_figure

RECORD = "soft_threshold"
SHOWS = ("zhang2024/sensing-soft-threshold",)
TITLE = "Noise lowers each eigenvalue of the truth by the threshold of its own sample"
CAPTION = (
    "Shift of the eigenvalues of the truth under NSO, in thresholds of the population. (a) Median and the band "
    "between the tenth and the ninetieth percentile over problems and eigenvalues, against the number of "
    "measurements, on a scale that is linear up to 2; below d(d+1) (shaded) nothing is stated, and with "
    "the fewest, the authors' half of d(d+1)/2, eigenvalues off the truth are above 0 as well. (b) From d(d+1) "
    "measurements on each shift is that of its own sample: one point for each eigenvalue and problem, on the diagonal "
    "up to 0.15. Hollow: problems outside of the statement, which asks for eigenvalues of at least twenty thresholds "
    "and a gradient off the truth of at least a fifth of one."
)
ENOUGH = 2.0  # times d(d+1)/2
LEAST, LEAST_SLOPE = 20, 0.2  # in thresholds, of the truth and of the gradient off it


def draw(record):
    """Draw the record."""
    figure, (shares, points) = page_figure(1, 2, height=3.0)
    x = record.share.values
    found = {"seen": record.seen.values, "stated": record.stated.values}
    for name, style in (("seen", {"marker": "o"}), ("stated", {"linestyle": "--", "marker": ""})):
        values = found[name].reshape(x.size, -1)
        low, middle, high = np.quantile(values, [0.1, 0.5, 0.9], axis=1)
        if name == "seen":
            shares.fill_between(x, low, high, color=COLOURS[0], alpha=0.2, linewidth=0)
        colour = COLOURS[0] if name == "seen" else PALETTE["black"]
        labels = {"seen": "eigenvalues of the truth", "stated": "stated, from the sample"}
        where = slice(None) if name == "seen" else x >= ENOUGH
        shares.plot(x[where], middle[where], color=colour, markersize=4, linewidth=1, label=labels[name], **style)
    shares.plot(
        x, np.median(-record.off.values, axis=1), color=COLOURS[1], marker="s", markersize=4, linewidth=1,
        label="off the truth",
    )  # fmt: skip
    shares.axvspan(
        x[0] / 1.1, ENOUGH, facecolor="0.92", edgecolor="0.6", linewidth=0.5, zorder=0, label="nothing is stated"
    )
    shares.axhline(1, **AXIS)
    shares.axhline(0, **AXIS)
    shares.set(xscale="log", xlabel="measurements over d(d+1)/2", ylabel="shift downwards, in thresholds")
    shares.set(xlim=(x[0] / 1.1, x[-1] * 1.1))
    shares.set_yscale("asinh", linear_width=2.0)
    shares.set_yticks([-1, 0, 1, 2, 5, 10, 20], ["−1", "0", "1", "2", "5", "10", "20"])
    shares.set_xticks(x, [f"{one:g}" for one in x])
    shares.minorticks_off()
    shares.legend(fontsize=6.5)
    for k, share in enumerate(x[x >= ENOUGH]):
        one = record.sel(share=share)
        holds = (one.slope.values >= LEAST_SLOPE) & (one.least.values >= LEAST)
        style = {"markersize": 2.5, "color": COLOURS[k], "alpha": 0.7, "linestyle": "none", "marker": MARKERS[k]}
        label = f"n = {share:g} d(d+1)/2"
        points.plot(one.stated.values[holds].ravel(), one.seen.values[holds].ravel(), **style, label=label)
        points.plot(one.stated.values[~holds].ravel(), one.seen.values[~holds].ravel(), **style, fillstyle="none")
    points.plot([], [], "o", color="0.4", markersize=2.5, fillstyle="none", label="hollow: nothing is stated")
    ends = np.array([0.5, 1.6])
    points.plot(ends, ends, **STATED, label="equality")
    points.set(
        xlabel="shift stated for the sample, in thresholds", ylabel="shift seen, in thresholds", xlim=ends, ylim=ends
    )
    points.legend(fontsize=6.5)
    label_panels((shares, points))
    return figure
