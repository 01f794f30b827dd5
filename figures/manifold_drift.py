"""Long runs on a curved manifold: sharpness along the way, and distance to the drift flow."""

from flatlab.lab.plotting import STATED, label_panels, measured, page_figure

RECORD = "manifold_drift"
SHOWS = (
    "bartlett2023/drift-flow-on-a-manifold",
    "bartlett2023/sharpness-falls",
    "bartlett2023/rest-where-the-sharpness-is-stationary",
)
TITLE = "SAM follows the drift flow on a curved manifold, at a distance of about a tenth of the squared radius"
CAPTION = (
    "(a) Sharpness at the minimum under the bounce, against the flow; gradient descent stays. (b) Distance of that "
    "minimum to the flow, divided by the square of rho: one curve for all radii, as after time 2, means an error of "
    "order two. One problem from a fixed start; the steps are not random."
)


def draw(record):
    """Draw the record."""
    figure, (fall, distance) = page_figure(1, 2, height=2.6)
    for k, name in enumerate(record.run.values):
        label = "GD" if name == "GD" else rf"SAM, $\rho={name}$"
        fall.semilogx(record.time, record.sharpness.values[k], **{**measured(k), "label": label})
        if name != "GD":
            scaled = record.distance.values[k] / float(name) ** 2
            distance.loglog(record.time, scaled, **{**measured(k), "linestyle": "-", "linewidth": 0.6, "label": label})
    fall.semilogx(record.time, record.flow_sharpness, **{**STATED, "zorder": 5, "label": "drift flow"})
    fall.set(xlabel=r"time, $\eta\rho^2\times$ steps", ylabel=r"sharpness $\lambda_1$")
    fall.legend(loc="center right")
    distance.set(xlabel=r"time, $\eta\rho^2\times$ steps", ylabel=r"distance to the flow $/\rho^2$")
    distance.set_yticks([0.05, 0.1, 0.2], ["0.05", "0.1", "0.2"])
    distance.minorticks_off()
    distance.legend(loc="best")
    label_panels((fall, distance))
    return figure
