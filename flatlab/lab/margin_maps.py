"""Maps of a claim's margin: as records, and as figures drawn from them."""

from typing import Any

import numpy as np
import xarray as xr
from matplotlib.colors import ListedColormap, SymLogNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from flatlab.base.plain_data import format_number, plain
from flatlab.evidence.relations import INCONCLUSIVE
from flatlab.evidence.slices import RAISES, STATUSES, Slice, edges_of
from flatlab.lab.plotting import PALETTE, SMALL, column_figure
from flatlab.storage.records import labelled, parameters_of

UNDEFINED, INFINITE = "#BBBBBB", "#67001F"
LEAST, LINEAR = -10.0, 0.1  # margins below are drawn as this one; nearer to 0 than that, colours are linear
SATURATED = 0.99  # a least margin above that is no weak point


def dataset_of(found: Slice) -> xr.Dataset:
    """Return a map as a labelled record."""
    dims = "y", "x"
    least = [labelled((), value, words) for value, words in zip(found.least, ("least x", "least y", "least margin"))]
    return xr.Dataset(
        {
            "margin": labelled(dims, found.margin, "margin"),
            "status": labelled(dims, found.status, f"status: {', '.join(STATUSES)}"),
            "inside": labelled(dims, found.inside.astype(int), "in the domain and within the hypotheses"),
            "stated": labelled(("finer_y", "finer_x"), found.stated.astype(np.int8), "the same, eight to a cell"),
            **dict(zip(("least_x", "least_y", "least_margin"), least)),
        },
        coords={
            "x": labelled("x", np.array(found.x.values, float), found.x.name),
            "y": labelled("y", np.array(found.y.values, float), found.y.name),
            "finer_x": labelled("finer_x", found.finer[0], found.x.name),
            "finer_y": labelled("finer_y", found.finer[1], found.y.name),
        },
    )


def parameters(claim_id: str, found: Slice) -> dict[str, Any]:
    """Return what a map was made with."""
    log = [axis.name for axis in (found.x, found.y) if axis.log]
    return {"claim": claim_id, "over": [found.x.name, found.y.name], "logarithmic": log, "at": plain(found.at)}


def draw_map(record: xr.Dataset, labels: dict[str, str] | None = None) -> Figure:
    """Draw a map: the margin in colour, the border of the hypotheses, and the least margin that a search found.

    labels : what is written at an axis for a parameter
    """
    made = parameters_of(record)
    figure, axes = column_figure(height=2.9)
    for name, scale in zip(made["over"], (axes.set_xscale, axes.set_yscale)):
        scale("log" if name in made["logarithmic"] else "linear")
    x, y = record.x.values, record.y.values
    edges = [edges_of(values, name in made["logarithmic"]) for name, values in zip(made["over"], (x, y))]
    norm = SymLogNorm(LINEAR, vmin=LEAST, vmax=-LEAST)
    margin = np.clip(record.margin.values, LEAST, 1.0)
    drawn = axes.pcolormesh(*edges, np.ma.masked_invalid(margin), cmap="RdBu", norm=norm, rasterized=True)
    status = record.status.values
    raises = status == STATUSES.index(RAISES)
    for where, colour in ((raises, UNDEFINED), (~raises & ~np.isfinite(margin), INFINITE)):
        cells = np.ma.masked_where(~where, np.ones(where.shape))
        axes.pcolormesh(*edges, cells, cmap=ListedColormap([colour]), rasterized=True)
    handles: list[Any] = _border(axes, record)
    handles += _undecided(axes, x, y, status == STATUSES.index(INCONCLUSIVE))
    if raises.any():
        handles.append(Patch(facecolor=UNDEFINED, label="not defined"))
    if float(record.least_margin) < SATURATED:
        star = {"marker": "*", "color": PALETTE["orange"], "markeredgecolor": "black", "markersize": 9, "zorder": 5}
        axes.plot(float(record.least_x), float(record.least_y), linestyle="none", clip_on=False, label="_same", **star)
        words = f"least margin within: {format_number(float(record.least_margin), 2)}".replace("-", "−")
        handles.append(Line2D([], [], linestyle="none", label=words, **star))
    bar = figure.colorbar(drawn, ax=axes, extend="min")
    bar.ax.set_ylim(LEAST, 1.0)
    bar.set_ticks([-10, -1, -0.1, 0, 0.1, 1], labels=["≤ −10", "−1", "−0.1", "0", "0.1", "1"])
    bar.set_label("margin: how far inside its tolerance;\nbelow 0 the claim fails", fontsize=SMALL)
    written = {name: name for name in made["over"]} | (labels or {})
    axes.set(xlabel=written[made["over"][0]], ylabel=written[made["over"][1]])
    axes.grid(False)
    figure.legend(handles=handles, loc="outside lower center", ncols=2, fontsize=6.5)
    figure.set_layout_engine("constrained")
    return figure


def _border(axes, record):
    """Draw the border between the settings that the statement is about and the others."""
    stated = record.stated.values
    if not 0 < stated.sum() < stated.size:
        return []
    axes.contour(record.finer_x, record.finer_y, stated, levels=[0.5], colors="black", linewidths=1.2)
    return [Line2D([], [], color="black", linewidth=1.2, label="border of what is stated")]


def _undecided(axes, x, y, where):
    """Mark settings whose interval contains the border of what is stated."""
    if not where.any():
        return []
    i, j = np.nonzero(where)
    dots = {"marker": "x", "color": PALETTE["black"], "markersize": 3, "linestyle": "none", "markeredgewidth": 0.6}
    axes.plot(x[j], y[i], label="_same", **dots)
    return [Line2D([], [], label="undecided", **dots)]
