"""Losses and error of every method against gradient evaluations, with the authors' values."""

from _sensing import LABELS, SHADES, marks

from flatlab.lab.plotting import label_panels, page_figure

RECORD = "matrix_sensing"
SHOWS = (
    "zhang2024/sensing-authors-curves",
    "zhang2024/sensing-nso-over-naive",
    "zhang2024/sensing-naive-takes-most",
    "zhang2024/sensing-decay-recovers",
)
TITLE = (
    "One problem at the authors' size: a small start recovers best by far; on fresh data NSO with k = 1 ends below "
    "naive noise, with k = 4 not within this budget"
)
CAPTION = (
    "Matrix sensing at the authors' scale, one problem; matrix_sensing_problems has many smaller ones. Crosses: values "
    "read off the authors' curves at 5000 epochs (about 10 %), placed at what those epochs cost. A small start ends "
    "lowest by far; weight decay, the trace penalty and NSO with k = 1 and 2 end close together, below naive noise, "
    "which takes most of the gain; NSO with k = 4 has not settled. (a) Loss on the training data, (b) on fresh data, "
    "both over the mean square of the targets, (c) squared relative distance to the truth; gradient descent leaves (a) "
    "at the bottom."
)
PANELS = {"train": "training loss", "test": "test loss", "error": "squared relative error"}
READ_OFF = {  # method: (gradient evaluations of 5000 epochs, train, test, error)
    "gd": (5000, None, 1.8, 1.7),
    "naive": (5000, 3e-3, 2.5e-3, 2.6e-3),
    "nso": (10000, 4e-4, 5.7e-4, 5.8e-4),
}


def draw(record):
    """Draw the record."""
    figure, axes = page_figure(1, 3, height=3.1, sharey=True)
    for k, (name, title) in enumerate(PANELS.items()):
        for method in record.approach.values:
            one = record.sel(approach=method)
            axes[k].semilogy(
                one.cost, one[name].clip(1e-9), color=SHADES[str(method)], linewidth=1.1, **marks(str(method))
            )
            known = READ_OFF.get(str(method))
            if known and known[k + 1]:
                axes[k].plot(known[0], known[k + 1], "x", color=SHADES[str(method)], markersize=7, mew=1.8, zorder=5)
        axes[k].set(title=title, xlabel="gradient evaluations", ylim=(1e-7, 100))
        axes[k].locator_params(axis="x", nbins=4)
    axes[0].set_ylabel("relative loss or error")
    handles = [
        axes[0].plot([], [], color=SHADES[str(m)], **marks(str(m)), label=LABELS[str(m)])[0]
        for m in record.approach.values
    ]
    handles += axes[0].plot([], [], "kx", markersize=6, mew=1.6, label="authors' curves")
    figure.legend(handles=handles, loc="outside lower center", ncols=5)
    label_panels(axes)
    return figure
