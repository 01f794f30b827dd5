"""E|grad F|^2 against the number of gradient pairs: below the upper bound, and above L3 on its instance."""

import numpy as np

from flatlab.lab.plotting import COLOURS, MARKERS, STATED, label_panels, page_figure
from flatlab.storage.records import parameters_of

RECORD = "noise_rates"
SHOWS = (
    "zhang2024/upper-bound-nonconvex",
    "zhang2024/nonconvex-rate-in-steps",
    "zhang2024/nonconvex-rate-in-pairs",
    "zhang2024/lower-bound-huber",
    "zhang2024/rates-do-not-separate",
)
TITLE = (
    "The squared gradient falls as one over the root of the number of gradients, below the upper bound; one instance "
    "meets the lower"
)
CAPTION = (
    "(a) Any objective stays below the upper bound: mean over the iterates on a nonconvex well, 95% intervals, for "
    "the pair and for one point; slopes fitted to the last five points. (b) One objective, a slope built against the "
    "step size, stays above the lower bound L3 at every iterate, and below the upper bound as well. Filled: more "
    "steps T with k = 1; open: more perturbations k at fixed T. In (a) the markers of the two methods are set apart "
    "by a tenth."
)
FILLED = {"T": "full", "k": "none"}


def draw(record):
    """Draw the record."""
    figure, (above, below) = page_figure(1, 2, height=3.1, sharex=True, sharey=True)
    for axis, others in {"T": 1, "k": parameters_of(record)["fixed"]}.items():
        scale, x = record[axis].values, others * record[axis].values
        for k, name in enumerate(record.method.values):
            values = record[f"measured_{axis}"].values[k]
            ends = np.array([record[f"low_{axis}"].values[k], record[f"high_{axis}"].values[k]])
            slope = np.polyfit(np.log(scale[-5:]), np.log(values[-5:]), 1)[0]
            above.errorbar(
                x * 1.05 ** (2 * k - 1), values, np.abs(ends - values), linestyle="none", marker=MARKERS[k],
                color=COLOURS[k], fillstyle=FILLED[axis], markersize=4,
                label=f"{name}: slope {slope:.2f} in {axis}".replace("-", "−"),
            )  # fmt: skip
        for panel in (above, below):
            words = {"label": "upper bound" if axis == "T" else "_same"}
            panel.plot(x, record[f"upper_{axis}"], **STATED, **words)
        words = {"T": "slope built against the step, more T", "k": "the same, more k"}
        below.plot(
            x, record[f"huber_{axis}"], linestyle="none", marker="^", color=COLOURS[2], fillstyle=FILLED[axis],
            markersize=4, label=words[axis],
        )  # fmt: skip
        below.plot(
            x,
            record[f"lower_{axis}"],
            **{**STATED, "linestyle": ":"},
            label="lower bound L3" if axis == "T" else "_same",
        )
    above.set(xscale="log", yscale="log", xlabel="gradient pairs kT", ylabel=r"$E|\nabla F|^2$")
    below.set_xlabel("gradient pairs kT")
    for panel in (above, below):
        panel.legend(loc="lower left", fontsize=6.5)
        panel.set_ylim(bottom=float(record["measured_k"].min()) / 15)
    label_panels((above, below))
    return figure
