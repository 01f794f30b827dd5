"""The trace at the limit against the step, with the stated curve."""

from flatlab.lab.plotting import COLOURS, STATED, column_figure, measured

RECORD = "escape_paths"
SHOWS = ("ahn2024/decrease-per-step", "ahn2024/sharpness-aware-drift")
CAPTION = (
    "The normalised trace at the limit of the gradient flow along three runs on the hyperbola. Dashed: "
    "sqrt(4 + c0^2 exp(-2 eta rho^2 t))/2, the mean dynamics of random smoothing. Sharpness-aware steps are d = 2 "
    "times faster."
)


def draw(record):
    """Draw the record."""
    figure, axes = column_figure(height=2.4)
    thousands = record.step / 1000
    for k, name in enumerate(record.method.values):
        axes.plot(thousands[::8], record.trace[k][::8], **{**measured(k), "markersize": 2.5}, label=str(name))
        axes.plot(thousands, record.trace[k], color=COLOURS[k], linewidth=0.5, alpha=0.6)
    axes.plot(thousands, record.stated, **{**STATED, "label": "stated for smoothing", "zorder": 5})
    axes.set(xlabel="step, in thousands", ylabel=r"trace$/d$ at the limit")
    axes.legend(loc="center right")
    return figure
