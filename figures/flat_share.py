"""Share of flat iterates against the length of the run."""

from flatlab.lab.plotting import PALETTE, STATED, column_figure, measured

RECORD = "flat_share"
SHOWS = ("ahn2024/share-of-flat-iterates", "ahn2024/random-output")
TITLE = "A random iterate is flat with probability one less the share of the time to flatness"
CAPTION = (
    "Share of (epsilon, sqrt epsilon)-flat iterates up to step T on the hyperbola, mean and range over the runs; a "
    "random iterate is flat with that probability. The band is narrow past the first flat times. Dashed: 1 - T_hit/T "
    "with T_hit the flow time in steps."
)


def draw(record):
    """Draw the record."""
    figure, axes = column_figure(height=2.4)
    length = record.steps / float(record.hit)
    axes.fill_between(
        length, record.share.min("replicate"), record.share.max("replicate"), color=PALETTE["sky"], alpha=0.4,
        linewidth=0, label="all runs",
    )  # fmt: skip
    axes.plot(length, record.share.mean("replicate"), **measured(0), label="mean")
    axes.plot(length, record.stated, **{**STATED, "label": r"$1-T_{\rm hit}/T$"})
    axes.set(xscale="log", xlabel=r"run length $T/T_{\rm hit}$", ylabel="share of flat iterates", ylim=(-0.03, 1.03))
    axes.set_xticks([0.5, 1, 2, 5, 10, 20], ["0.5", "1", "2", "5", "10", "20"])
    axes.minorticks_off()
    axes.legend(loc="lower right")
    return figure
