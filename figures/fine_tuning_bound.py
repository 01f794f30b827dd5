"""PAC-Bayes bound of every method against its test error, and whether the distance in it orders the methods."""

import numpy as np

from flatlab.lab.plotting import COLOURS, MARKERS, STATED, label_panels, page_figure
from flatlab.report.method_comparison import rank_correlation

RECORD = "fine_tuning"
SHOWS = ("zhang2024/pac-bayes-no-order",)
CAPTION = (
    "Left: mean PAC-Bayes bound against mean test error, one point for each method, task and loss; below the dashed "
    "line it would be violated. With so few samples it is 1 for nearly every method and says nothing. Middle: the "
    "distance from the start, with which the bound rises, against the test error. Right: their rank correlation over "
    "the methods of a task, 95 % intervals from a paired bootstrap over the seeds. Below 0 the bound would order the "
    "methods the wrong way round. Filled squared loss, open cross-entropy."
)


def draw(record):
    """Draw the record."""
    figure, (bounds, distances, ranks) = page_figure(1, 3, height=2.9)
    order = ("task", "loss", "method", "replicate")
    error, bound, distance = (
        part.transpose(*order).values.astype(float)
        for part in (1 - record.test_accuracy, record.bound, record.distance)
    )
    names = [str(task) for task in record.task.values]
    for k in range(len(names)):
        for i in range(record.sizes["loss"]):
            style = {
                "color": COLOURS[k % 6], "marker": MARKERS[k % 6], "linestyle": "none",
                "fillstyle": ("full", "none")[i], "markersize": 3.2, "markeredgewidth": 0.7,
            }  # fmt: skip
            bounds.plot(error[k, i].mean(axis=1), bound[k, i].mean(axis=1), **style)
            distances.plot(error[k, i].mean(axis=1), distance[k, i].mean(axis=1), **style)
            rng = np.random.default_rng([int(record.attrs["seed"]), k, i])
            centre, low, high = rank_correlation(distance[k, i], error[k, i], rng)
            ends = [[max(centre - low, 0)], [max(high - centre, 0)]]
            ranks.errorbar(centre, k + 0.25 * i - 0.12, xerr=ends, **style)
    bounds.plot([0, 1], [0, 1], **STATED)
    bounds.set(xlabel="test error", ylabel="PAC-Bayes bound", xlim=(0, 0.45), ylim=(0, 1.05))
    distances.set(xlabel="test error", ylabel="distance from the start", xlim=(0, 0.45), yscale="log")
    ranks.axvline(0, color="black", linewidth=0.8)
    ranks.set(xlabel="rank correlation", xlim=(-1.05, 1.05), ylim=(len(names) - 0.5, -0.5))
    ranks.set_yticks(range(len(names)), [name.replace("-noisy", "\nnoisy") for name in names], fontsize=6)
    label_panels((bounds, distances, ranks))
    return figure
