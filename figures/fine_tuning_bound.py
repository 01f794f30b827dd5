"""PAC-Bayes bound of every method against its test error, task by task."""

from flatlab.plotting import COLOURS, MARKERS, STATED, label_panels, page_figure

RECORD = "fine_tuning"
SHOWS = ("zhang2024/pac-bayes-orders-models",)
CAPTION = (
    "Mean PAC-Bayes bound against mean test error, one point for each method; above the dashed line the bound is above "
    "the error. Left squared loss, middle cross-entropy. Right: rank correlation of the two over the methods of a "
    "task, with 95 % intervals from a paired bootstrap over the seeds (filled squared loss, open cross-entropy)."
)


def draw(record):
    """Draw the record."""
    figure, (*scatters, ranks) = page_figure(1, 3, height=2.9, width_ratios=[1, 1, 1.1])
    error = 1 - record.test_accuracy.mean("replicate")
    bound = record.bound.mean("replicate")
    names = [str(task) for task in record.task.values]
    for i, (panel, loss) in enumerate(zip(scatters, record.loss.values)):
        for k, task in enumerate(names):
            style = {"color": COLOURS[k % 6], "marker": MARKERS[k % 6], "linestyle": "none"}
            x, y = (part.sel(loss=loss, task=task).values for part in (error, bound))
            panel.plot(x, y, markersize=3, label=task, **style)
            centre, low, high = record.bound_order.sel(loss=loss, task=task).values
            ranks.errorbar(
                centre, k + 0.25 * i - 0.12, xerr=[[max(centre - low, 0)], [max(high - centre, 0)]],
                fillstyle=("full", "none")[i], markersize=4, **{**style, "linestyle": "none"},
            )  # fmt: skip
        panel.plot([0, 1], [0, 1], **STATED)
        panel.set(xlabel="test error", xlim=(0, 0.75), ylim=(0, 1.05), title=f"{loss} loss")
    scatters[0].set_ylabel("PAC-Bayes bound")
    ranks.axvline(0, color="black", linewidth=0.8)
    ranks.set(xlabel="rank correlation", xlim=(-1.05, 1.05), ylim=(len(names) - 0.5, -0.5), yticks=range(len(names)))
    ranks.set_yticklabels(names, fontsize=6)
    label_panels((*scatters, ranks))
    return figure
