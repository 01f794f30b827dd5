"""Rise of the loss in one step, with and without the projection."""

from flatlab.lab.plotting import COLOURS, STATED, column_figure

RECORD = "cost_of_step"
SHOWS = ("ahn2024/cost-of-a-step", "ahn2024/cost-without-projection", "ahn2024/cost-ratio")
CAPTION = (
    "Rise of f in one perturbed step from the edge of the gate, in units of beta eta^2 |v|^2/2. Shaded: shares of the "
    "draws; lines: their exact law; dashed: the largest rise that is stated. Without the projection it has first order."
)


def draw(record):
    """Draw the record."""
    figure, axes = column_figure(height=2.4)
    for k, name in enumerate(record.method.values):
        share = record.share[k]
        axes.fill_between(record.rise, share, step="mid", color=COLOURS[k], alpha=0.5, linewidth=0, label=str(name))
        axes.step(
            record.rise,
            record.stated[k],
            where="mid",
            **{**STATED, "linestyle": "-", "label": "exact law" if k else None},
        )
        axes.axvline(float(record.bound[k]), color=COLOURS[k], linestyle="--", linewidth=1.0)
    axes.set_yscale("log")
    axes.set(xlabel=r"rise of $f$ over $\beta\eta^2|v|^2/2$", ylabel="share of the draws")
    axes.legend(loc="upper left")
    axes.set_ylim(3e-5, 3)
    return figure
