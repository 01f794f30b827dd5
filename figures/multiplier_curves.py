"""The multiplier of the top cycle against the ratio of eigenvalues."""

from flatlab.lab.plotting import column_figure, measured

RECORD = "multiplier_curves"
SHOWS = ("bartlett2023/multipliers", "bartlett2023/rate")
TITLE = "Every perturbation across the top axis dies out: its multiplier lies between −1 and 1"
CAPTION = (
    "Multiplier per step of a perturbation of the two-cycle along another axis, against that axis' eigenvalue over "
    "the largest. Solid lines: formula; markers: one step of SAM. Grey: multipliers below 1 in size."
)


def draw(record):
    """Draw the record."""
    figure, axes = column_figure(height=2.6)
    axes.axhspan(-1, 1, facecolor="#EEEEEE", edgecolor="0.6", linewidth=0.5, zorder=0, label=r"stable: $|m_i|<1$")
    for k, h in enumerate(record.h.values):
        axes.plot(
            record.ratio, record.predicted.values[k], color="black", linewidth=0.7, label="_same" if k else "formula"
        )
        axes.plot(record.probe, record.measured.values[k], **measured(k), label=f"$h={h:g}$")
    axes.set(xlabel=r"$\lambda_i/\lambda_1$", ylabel=r"multiplier $m_i$", xlim=(0, 1), ylim=(-1.1, 1.1))
    axes.legend(loc="lower left")
    return figure
