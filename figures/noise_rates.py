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
    "zhang2024/upper-over-lower",
    "zhang2024/rates-do-not-separate",
)
TITLE = "The squared gradient falls as one over the root of the number of gradients; the bounds end a fifth apart"
CAPTION = (
    "(a) Any objective stays below the upper bound: mean over the iterates on a nonconvex well, 95% intervals, for "
    "the pair and for one point; slopes fitted to the last five points. (b) Over the lower bound L3: the upper bound, "
    "which tends to the root of 1 + C²H/σ² (thin line) as T grows, and one objective between the two, a slope built "
    "against the step size that keeps this value at every iterate (from its formula). At fixed T the term CD²/T, "
    "which more perturbations do not lower, parts the bounds again. Filled: more steps T with k = 1; open: more "
    "perturbations k at fixed T. In (a) the markers of the two methods are set apart by a tenth."
)
FILLED = {"T": "full", "k": "none"}


def draw(record):
    """Draw the record."""
    figure, (above, below) = page_figure(1, 2, height=3.1, sharex=True)
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
        lower, first = record[f"lower_{axis}"].values, axis == "T"
        above.plot(x, record[f"upper_{axis}"], **STATED, label="upper bound" if first else "_same")
        below.plot(
            x, record[f"upper_{axis}"].values / lower, marker="v", color=COLOURS[0], fillstyle=FILLED[axis],
            markersize=4, linewidth=0.8, label="upper bound, more T" if first else "upper bound, more k",
        )  # fmt: skip
        below.plot(
            x, record[f"huber_{axis}"].values / lower, linestyle="none", marker="^", color=COLOURS[2],
            fillstyle=FILLED[axis], markersize=4, label="slope built against the step, " + f"more {axis}",
        )  # fmt: skip
    below.axhline(1.0, **{**STATED, "linestyle": ":"}, label="lower bound L3")
    limit = _limit(parameters_of(record))
    below.axhline(limit, color="0.5", linewidth=0.6, label="limit of the upper bound")
    above.set(xscale="log", yscale="log", xlabel="gradient pairs kT", ylabel=r"$E|\nabla F|^2$")
    below.set(xlabel="gradient pairs kT", ylabel="over the lower bound L3", ylim=(0.95, None))
    above.set_ylim(bottom=float(record["measured_k"].min()) / 8)
    above.legend(loc="lower left", fontsize=6.5)
    below.legend(loc="center", bbox_to_anchor=(0.5, 0.405), fontsize=6.5)
    label_panels((above, below))
    return figure


def _limit(given):
    """Return the root of 1 + C^2 H/sigma^2, C = 2 and H = d s^2."""
    return np.sqrt(1 + 4 * given["d"] * given["s"] ** 2 / given["sigma"] ** 2)
