"""Drift against the radius on a wavy valley, and two runs."""

from flatlab.lab.plotting import AXIS, COLOURS, PALETTE, STATED, label_panels, measured, page_figure

RECORD = "wavy_valley"
SHOWS = ("ahn2024/bessel-law", "ahn2024/sign-flip")
TITLE = "Past the first zero of J₁ the drift changes sign, and runs climb to the sharpest place"
CAPTION = (
    "(a) Mean step along the valley (2 + cos ky) z^2/2 over its small-radius value; the sign changes at the first "
    "zero of J1, k rho = 3.83. Bars: two standard errors. (b) Curvature along runs at a radius below and at one above "
    "the zero, mean and range over the runs."
)


def draw(record):
    """Draw the record."""
    figure, (left, right) = page_figure(height=2.5)
    left.errorbar(record.s, record.drift, yerr=record.error, **measured(0), label="measured")
    left.plot(record.curve, record.stated, **{**STATED, "label": r"$2J_1(k\rho)/(k\rho)$"})
    left.axhline(0, **AXIS)
    left.axvline(float(record.zero), color=PALETTE["grey"], linewidth=1.0, linestyle=":", label=r"$k\rho=3.83$")
    left.set(xlabel=r"$k\rho$", ylabel="drift over its small-radius value")
    left.legend(loc="upper right")
    for k, s in enumerate(record.run.values):
        runs = record.curvature.values[k]
        right.fill_between(record.time, runs.min(axis=0), runs.max(axis=0), color=COLOURS[k], alpha=0.2, linewidth=0)
        style = {**measured(k), "linestyle": "-", "markevery": (8 * k, 16), "label": rf"$k\rho={s:.2f}$"}
        right.plot(record.time, runs.mean(axis=0), **style)
    for level, name in ((1, "flattest"), (3, "sharpest")):
        right.axhline(level, **{**STATED, "linestyle": ("--", ":")[level == 3], "label": f"{name} place"})
    right.set(xlabel="time in units of the drift", ylabel="curvature $a(y)$", ylim=(0.85, 3.15))
    right.legend(loc="center right")
    label_panels((left, right))
    return figure
