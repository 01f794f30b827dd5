"""Bias of the smoothed gradient against the radius."""

from flatlab.lab.plotting import STATED, column_figure, measured

RECORD = "estimator_bias"
SHOWS = ("ahn2024/trace-gradient-identity", "ahn2024/fourth-order-bias", "ahn2024/cusp-constant")
TITLE = (
    "Beyond the trace term the bias is of order 4, of 3 with a kinked third derivative, none for a constant Laplacian "
    "of the trace"
)
CAPTION = (
    "|E grad f(x + rho g) − grad f − (rho^2/2) grad trace| against the radius: fourth order for a smooth function, "
    "third where the third derivative is only Lipschitz, rounding where the trace has a constant Laplacian. Computed "
    "by quadrature, nothing is random."
)
LABELS = (r"$(xyz-1)^2/2$", r"$|x|x^3/4$", r"$(xy-1)^2/2$")


def draw(record):
    """Draw the record."""
    figure, axes = column_figure(height=2.5)
    for k, label in enumerate(LABELS):
        note = f", slope {float(record.slope[k]):.3f}" if k < 2 else ", rounding"
        axes.plot(record.rho, record.bias[k], **measured(k), label=label + note)
        if k < 2:
            order = (4, 3)[k]
            line = float(record.bias[k, -1]) * (record.rho / float(record.rho[-1])) ** order
            style = {**STATED, "linestyle": ("--", ":")[k], "zorder": 5}
            axes.plot(record.rho, line, **style, label=f"slope {order} through the last point")
    axes.set(xscale="log", yscale="log", xlabel=r"radius $\rho$", ylabel="bias beyond the trace term")
    axes.legend(loc="upper left")
    axes.set_ylim(1e-19, 1e9)
    return figure
