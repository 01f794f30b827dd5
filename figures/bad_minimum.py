"""Leaving a bad minimum of a network: trace and test accuracy along the way, and one against the other."""

import numpy as np
from scipy import stats

from flatlab.lab.plotting import COLOURS, PALETTE, SMALL, STATED, label_panels, page_figure

RECORD = "bad_minimum"
SHOWS = ("ahn2024/bad-minimum",)
TITLE = (
    "Sharpness-aware steps and random smoothing of a wide radius leave a bad minimum for flatter, better ones; "
    "ordinary minima are sharper, and better still"
)
CAPTION = (
    "From a minimum that fitted random labels first; training accuracy 100 % throughout; everything against the start "
    "of the same case, means and 95 % intervals over the cases (bands). (a) Hessian trace after a closing gradient "
    "descent; dashed: the stated first slope of one-sample sharpness-aware steps (SAP), and of random smoothing (RS) "
    "with the wide radius at which its drift is stated to be the same. (b) Gain in test accuracy; the grey band is "
    "the ordinary minimum, trained on the true labels only. (c) Both at the end of each run, one point a case: runs "
    "from the bad minimum gain as they flatten, yet in each case the ordinary minimum gains more, by 0.5 to 5 points "
    "over SAP, at a larger trace. Batches of 64 are shown for SAP; those of SGD and of both RS lie beside the lines "
    "of single samples."
)
STYLES = {  # shown of the record: colour, marker, line
    "SGD, B = 1": (3, "D", "-", "SGD"),
    "RS, B = 1": (4, "v", "--", "RS"),
    "RS wide, B = 1": (2, "^", "-", "RS, wide radius"),
    "SAP, B = 64": (5, "s", ":", "SAP, batches of 64"),
    "SAP, B = 1": (0, "o", "-", "SAP, one sample"),
}


def interval(values):
    """Return means over the last axis but one and halves of their 95 % intervals."""
    count = values.shape[-2]
    return values.mean(axis=-2), stats.t.ppf(0.975, count - 1) * values.std(axis=-2, ddof=1) / np.sqrt(count)


def draw(record):
    """Draw the record."""
    figure, (traces, tests, both) = page_figure(1, 3, height=3.5)
    steps = record.step.values / 1000
    accuracy = 100 * record.test_accuracy_closed
    start, names = accuracy[0, :, 0].values, list(record.method.values)
    for name, (colour, marker, dashes, label) in STYLES.items():
        j = names.index(name)
        ratio = (record.trace[j] / record.trace[j, :, 0]).values
        gain = accuracy[j].values - start[:, None]
        line = {"color": COLOURS[colour], "marker": marker, "markersize": 3}
        for panel, values in ((traces, ratio), (tests, gain)):
            middle, half = interval(values)
            panel.plot(steps, middle, **line, linestyle=dashes, markevery=4, label=label)
            panel.fill_between(steps, middle - half, middle + half, color=COLOURS[colour], alpha=0.15, linewidth=0)
        both.plot(ratio[:, -1], gain[:, -1], **line, linestyle="")
    slope = 1000 * record.stated_fall[names.index("SAP, B = 1")].mean().item()
    shown = np.array([0, 0.3 / slope])
    traces.plot(shown, 1 - slope * shown, **STATED, label="stated first slope")
    ordinary = 100 * record.ordinary_test_accuracy.values - start
    middle, half = interval(ordinary[:, None])
    tests.axhspan(*(middle + [-1, 1] * half), color=PALETTE["grey"], alpha=0.3, linewidth=0, label="ordinary minimum")
    ratio = record.ordinary_trace / record.trace[0, :, 0]
    both.plot(ratio, ordinary, "*", markersize=6, color=PALETTE["black"], label="ordinary minimum, one case")
    traces.set(xlabel="step, in thousands", ylabel="Hessian trace over that of the start", ylim=(0, 1.1))
    tests.set(xlabel="step, in thousands", ylabel="gain in test accuracy, points")
    both.set(xlabel="trace over that of the start", ylabel="gain in test accuracy, points", xlim=(0, None))
    found = [panel.get_legend_handles_labels() for panel in (traces, tests, both)]
    handles, labels = ([one for part in parts for one in part] for parts in zip(*found))
    kept = dict(zip(labels, handles))
    figure.legend(kept.values(), kept, loc="outside lower center", ncols=4, fontsize=SMALL)
    label_panels((traces, tests, both))
    return figure
