"""Leaving a bad minimum of a network: trace and test accuracy along the way, and one against the other."""

import numpy as np

from flatlab.lab.plotting import COLOURS, PALETTE, STATED, label_panels, page_figure

RECORD = "bad_minimum"
SHOWS = ("ahn2024/bad-minimum",)
CAPTION = (
    "From a minimum that fitted random labels first; one step size, training accuracy 100 % throughout; means of 8 "
    "cases, shaded: standard error of one-sample SAP. Left: Hessian trace after a closing gradient descent; dashed: "
    "the stated first slope for one-sample SAP and wide RS. RS wide has the radius at which its drift is stated to be "
    "that of one-sample SAP; SGD and RS lie on one line. Middle: test accuracy; dotted: the ordinary minimum, trained "
    "on the true labels only. Right: gain in test accuracy against the trace, both against the start, at the end of "
    "each run; the ordinary minima generalise better at a larger trace."
)
STYLES = {"SGD": (3, "D"), "RS": (4, "v"), "RS wide": (2, "^"), "SAP": (0, "o")}


def draw(record):
    """Draw the record."""
    figure, (traces, tests, both) = page_figure(1, 3, height=3.1)
    steps = record.step.values / 1000
    root = np.sqrt(record.sizes["replicate"])
    for j, name in enumerate(record.method.values):
        method, batch = str(name).split(", ")
        colour, marker = STYLES[method]
        line = {
            "color": COLOURS[colour], "linestyle": "-" if batch == "B = 1" else "--", "marker": marker,
            "markerfacecolor": COLOURS[colour] if batch == "B = 1" else "white", "markersize": 3, "markevery": 4,
            "linewidth": 1, "label": str(name),
        }  # fmt: skip
        for panel, values in ((traces, record.trace[j]), (tests, 100 * record.test_accuracy_closed[j])):
            middle = values.mean("replicate")
            panel.plot(steps, middle, **line)
            half = values.std("replicate", ddof=1) / root if method == "SAP" and batch == "B = 1" else 0 * middle
            panel.fill_between(steps, middle - half, middle + half, color=COLOURS[colour], alpha=0.15, linewidth=0)
        ratio = record.trace[j, :, -1] / record.trace[j, :, 0]
        gain = 100 * (record.test_accuracy_closed[j, :, -1] - record.test_accuracy_closed[j, :, 0])
        both.plot(ratio, gain, **{**line, "linestyle": "", "markevery": None})
    start = record.trace[0, :, 0]
    fall = record.stated_fall[-1].mean().item() * 1000
    shown = steps[steps * fall < 0.35]
    traces.plot(shown, start.mean().item() * np.exp(-fall * shown), **STATED)
    ordinary = 100 * record.ordinary_test_accuracy
    tests.axhline(ordinary.mean(), color=PALETTE["black"], linestyle=":", linewidth=1)
    both.plot(
        record.ordinary_trace / start, ordinary - 100 * record.test_accuracy_closed[0, :, 0], linestyle="", marker="*",
        markersize=6, color=PALETTE["black"], label="ordinary minimum",
    )  # fmt: skip
    traces.set(xlabel="step, in thousands", ylabel="Hessian trace", ylim=(45, 85))
    tests.set(xlabel="step, in thousands", ylabel="test accuracy, %")
    both.set(xlabel="trace over that of the start", ylabel="gain in test accuracy, points")
    handles, labels = both.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=5, fontsize=6.5)
    label_panels((traces, tests, both))
    return figure
