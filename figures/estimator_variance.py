"""Variance of one point, of two independent points and of the pair, measured and stated."""

import numpy as np

from flatlab.lab.plotting import COLOURS, PALETTE, page_figure

RECORD = "estimator_variance"
SHOWS = (
    "zhang2024/gradient-variance-quadratic",
    "zhang2024/gradient-variance-quartic",
    "zhang2024/pair-loses-on-a-cubic",
    "zhang2024/noisy-oracle-favours-two-points",
)
TITLE = (
    "The pair varies less than two points on a quadratic and a quartic, and more at the centre of a cubic or with a "
    "noisy oracle"
)
CAPTION = (
    "Bars: measured variance of a gradient estimate over that of one point, with 95% intervals; black ticks: stated. "
    "Two points and the pair cost the same. The pair wins where the odd part of the gradient varies more than the "
    "even part and the oracle's own noise together (quadratic, quartic), and loses otherwise."
)

CASES = {"cubic at 0": "centre of a cubic"}
HATCHES = ("", "////", "....")


def draw(record):
    """Draw the record."""
    figure, panel = page_figure(1, 1, height=2.4)
    one = record.stated.values[:, :1]
    values, stated = record.variance.values / one, record.stated.values / one
    bars = np.abs(np.array([record.low.values, record.high.values]) / one - values)
    place = np.arange(len(values))
    for j, name in enumerate(record.estimator.values):
        at = place + 0.27 * (j - 1)
        panel.bar(
            at, values[:, j], 0.25, color=COLOURS[j], hatch=HATCHES[j], edgecolor="white", linewidth=0, label=str(name)
        )
        panel.errorbar(at, values[:, j], bars[:, :, j], fmt="none", ecolor=PALETTE["grey"], elinewidth=0.9)
        panel.hlines(stated[:, j], at - 0.125, at + 0.125, color=PALETTE["black"], linewidth=1.4,
                     label="stated" if j == 2 else "_same")  # fmt: skip
        for x, height in zip(at, values[:, j]):
            panel.annotate(f"{height:.2f}", (x, height), (0, 3), textcoords="offset points", ha="center", fontsize=7)
    panel.set_xticks(place, [CASES.get(str(name), str(name)) for name in record.case.values])
    panel.set(ylabel="variance / that of one point", ylim=(0, 1.45))
    panel.grid(axis="x", visible=False)
    panel.legend(loc="upper center", ncols=4)
    return figure
