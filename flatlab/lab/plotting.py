"""The house style of figures, and saving them so that the same data give the same bytes."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from matplotlib import style
from matplotlib.figure import Figure

from flatlab.base import checks
from flatlab.base.files import whole_file
from flatlab.base.plain_data import json_text

STYLE_FILE = Path(__file__).with_name("flatlab.mplstyle")
COLUMN_WIDTH, PAGE_WIDTH = 3.4, 7.0  # inches, as a two-column page has them
PALETTE = {
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "green": "#009E73",
    "purple": "#CC79A7",
    "orange": "#E69F00",
    "sky": "#56B4E9",
    "black": "#000000",
    "grey": "#6E6E6E",
}
COLOURS = tuple(PALETTE[name] for name in ("blue", "vermillion", "green", "purple", "orange", "sky"))
MARKERS = ("o", "s", "^", "D", "v", "P")
STATED = {"linestyle": "--", "color": PALETTE["black"], "linewidth": 0.9, "marker": ""}
AXIS = {"color": PALETTE["grey"], "linewidth": 0.6, "label": "_axis"}  # a line at 0 and the like, not in the legend
FORMATS = ("pdf", "svg", "png")
TITLE, SMALL = 9, 6.5  # type sizes of titles, and of parameters
WIDE = 0.57  # width of a letter over its height, on average and a little more


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the house style inside the block; nothing changes outside it."""
    with style.context([STYLE_FILE], after_reset=True):
        yield


def measured(k: int = 0) -> dict[str, Any]:
    """Return the options of ``axes.plot`` for measured points number ``k``: told apart by colour and by marker.

    The seventh looks like the first. ``STATED`` is the counterpart for a stated line.
    """
    k = checks.integer("k", k)
    return {"linestyle": "none", "marker": MARKERS[k % len(MARKERS)], "color": COLOURS[k % len(COLOURS)]}


def column_figure(rows: int = 1, columns: int = 1, *, height: float = 2.4, **options: Any) -> tuple[Figure, Any]:
    """Return a figure one column wide and ``height`` inches high, with its grid of axes.

    ``options`` are those of ``Figure.subplots``.
    """
    return _figure(COLUMN_WIDTH, height, rows, columns, options)


def page_figure(rows: int = 1, columns: int = 2, *, height: float = 2.4, **options: Any) -> tuple[Figure, Any]:
    """Return a figure as wide as the page, else as :func:`column_figure`."""
    return _figure(PAGE_WIDTH, height, rows, columns, options)


def label_panels(axes: Iterable) -> None:
    """Mark axes (a), (b), … at their top left."""
    for letter, panel in zip("abcdefghijklmnop", axes):
        panel.set_title(f"({letter})", loc="left", fontweight="bold")


def headline(figure: Figure, seen: str, *small: str) -> None:
    """Put what is seen above the panels, and lines in small type below them; the figure grows by what they take.

    Where the figure has a legend of its own, the lines are that legend's title.
    """
    width = figure.get_figwidth()
    title, below = _wrapped([seen], width, TITLE), _wrapped(small, width, SMALL)
    lines = {TITLE: title.count("\n") + 1, SMALL: below.count("\n") + 1 if below else 0}
    figure.set_figheight(figure.get_figheight() + sum(size * 1.3 / 72 * count for size, count in lines.items()))
    figure.suptitle(title, fontsize=TITLE)
    if below and figure.legends:
        figure.legends[0].set_title(below)
        figure.legends[0].get_title().set_fontsize(SMALL)
    elif below:
        figure.supxlabel(below, fontsize=SMALL)


def save(
    figure: Figure,
    path: Path | str,
    *,
    seed: int | None,
    parameters: dict,
    claims: Sequence[str],
    title: str = "",
    caption: str = "",
) -> list[Path]:
    """Write a figure as PDF, SVG and PNG, each whole; the same figure gives the same bytes.

    No file holds a date. Each holds the seed (None where nothing is random), the parameters, the ids of the claims and
    the caption in its metadata: the subject of the PDF, the description of the SVG and of the PNG. The path has no
    suffix.
    """
    path = Path(path)
    details = {"seed": seed, "parameters": parameters, "claims": list(claims), "caption": caption}
    title, words = title or path.name, json_text(details)
    metadata = {
        "pdf": {"Title": title, "Subject": words, "Creator": "flatlab", "Producer": "flatlab", "CreationDate": None},
        "svg": {"Title": title, "Description": words, "Creator": "flatlab", "Date": None},
        "png": {"Title": title, "Description": words, "Software": "flatlab"},
    }
    written = []
    with house_style():
        for suffix in FORMATS:
            target = path.with_name(f"{path.name}.{suffix}")
            with whole_file(target) as temporary:
                figure.savefig(temporary, format=suffix, metadata=metadata[suffix])
            written.append(target)
    return written


def _wrapped(lines, width, size):
    letters = int(72 * width / (WIDE * size))
    wrap = partial(textwrap.fill, width=letters, break_long_words=False, break_on_hyphens=False)
    return "\n".join(wrap(line) for line in lines if line)


def _figure(width, height, rows, columns, options):
    with house_style():
        figure = Figure(figsize=(width, checks.positive("height", height)))
        return figure, figure.subplots(rows, columns, **options)
