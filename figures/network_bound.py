"""The PAC-Bayes bound of small networks against the error it bounds, and what it orders."""

from typing import Any

import numpy as np
from scipy.stats import spearmanr

from flatlab.evidence.intervals import mean
from flatlab.lab.plotting import AXIS, COLOURS, MARKERS, SMALL, STATED, label_panels, page_figure

RECORD = "network_bound"
SHOWS = (
    "zhang2024/network-bound-coverage",
    "zhang2024/network-bound-not-vacuous",
)
TITLE = "The rigorous bound is true but seldom below a guess; its order depends on what is varied"
CAPTION = (
    "(a) Rigorous bound against the test error of the randomised network, which it bounds, one point for each "
    "network; below the dashed line it would be violated, above the dotted line it is no better than a guess (0.8): "
    "31 % of the bounds are better at n = 1000, 13 % at n = 250. (b) The same bound against the error of the network "
    "itself, which it does not bound. (c) Rank correlation of bound and error over all networks of a repetition, and "
    "over networks that differ in one respect only, with 95 % intervals for the mean over 12 repetitions; n = 1000. "
    "Length: of training."
)
RESPECTS = {"all": None, "label noise": "share", "length": "budget", "method": "method"}


def _rank_correlation(x, y):
    result: Any = spearmanr(x, y)  # SciPy does not say of which class
    return result.statistic


def _correlations(record, error, along):
    """Return the mean rank correlation of each repetition."""
    found = []
    for k in range(record.sizes["replicate"]):
        one = record.isel(samples=-1, replicate=k)
        bounds, errors = one.bound, one[error]
        if along is None:
            found.append(_rank_correlation(bounds.values.ravel(), errors.values.ravel()))
            continue
        rows = [x.transpose(..., along).values.reshape(-1, x.sizes[along]) for x in (bounds, errors)]
        found.append(np.nanmean([_rank_correlation(b, e) for b, e in zip(*rows) if np.ptp(b) > 0 and np.ptp(e) > 0]))
    return found


def _with_interval(values):
    """Return a mean with the ends of its 95 % interval; values that are all the same have none."""
    if np.ptp(values) == 0:
        return values[0], values[0], values[0]
    found = mean(values, level=0.95)
    return found.value, found.low, found.high


def draw(record):
    """Draw the record."""
    figure, (randomised, points, orders) = page_figure(1, 3, height=2.9)
    for panel, error in ((randomised, record.randomised_error), (points, record.test_error)):
        for c, share in enumerate(record.share.values):
            for a, n in enumerate(record.samples.values):
                panel.plot(
                    error.values[a, :, c].ravel(), record.bound.values[a, :, c].ravel(), linestyle="",
                    marker=MARKERS[a], markersize=2.2, color=COLOURS[c], alpha=0.7, markeredgewidth=0.4,
                    markerfacecolor=COLOURS[c] if a else "white", label=f"{100 * share:.0f} % random, n = {n}",
                )  # fmt: skip
        panel.axhline(record.attrs["blind_error"], color="black", linestyle=":", linewidth=1, label="a guess")
        panel.set(xlim=(0, 1), ylim=(0, 1.02))
    randomised.plot([0, 1], [0, 1], **STATED, label="bound = error")
    randomised.set(xlabel="error, randomised network", ylabel="rigorous bound")
    points.set(xlabel="error of the network", ylabel="rigorous bound")
    errors = {"randomised_error": "error, randomised network", "test_error": "error of the network"}
    for k, (error, name) in enumerate(errors.items()):
        found = [_with_interval(_correlations(record, error, along)) for along in RESPECTS.values()]
        middle, low, high = np.array(found).T
        spread = middle - low, high - middle
        orders.errorbar(
            np.arange(len(RESPECTS)) + 0.16 * (2 * k - 1), middle, spread, linestyle="", marker=MARKERS[k],
            markersize=4, color=COLOURS[3 + k], capsize=2, label=name,
        )  # fmt: skip
    orders.axhline(0, **AXIS)
    orders.set_xticks(range(len(RESPECTS)), [name.replace(" ", "\n") for name in RESPECTS])
    orders.set(ylabel="rank correlation with the bound", ylim=(-0.5, 1.08), xlim=(-0.5, 3.5))
    orders.legend(loc="lower left", fontsize=SMALL)
    handles, labels = randomised.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, fontsize=6.5, markerscale=1.8)
    label_panels((randomised, points, orders))
    return figure
