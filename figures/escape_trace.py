"""The trace at the limit against the step, with the stated curve."""

from flatlab.lab.plotting import COLOURS, STATED, column_figure, measured

RECORD = "escape_paths"
SHOWS = ("ahn2024/decrease-per-step", "ahn2024/sharpness-aware-drift")
TITLE = "As stated, random smoothing lowers the trace, sharpness-aware steps lower it twice as fast"
CAPTION = (
    "The normalised trace at the limit of the gradient flow along runs on the hyperbola, mean (markers) and range "
    "(bands, narrower than the markers at most steps) over the runs. Dashed: sqrt(4 + c0^2 exp(−2 m eta rho^2 t))/2, "
    "the mean dynamics, with m = 0 for gradient descent, 1 for random smoothing and 2 = d for sharpness-aware steps."
)


def draw(record):
    """Draw the record."""
    figure, axes = column_figure(height=2.4)
    thousands = record.step / 1000
    for k, name in enumerate(record.method.values):
        traces = record.trace.values[k]
        axes.fill_between(thousands, traces.min(axis=0), traces.max(axis=0), color=COLOURS[k], alpha=0.3, linewidth=0)
        axes.plot(thousands[::8], traces.mean(axis=0)[::8], **{**measured(k), "markersize": 2.5}, label=str(name))
        axes.plot(thousands, record.stated[k], **{**STATED, "label": "_same" if k else "stated", "zorder": 5})
    axes.set(xlabel="step, in thousands", ylabel=r"trace$/d$ at the limit")
    axes.legend(loc="center right")
    return figure
