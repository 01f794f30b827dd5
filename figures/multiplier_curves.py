"""The multiplier of the top cycle against the ratio of eigenvalues."""

from flatlab.lab.plotting import COLOURS, MARKERS, column_figure

RECORD = "multiplier_curves"
SHOWS = ("bartlett2023/multipliers", "bartlett2023/rate")
CAPTION = "Multiplier per step of a perturbation along another axis. Lines: formula; markers: one compiled SAM step."


def draw(record):
    """Draw the record."""
    figure, axes = column_figure(height=2.6)
    axes.axhspan(-1, 1, color="#EEEEEE", zorder=0)
    for k, h in enumerate(record.h.values):
        axes.plot(record.ratio, record.predicted.values[k], color=COLOURS[k % 6])
        axes.plot(record.probe, record.measured.values[k], MARKERS[k % 6], color=COLOURS[k % 6], label=f"$h={h:g}$")
    axes.set(xlabel=r"$\lambda_i/\lambda_1$", ylabel=r"multiplier $m_i$", xlim=(0, 1), ylim=(-1.1, 1.1))
    axes.text(0.98, 0.93, r"stable: $|m_i|<1$", ha="right", va="top", fontsize=7, transform=axes.transAxes)
    axes.legend(loc="lower left")
    return figure
