"""Drift against the radius on a wavy valley, and two runs."""

from flatlab.lab.plotting import COLOURS, PALETTE, STATED, measured, page_figure

RECORD = "wavy_valley"
SHOWS = ("ahn2024/bessel-law", "ahn2024/sign-flip")
CAPTION = (
    "Left: mean step along the valley (2 + cos ky) z^2/2 over its small-radius value; the sign changes at the first "
    "zero of J1, k rho = 3.83. Right: curvature along one run below and one above the zero."
)


def draw(record):
    """Draw the record."""
    figure, (left, right) = page_figure(height=2.5)
    left.errorbar(record.s, record.drift, yerr=record.error, **measured(0), label="measured")
    left.plot(record.curve, record.stated, **{**STATED, "label": r"$2J_1(k\rho)/(k\rho)$"})
    left.axhline(0, color=PALETTE["grey"], linewidth=0.6)
    left.axvline(float(record.zero), color=PALETTE["grey"], linewidth=0.8, linestyle=":")
    left.text(float(record.zero) + 0.15, 0.55, r"$k\rho=3.83$", fontsize="small")
    left.set(xlabel=r"$k\rho$", ylabel="drift over its small-radius value")
    left.legend(loc="upper right")
    for k, s in enumerate(record.run.values):
        right.plot(record.time, record.curvature[k], color=COLOURS[k], label=rf"$k\rho={s:.2f}$")
    for level, name in ((1, "flattest"), (3, "sharpest")):
        right.axhline(level, **{**STATED, "linewidth": 0.7})
        right.text(0.2, level + (0.07 if level == 1 else -0.17), name, fontsize="small")
    right.set(xlabel="time in units of the drift", ylabel="curvature $a(y)$", ylim=(0.85, 3.15))
    right.legend(loc="center right")
    return figure
