"""Error of the drift law against rho, with fitted orders; the drift against eta lambda_1."""

import numpy as np

from flatlab.lab.plotting import SMALL, STATED, label_panels, measured, page_figure

RECORD = "drift_order"
SHOWS = (
    "bartlett2023/drift-in-a-ravine",
    "bartlett2023/drift-on-a-curved-manifold",
    "bartlett2023/drift-of-the-bounce-centre",
)
TITLE = (
    "The drift law errs by order 3, by order 4 in even ravines and for the bounce's centre; the drift follows the "
    "stated factor"
)
CAPTION = (
    "(a) Error of the two-step drift law, median and quartiles over random problems; lines of slope 3 and 4 through "
    "the first points, fitted exponents in the legend. (b) Drift of one step over its value as h goes to 0, against "
    "the stated factor."
)
ORDERS = (4, 3, 4)


def draw(record):
    """Draw the record."""
    figure, (errors, factor) = page_figure(1, 2, height=2.9)
    reach = record.reach.values
    few = slice(0, 5)  # the small radii, where the order is read
    for k, name in enumerate(record.case.values):
        every = record.error.values[k]
        low, middle, high = np.quantile(every, [0.25, 0.5, 0.75], axis=0)
        slope = np.polyfit(np.log(reach[few]), np.log(middle[few]), 1)[0]
        errors.errorbar(
            reach, middle, [middle - low, high - middle], **{**measured(k), "label": f"{name}: {slope:.2f}"}
        )
        line = {**STATED, "linestyle": {4: "--", 3: ":"}[ORDERS[k]], "zorder": 5}
        errors.plot(
            reach, middle[0] * (reach / reach[0]) ** ORDERS[k], **line, label=("slope 4", "slope 3", "_same")[k]
        )
    errors.set(xscale="log", yscale="log", xlabel=r"$a+\rho$", ylabel="error of the drift")
    errors.legend(loc="upper left", fontsize=SMALL, ncols=2)
    errors.set_ylim(top=float(record.error.max()) * 1000)
    h = np.linspace(0.01, float(record.h.max()) + 0.05, 200)
    factor.semilogy(record.h, record.factor, **{**measured(0), "label": "measured"})
    factor.semilogy(h, (2 / (2 - h)) ** 2, **{**STATED, "label": r"$(2/(2-\eta\lambda_1))^2$"})
    factor.set(xlabel=r"$\eta\lambda_1$", ylabel=r"drift $\,/\,(\eta\rho^2|a^\prime|/2)$")
    factor.legend(loc="upper left")
    label_panels((errors, factor))
    return figure
