"""Slopes of the lower bound's instance from a warm and from a cold start."""

import numpy as np

from flatlab.lab.plotting import STATED, label_panels, measured, page_figure

RECORD = "warm_cold_starts"
SHOWS = ("zhang2024/cold-start", "zhang2024/lower-bound-attained", "zhang2024/printed-rate-is-impossible")
TITLE = "Read at its best iterate a cold start falls faster in T; its mean keeps the bound's rate"
CAPTION = (
    "Squared gradient over C D^2 with the best fixed step size on the instance built against it, from exact second "
    "moments, so that nothing is random (C: largest curvature; D^2: mean loss at the start over the least): (a) "
    "against the steps, (b) against the samples; fitted slopes in the legends. Warm: the noisy coordinate starts at "
    "its stationary size; cold: at 0; minimum or mean: over the iterates. Dashed: (a) the limit of the lower bound "
    "L1, (b) its rate; dotted: 1/T and 1/k, the rate without its root. In T a cold start read at its best iterate "
    "falls faster than the bound, and is no counterexample: the instance is only easy at early times."
)


def draw(record):
    """Draw the record."""
    figure, axes = page_figure(1, 2, height=2.8)
    fixed = (("T", "in_steps", 1.0), ("k", "in_pairs", None))
    for panel, (axis, name, _) in zip(axes, fixed):
        x = record[axis].values.astype(float)
        for j, case in enumerate(record.case.values):
            values = record[name].values[j]
            slope = np.polyfit(np.log(x[-5:]), np.log(values[-5:]), 1)[0]
            panel.loglog(x, values, **{**measured(j), "label": f"{case}: slope {slope:.3f}".replace("-", "−")})
        first = record[name].values[0][0]
        root = np.sqrt(2 / np.e) * np.sqrt(record.attrs["share"] / x) if axis == "T" else first / np.sqrt(x)
        panel.loglog(x, root, **{**STATED, "label": "L1's limit, root of 1/T" if axis == "T" else "root of 1/k"})
        panel.loglog(x, first * x[0] / x, **{**STATED, "linestyle": ":", "label": f"1/{axis}"})
        panel.set(xlabel="steps T" if axis == "T" else "samples k", ylabel=r"$E|\nabla F|^2\,/\,CD^2$")
        panel.legend(loc="lower left")
        panel.set_ylim(bottom=float(record[name].min()) / 60)
    label_panels(axes)
    return figure
