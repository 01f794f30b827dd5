"""Largest eigenvalue of a network's Hessian along full-batch training, beside the edges of stability."""

from flatlab.lab.plotting import COLOURS, SMALL, STATED, label_panels, page_figure

RECORD = "network_edge"
SHOWS = ("bartlett2023/network-gd-edge", "bartlett2023/network-sam-edge")
TITLE = "Gradient descent and SAM keep a network's largest eigenvalue at their edges or just above"
CAPTION = (
    "Networks trained from several samples and starts: medians (markers) and ranges (bands). (a) Largest Hessian "
    "eigenvalue and edge of stability (dashed and dotted), 2/eta for gradient descent and a function of the gradient "
    "norm for SAM. (b) Their ratio between 0.9 and 1.1; it starts outside, and the range of gradient descent comes "
    "inside by step 450. (c) Training loss."
)


def draw(record):
    """Draw the record."""
    figure, (tops, ratios, losses) = page_figure(1, 3, height=2.6)
    step = record.step.values
    for j, name in enumerate(record.method.values):
        style = {"marker": "os"[j], "color": COLOURS[j], "markersize": 3, "markevery": (2 * j, 4)}
        ratio = record.top[j] / record.edge[j]
        for panel, values in ((tops, record.top[j]), (ratios, ratio), (losses, record.loss[j])):
            panel.plot(step, values.median("network"), linewidth=0.8, label=str(name), **style)
            low, high = values.min("network"), values.max("network")
            panel.fill_between(step, low, high, color=COLOURS[j], alpha=0.2, linewidth=0)
        edge = {**STATED, "linestyle": ("--", ":")[j], "linewidth": 1.3, "zorder": 5}
        tops.plot(step[1:], record.edge[j].median("network")[1:], label=f"edge of {name}", **edge)
    ratios.axhline(1, **{**STATED, "label": "at the edge"})
    tops.set(ylabel="largest eigenvalue", ylim=(0, None))
    ratios.set(ylabel="largest eigenvalue over the edge", ylim=(0.9, 1.1))
    losses.set(ylabel="training loss", yscale="log")
    for panel in (tops, ratios, losses):
        panel.set_xlabel("step")
        panel.legend(fontsize=SMALL)
    label_panels((tops, ratios, losses))
    return figure
