"""The two largest eigenvalues along SAM's drift, through their meeting, at several sizes of noise."""

from flatlab.lab.plotting import COLOURS, STATED, page_figure

RECORD = "eigenvalue_crossing"
SHOWS = ("bartlett2023/eigenvalues-fall-together", "bartlett2023/drift-flow-on-a-manifold")
CAPTION = (
    "Without noise the bounce stays in its old direction after the meeting and only that "
    "eigenvalue falls on; the slightest noise lets the bounce change sides, and both fall together, on average along "
    "the element of least norm between the two gradients (dashed)."
)


def draw(record):
    """Draw the record."""
    figure, axes = page_figure(1, record.sizes["noise"], height=2.4, sharey=True)
    for k, panel in enumerate(axes):
        for which, width in enumerate((2.2, 1.2)):
            values = record.eigenvalue.values[k, :, which]
            panel.plot(record.time, values, color=COLOURS[which], linewidth=width, label=f"$a_{which + 1}$")
            stated = {**STATED, "label": "least norm" if which else None}
            panel.plot(record.time, record.steepest.values[:, which], **stated)
        sigma = float(record.noise[k])
        panel.set_title("no noise" if sigma == 0 else f"gradient noise {sigma:.0e}", fontsize=8)
        panel.set_xlabel(r"time, $\eta\rho^2\times$ steps")
    axes[0].set_ylabel("eigenvalue")
    axes[-1].legend(loc="upper right")
    figure.set_layout_engine("constrained")
    return figure
