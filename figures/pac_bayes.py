"""The PAC-Bayes bound against the risk it bounds, and both gaps against the sample size."""

import numpy as np

from flatlab.lab.plotting import COLOURS, SMALL, STATED, label_panels, measured, page_figure

RECORD = "pac_bayes"
SHOWS = (
    "zhang2024/pac-bayes-coverage",
    "zhang2024/pac-bayes-not-vacuous",
    "zhang2024/pac-bayes-no-order",
    "zhang2024/surrogate-is-no-guarantee",
)
TITLE = "The rigorous bound holds for every model; the trace surrogate is violated by one of 140"
CAPTION = (
    "(a) Rigorous bound against the smoothed risk it bounds, one point for each model; below the dashed line it would "
    "be violated. (b) The Hessian-trace surrogate against the risk at the point; it is no bound, and the model ringed "
    "in black lies below the line, the only one at all seven sample sizes. Three of them are drawn in (a, b). (c) "
    "Medians over the models of bound less training loss and of smoothed risk less training loss, with quartiles."
)


def draw(record):
    """Draw the record."""
    figure, (bounds, surrogates, gaps) = page_figure(1, 3, height=2.6)
    n = record.n.values
    for k, i in enumerate((0, len(n) // 2, len(n) - 1)):
        marks = {**measured(k), "markersize": 2.8, "label": f"n = {n[i]}"}
        bounds.plot(record.smoothed_risk.values[i], record.bound.values[i], **marks)
        x, y = record.risk.values[i], record.surrogate.values[i]
        surrogates.plot(x, y, **marks)
        ring = {"linestyle": "none", "marker": "o", "fillstyle": "none", "color": "black", "markersize": 6}
        surrogates.plot(x[y < x], y[y < x], **ring, label="_same" if k else "violated")
    for panel, name in ((bounds, "smoothed risk"), (surrogates, "risk at the point")):
        panel.plot([0, 1], [0, 1], **STATED, label="equality")
        panel.set(xlabel=name, xlim=(0, 0.6), ylim=(0, 1.02))
        handles, labels = panel.get_legend_handles_labels()
        order = sorted(range(len(labels)), key=lambda k: labels[k] == "violated")
        panel.legend(
            [handles[k] for k in order],
            [labels[k] for k in order],
            loc="lower right" if panel is bounds else "upper left",
            fontsize=SMALL,
        )
    bounds.set_ylabel("rigorous bound")
    surrogates.set_ylabel("trace surrogate")
    pairs = ((record.bound - record.empirical, "bound"), (record.smoothed_risk - record.empirical, "smoothed risk"))
    for k, (gap, name) in enumerate(pairs):
        low, middle, high = np.quantile(np.abs(gap.values), [0.25, 0.5, 0.75], axis=1)
        gaps.errorbar(n, middle, [middle - low, high - middle], **{**measured(k), "label": f"{name} – training"})
        slope, level = np.polyfit(np.log(n), np.log(middle), 1)
        gaps.plot(
            n, np.exp(level) * n**slope, color=COLOURS[k], linewidth=0.8, label=f"slope {slope:.2f}".replace("-", "−")
        )
    gaps.set(xscale="log", yscale="log", xlabel="sample size n", ylabel="gap (absolute value)")
    gaps.set_ylim(top=20)
    gaps.legend(loc="upper right", fontsize=6.5)
    label_panels((bounds, surrogates, gaps))
    return figure
