"""Rise of the loss in one step, with and without the projection."""

import numpy as np
from scipy.stats import binom

from flatlab.lab.plotting import COLOURS, PALETTE, label_panels, page_figure
from flatlab.storage.records import parameters_of

RECORD = "cost_of_step"
SHOWS = ("ahn2024/cost-of-a-step", "ahn2024/cost-without-projection", "ahn2024/cost-ratio")
TITLE = "Projected steps cost no more than the stated bound; others cost fifty times as much"
CAPTION = (
    "Rise of f in one perturbed step from the edge of the gate over the largest rise that is stated: (a) with the "
    "projection, (b) without it, where the bound is of first order. Above the panels the largest rise of all draws "
    "and the stated one, both in units of beta eta^2 |v|^2/2. Dots: shares of the draws in sixty intervals, none where "
    "no draw fell; line: their exact law; band: where a share lies with 95 % probability under that law, for each "
    "interval on its own."
)


def draw(record):
    """Draw the record."""
    figure, panels = page_figure(1, 2, height=2.8, sharey=True)
    draws = parameters_of(record)["draws"]
    for k, (axes, name) in enumerate(zip(panels, record.method.values)):
        shares = record.share[k].values
        low, high = binom(draws, record.stated[k].values).interval(0.95)
        axes.fill_between(record.rise, low / draws, high / draws, step="mid", color="0.8", label="95 % under the law")
        axes.step(record.rise, record.stated[k], where="mid", color="black", linewidth=0.9, label="exact law")
        seen = np.flatnonzero(shares)
        axes.plot(record.rise[seen], shares[seen], "os"[k], color=COLOURS[k], markersize=2.5, label="measured")
        axes.axvline(1.0, color=PALETTE["vermillion"], linestyle="--", linewidth=1.2, label="stated bound")
        bound, worst = (float(record[key][k]) for key in ("bound", "worst"))
        axes.set(
            title=f"{name}: largest rise {worst:.2f}, stated {bound:.2f}",
            xlabel="rise of $f$ over the stated bound",
            yscale="log",
            ylim=(0.4 / draws, None),
        )
        axes.legend(loc="lower center")
    panels[0].set_ylabel("share of the draws")
    label_panels(panels)
    return figure
