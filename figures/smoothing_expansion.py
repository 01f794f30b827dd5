"""F - f against the noise: half the Hessian trace, then the fourth order."""

import numpy as np

from flatlab.lab.plotting import COLOURS, PALETTE, STATED, label_panels, measured, page_figure

RECORD = "smoothing_expansion"
SHOWS = ("zhang2024/quadratic-smoothing", "zhang2024/quartic-smoothing", "zhang2024/fourth-order-remainder")
TITLE = "The trace term describes the smoothed loss to an error of fourth order in small noise"
CAPTION = (
    "Three functions. (a) F − f sampled with pairs of perturbed points, bars of two standard errors, smaller than most "
    "markers; dashed, in the function's colour: the trace term; solid lines: the expansion to fourth order, which ends "
    "where it becomes negative. (b) What the trace term leaves, closed form, and the term of fourth order (lines), "
    "with slopes fitted to the five smallest noise levels."
)


def draw(record):
    """Draw the record."""
    figure, (gaps, left) = page_figure(1, 2, height=2.7)
    s = record.s.values
    for k, name in enumerate(record.case.values):
        gaps.errorbar(s, record.sampled.values[k], 2 * record.error.values[k], **{**measured(k), "label": str(name)})
        gaps.plot(s, record.second.values[k], **{**STATED, "color": COLOURS[k], "label": "_same"})
        positive = record.fourth.values[k] > 0
        gaps.plot(s[positive], record.fourth.values[k][positive], color=COLOURS[k], linewidth=0.9, label="_same")
        remainder = np.abs(record.remainder.values[k])
        slope = np.polyfit(np.log(s[:5]), np.log(remainder[:5]), 1)[0]
        left.plot(s, remainder, **{**measured(k), "label": f"{name}: slope {slope:.2f}"})
        left.plot(s, np.abs(record.fourth - record.second).values[k], color=COLOURS[k], linewidth=0.9, label="_same")
    gaps.plot([], [], **{**STATED, "color": PALETTE["grey"]}, label=r"$(s^2/2)\,\mathrm{tr}\,H$")
    gaps.plot([], [], color=PALETTE["grey"], linewidth=0.9, label="with the next term")
    left.plot([], [], color=PALETTE["grey"], linewidth=0.9, label=r"$(s^4/8)\,|\Delta^2 f|$")
    for panel in (gaps, left):
        panel.set(xscale="log", yscale="log", xlabel="noise s")
        panel.legend(loc="upper left")
    gaps.set_ylabel(r"$F - f$")
    left.set_ylabel(r"$|F - f - (s^2/2)\,\mathrm{tr}\,H|$")
    label_panels((gaps, left))
    return figure
