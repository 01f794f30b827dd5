"""Largest eigenvalue of a network's Hessian along full-batch training, beside the edges of stability."""

from flatlab.lab.plotting import COLOURS, label_panels, page_figure

RECORD = "network_edge"
SHOWS = ("bartlett2023/network-gd-edge", "bartlett2023/network-sam-edge")
CAPTION = (
    "(a) Largest Hessian eigenvalue (points) and edge of stability (broken lines), 2/eta for gradient descent and a "
    "function of the gradient norm for SAM. (b) Share of the gradient along the leading eigenvector. (c) "
    "Training loss."
)


def draw(record):
    """Draw the record."""
    figure, (tops, shares, losses) = page_figure(1, 3, height=2.5)
    step = record.step.values
    for j, name in enumerate(record.method.values):
        tops.plot(step, record.top[j], "os"[j], color=COLOURS[j], markersize=3, label=str(name))
        tops.plot(
            step[1:], record.edge[j][1:], color="black", linestyle=("--", ":")[j], zorder=5, label=f"edge of {name}"
        )
        shares.plot(step, record.alignment[j], "os"[j], color=COLOURS[j], markersize=3)
        losses.plot(step, record.loss[j], color=COLOURS[j], label=str(name))
    tops.set(ylabel="largest eigenvalue", ylim=(0, 11))
    shares.set(ylabel="alignment with the gradient", ylim=(0, 1))
    losses.set(ylabel="training loss", yscale="log")
    tops.legend(loc="upper right", ncols=2, fontsize=6.5, handlelength=1.2, columnspacing=1)
    losses.legend()
    for panel in (tops, shares, losses):
        panel.set_xlabel("step")
    label_panels((tops, shares, losses))
    return figure
