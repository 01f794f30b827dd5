"""Largest eigenvalue and trace of the Hessian along SAM with mini-batches."""

from flatlab.lab.plotting import COLOURS, MARKERS, STATED, label_panels, page_figure

RECORD = "mini_batch_drift"
SHOWS = ("bartlett2023/batches-of-one-lower-the-trace", "bartlett2023/drift-flow-on-a-manifold")
TITLE = (
    "The smaller the batch, the more SAM lowers the trace; without noise it lowers the largest eigenvalue along the "
    "flow, and hardly the trace"
)
CAPTION = (
    "(a) Largest eigenvalue and (b) trace, mean over the runs; batches drawn with replacement; bars: one standard "
    "error, smaller than the markers at most points; the axes do not begin at 0. The smaller the batch, the more the "
    "trace falls; without noise SAM follows the flow, which lowers the largest eigenvalue, while the trace hardly "
    "changes, rises for a while and ends little lower."
)


def draw(record):
    """Draw the record."""
    figure, panels = page_figure(1, 2, height=2.6)
    for which, panel in enumerate(panels):
        for k, size in enumerate(record.batch.values):
            mean, error = record.curvature.values[k, :, :, which]
            label = f"batch of {size}" if size else "no noise"
            style = {"marker": MARKERS[k], "color": COLOURS[k], "linewidth": 0.7, "label": label}
            panel.errorbar(record.time, mean, yerr=error, **style)
        panel.plot(record.time, record.flow.values[:, which], **{**STATED, "zorder": 5, "label": "drift flow"})
        panel.set_xlabel(r"time, $\eta\rho^2\times$ steps")
    panels[0].set_ylabel(r"largest eigenvalue $\lambda_1$")
    panels[1].set_ylabel("trace of the Hessian")
    panels[0].legend(loc="best")
    label_panels(panels)
    return figure
