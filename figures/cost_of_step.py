"""Rise of the loss in one step, with and without the projection."""

from flatlab.lab.plotting import COLOURS, PALETTE, label_panels, page_figure

RECORD = "cost_of_step"
SHOWS = ("ahn2024/cost-of-a-step", "ahn2024/cost-without-projection", "ahn2024/cost-ratio")
TITLE = "Projected steps cost no more than the stated bound; others cost fifty times as much"
CAPTION = (
    "Rise of f in one perturbed step from the edge of the gate over the largest rise that is stated: (a) with the "
    "projection, (b) without it, where the bound is of first order. Above the panels the largest rise of all draws "
    "and the stated one, both in units of beta eta^2 |v|^2/2; shaded: shares of the draws; lines: their exact law at "
    "1000 even quantiles, so that shares below a thousandth are coarse or missing."
)


def draw(record):
    """Draw the record."""
    figure, panels = page_figure(1, 2, height=2.4, sharey=True)
    for k, (axes, name) in enumerate(zip(panels, record.method.values)):
        drawn = {"step": "mid", "color": COLOURS[k], "alpha": 0.5, "linewidth": 0, "label": "measured"}
        axes.fill_between(record.rise, record.share[k], **drawn)
        axes.step(record.rise, record.stated[k], where="mid", color="black", linewidth=0.9, label="exact law")
        axes.axvline(1.0, color=PALETTE["vermillion"], linestyle="--", linewidth=1.2, label="stated bound")
        bound, worst = (float(record[key][k]) for key in ("bound", "worst"))
        axes.set(
            title=f"{name}: largest rise {worst:.2f}, stated {bound:.2f}",
            xlabel="rise of $f$ over the stated bound",
            yscale="log",
        )
        axes.legend(loc="lower center")
    panels[0].set_ylabel("share of the draws")
    label_panels(panels)
    return figure
