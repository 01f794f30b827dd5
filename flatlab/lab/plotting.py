"""The house style of figures, and saving them so that the same data give the same bytes."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
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
FORMATS = ("pdf", "svg", "png")


SMALL = 6.5  # type size of parameters


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


def headline(figure: Figure, seen: str, parameters: str) -> None:
    """Put what is seen above the panels, and the parameters in small type below them, above the figure's legend."""
    figure.suptitle(seen)
    if figure.legends:
        figure.legends[0].set_title(parameters)
        figure.legends[0].get_title().set_fontsize(SMALL)
    else:
        figure.supxlabel(parameters, fontsize=SMALL)


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


def _figure(width, height, rows, columns, options):
    with house_style():
        figure = Figure(figsize=(width, checks.positive("height", height)))
        return figure, figure.subplots(rows, columns, **options)
