"""Contours of the hidden objective with SAM's path over it."""

import numpy as np

from flatlab.lab.plotting import PALETTE, label_panels, page_figure

RECORD = "hidden_objective"
SHOWS = ("bartlett2023/hidden-objective", "bartlett2023/descent", "bartlett2023/landscape")
TITLE = "SAM descends J along its alternating gradient, at every step"
CAPTION = (
    "In the alternating gradient u SAM descends J: (a) from near the second axis, above the saddle on it, to the "
    "minimum on the first; (b) J falls at every step, down to rounding; lower values are left out."
)


def draw(record):
    """Draw the record."""
    figure, (plane, fall) = page_figure(1, 2, height=2.9, width_ratios=(1.25, 1))
    contours = plane.contour(record.u1, record.u2, record.J.values, levels=18, cmap="cividis", linewidths=0.7)
    figure.colorbar(contours, ax=plane, label=r"$J(u)$", shrink=0.9)
    first, second = record.cycle_gradient.values
    plane.plot(*record.path.values.T, "o-", color=PALETTE["vermillion"], markersize=2.5, linewidth=0.9, label="SAM")
    plane.plot([-first, first], [0, 0], "*", color=PALETTE["blue"], markersize=8, label=r"minima $\pm b_1e_1$")
    plane.plot([0, 0], [-second, second], "X", color=PALETTE["black"], markersize=5.5, label=r"saddles $\pm b_2e_2$")
    plane.set(xlabel=r"$u_1$", ylabel=r"$u_2$", aspect="equal")
    plane.grid(False)
    plane.legend(loc="lower left", frameon=True, framealpha=0.9)
    excess = record.excess.values
    seen = excess > 1e-16
    fall.semilogy(np.flatnonzero(seen), excess[seen], "o-", color=PALETTE["vermillion"], markersize=2.5, label="SAM")
    fall.legend()
    fall.set(xlabel="step", ylabel=r"$J(u_t)-J_{\min}$")
    label_panels([plane, fall])
    return figure
