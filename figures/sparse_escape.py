"""Trace of a diagonal network along three runs, and the coefficients before and after."""

from flatlab.lab.plotting import COLOURS, PALETTE, STATED, measured, page_figure

RECORD = "sparse_escape"
SHOWS = ("ahn2024/sparse-recovery", "ahn2024/ordering-of-methods", "ahn2024/flat-is-sparse")
CAPTION = (
    "Left: trace over 4 at the limit of the gradient flow along three runs of a diagonal network, d = 40; dashed the "
    "least l1-norm found by linear programming. Right: the coefficients at the start and where the sharpness-aware run "
    "ends, on the sparse ones."
)


def draw(record):
    """Draw the record."""
    figure, (left, right) = page_figure(height=2.5)
    thousands = record.step / 1000
    for k, name in enumerate(record.method.values):
        left.plot(thousands, record.trace[k], color=COLOURS[k], label=str(name))
        left.plot(thousands[::12], record.trace[k][::12], **{**measured(k), "markersize": 3})
    left.axhline(float(record.least), **{**STATED, "label": r"$\min_{Ax=b}\,|x|_1$"})
    left.set(xlabel="step, in thousands", ylabel=r"trace$/4$ at the limit", ylim=(0, 1.55 * float(record.trace[0, 0])))
    left.legend(loc="upper right", ncols=2)
    right.plot(record.coefficient, record.start, **measured(0), label="start")
    right.plot(record.coefficient, record.end[-1], **measured(1), label="end, sharpness-aware")
    right.vlines(record.coefficient, 0, record.sparse, color=PALETTE["black"], linewidth=0.9)
    right.plot(
        record.coefficient, record.sparse, marker="o", markerfacecolor="none", color=PALETTE["black"], linestyle="none",
        markersize=8, label="sparse",
    )  # fmt: skip
    right.set(xlabel="index", ylabel="coefficient")
    right.set_xticks(range(0, record.coefficient.size, 5))
    low, high = right.get_ylim()
    right.set_ylim(low, high + 0.35 * (high - low))
    right.legend(loc="upper right", ncols=3)
    return figure
