"""Error of the drift law against rho, with fitted orders; the drift against eta lambda_1."""

import numpy as np

from flatlab.lab.plotting import PALETTE, STATED, label_panels, measured, page_figure

RECORD = "drift_order"
SHOWS = (
    "bartlett2023/drift-in-a-ravine",
    "bartlett2023/drift-on-a-curved-manifold",
    "bartlett2023/drift-of-the-bounce-centre",
)
CAPTION = (
    "(a) Error of the two-step drift law, root mean square over random problems; lines of slope 3 and 4, fitted "
    "exponents in the legend. (b) Drift of one step over its value as h goes to 0, against the stated factor."
)
ORDERS = (4, 3, 4)


def draw(record):
    """Draw the record."""
    figure, (errors, factor) = page_figure(1, 2, height=2.7)
    reach = record.reach.values
    few = slice(0, 5)  # the small radii, where the order is read
    for k, name in enumerate(record.case.values):
        values = record.error.values[k]
        slope = np.polyfit(np.log(reach[few]), np.log(values[few]), 1)[0]
        errors.loglog(reach, values, **{**measured(k), "label": f"{name}: {slope:.2f}"})
        stated = values[0] * (reach / reach[0]) ** ORDERS[k]
        errors.loglog(reach, stated, **{**STATED, "label": "slopes 3 and 4" if k == 0 else None})
    errors.set(xlabel=r"$a+\rho$", ylabel="error of the drift")
    errors.legend(loc="upper left")
    errors.set_ylim(top=float(record.error.max()) * 300)
    h = np.linspace(0.01, float(record.h.max()) + 0.05, 200)
    factor.semilogy(record.h, record.factor, **{**measured(0), "label": "measured"})
    factor.semilogy(h, (2 / (2 - h)) ** 2, **{**STATED, "label": r"$(2/(2-\eta\lambda_1))^2$"})
    factor.axhline(1, color=PALETTE["grey"], linewidth=0.6, linestyle=":")
    factor.set(xlabel=r"$\eta\lambda_1$", ylabel=r"drift $\,/\,(\eta\rho^2|a^\prime|/2)$")
    factor.legend(loc="upper left")
    label_panels((errors, factor))
    return figure
