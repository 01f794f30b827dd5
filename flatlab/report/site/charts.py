"""Evidence drawn as SVG when the site is built, in the colours of the page; theory and measurement differ in shape."""

import math
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from markupsafe import Markup

from flatlab.base.plain_data import format_number, json_text
from flatlab.evidence.outcomes import Evidence
from flatlab.evidence.relations import HOLDS

WIDTH, HEIGHT = 320, 200
LEFT, RIGHT, TOP, BOTTOM = 46, 10, 12, 34
LOWEST = -0.5  # margins below are drawn as triangles on the lower edge
ROW = 20
BINS = 20


class Axis(NamedTuple):
    """An axis from ``low`` to ``high``, linear or logarithmic, over the pixels from ``start`` to ``end``."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def at(self, value: float) -> float:
        """Return the pixel of a value."""
        low, high, x = (math.log(v) if self.log else v for v in (self.low, self.high, value))
        share = (x - low) / (high - low) if high > low else 0.5
        return self.start + share * (self.end - self.start)

    @property
    def ticks(self) -> list[float]:
        """Round values between the ends, a few of them."""
        if self.log:
            first, last = math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)
            if last > first:
                stride = max(1, math.ceil((last - first) / 4))
                return [10.0**k for k in range(first, last + 1, stride)]
            return [self.low, self.high]
        step = 10 ** math.floor(math.log10((self.high - self.low) / 3 or 1))
        step = next(step * k for k in (1, 2, 5, 10) if (self.high - self.low) / (step * k) <= 5)
        return [step * k for k in range(math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9) + 1)]


def margins_against(
    name: str, evidence: Sequence[Evidence], kinds: Sequence[str], ends: tuple[float, float] | None, log: bool
) -> Markup:
    """Return the margin of every setting against one of its parameters, over the domain of this parameter.

    Parameters
    ----------
    name : str
    evidence : sequence of Evidence
    kinds : sequence of str
        How each setting was chosen: ``corner``, ``drawn`` or ``kept``.
    ends : pair of float, optional
        The declared range.
    log : bool
        Whether the range is even in the logarithm.
    """
    values = [item.setting[name] for item in evidence]
    words = _alternative(f"Margin against {name}", evidence)
    if not all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values):
        return _margins_by_word(name, values, evidence, kinds, words)
    low, high = min([*values, *(ends or ())]), max([*values, *(ends or ())])
    log = log and low > 0
    low, high = (low, high) if high > low else (low - 0.5, high + 0.5)
    x, y = Axis(low, high, LEFT + 6, WIDTH - RIGHT - 6, log), _margin_axis(evidence)
    parts = [*_frame(x, y, name, "margin"), _line(LEFT, y.at(0), WIDTH - RIGHT, y.at(0), "edge")]
    if ends:
        band = (x.at(ends[0]), x.at(ends[1]))
        parts.insert(0, f'<rect class="domain" x="{band[0]:.1f}" y="{TOP}" width="{band[1] - band[0]:.1f}" ')
        parts[0] += f'height="{HEIGHT - TOP - BOTTOM}"/>'
    for item, value, kind in zip(evidence, values, kinds):
        parts.append(_mark(x.at(value), _height(y, item), item, kind))
    return _svg(words, parts)


def histogram(evidence: Sequence[Evidence]) -> Markup:
    """Return how often each margin occurs."""
    margins = [max(LOWEST, item.margin) for item in evidence if item.margin == item.margin]
    low = 0.0 if min(margins, default=0) >= 0 else LOWEST
    step = (1 - low) / BINS
    counts = [0] * BINS
    for margin in margins:
        counts[min(BINS - 1, int((margin - low) / step))] += 1
    x, y = (
        Axis(low, 1, LEFT, WIDTH - RIGHT),
        Axis(0, max(*counts, 1) * 1.05, HEIGHT - BOTTOM, TOP),
    )
    parts = _frame(x, y, "margin", "settings", whole=True)
    for k, count in enumerate(counts):
        if count:
            left, right = x.at(low + k * step), x.at(low + (k + 1) * step)
            parts.append(
                f'<rect class="bar" x="{left + 0.5:.1f}" y="{y.at(count):.1f}" width="{right - left - 1:.1f}" '
                f'height="{y.at(0) - y.at(count):.1f}"><title>{count} between margins {low + k * step:.2f} and '
                f"{low + (k + 1) * step:.2f}</title></rect>"
            )
    return _svg(_alternative("Histogram of the margins", evidence), parts)


def observed_against_stated(evidence: Sequence[Evidence], kinds: Sequence[str], sign: str) -> Markup | None:
    """Return observed against stated numbers with the line of equality; None where the stated ones are all the same."""
    shown = [(item, kind) for item, kind in zip(evidence, kinds) if math.isfinite(item.observed + item.expected)]
    if len({item.expected for item, _ in shown}) < 2:
        return None
    numbers = [number for item, _ in shown for number in (item.observed, item.expected, *(item.interval or ()))]
    numbers = [number for number in numbers if math.isfinite(number)]
    low, high = min(numbers), max(numbers)
    log = low > 0 and high > 20 * low
    low, high = (low / 1.3, high * 1.3) if log else (low - 0.05 * (high - low), high + 0.05 * (high - low))
    x, y = Axis(low, high, LEFT, WIDTH - RIGHT, log), Axis(low, high, HEIGHT - BOTTOM, TOP, log)
    parts = _frame(x, y, "stated", "observed")
    corner = {"≤": f"{x.end},{y.start}", "≥": f"{x.start},{y.end}"}.get(sign)
    if corner:
        parts.insert(0, f'<polygon class="domain" points="{x.start},{y.start} {x.end},{y.end} {corner}"/>')
    parts.append(_line(x.start, y.start, x.end, y.end, "stated"))
    for item, kind in shown:
        at = x.at(item.expected)
        if item.interval and all(map(math.isfinite, item.interval)):
            parts.append(_line(at, y.at(item.interval[0]), at, y.at(item.interval[1]), "interval"))
        parts.append(_mark(at, y.at(item.observed), item, kind))
    return _svg(f"Observed against stated numbers of {len(shown)} settings, with the line of equality", parts)


def _margins_by_word(name, values, evidence, kinds, words):
    """Return margins of settings whose parameter is a word, a row for each word."""
    labels = [value if isinstance(value, str) else json_text(value) for value in values]
    known = list(dict.fromkeys(labels))
    top, left = TOP + 8, min(150, 16 + 6 * max(len(label[:22]) for label in known))
    height = top + ROW * len(known) + BOTTOM
    x = _margin_axis(evidence)._replace(start=left, end=WIDTH - RIGHT - 6)
    parts = [_text(2, 11, name, "start", "label"), *_ticks_below(x, height)]
    parts.append(_text((left + WIDTH - RIGHT) / 2, height - 4, "margin", "middle", "label"))
    for k, label in enumerate(known):
        middle = top + ROW * (k + 0.5)
        parts.append(_line(left, middle, WIDTH - RIGHT, middle, "grid"))
        short = label if len(label) <= 22 else label[:21] + "…"
        parts.append(_text(left - 6, middle + 3.5, short, "end", "tick"))
    parts.append(_line(x.at(0), top, x.at(0), height - BOTTOM, "edge"))
    for item, label, kind in zip(evidence, labels, kinds):
        parts.append(_mark(x.at(max(LOWEST, _finite(item))), top + ROW * (known.index(label) + 0.5), item, kind))
    return _svg(words, parts, height)


def _margin_axis(evidence):
    failing = any(not item.margin >= 0 for item in evidence)
    return Axis(LOWEST if failing else 0.0, 1.0, HEIGHT - BOTTOM, TOP + 4)


def _finite(item):
    return item.margin if item.margin == item.margin else LOWEST


def _height(y, item):
    return y.at(max(LOWEST, _finite(item)))


def _mark(x, y, item, kind):
    """Return one setting: a circle if drawn, an open square if hand-picked, a diamond if kept by a search."""
    title = f"<title>{escape(item.words)}, margin {format_number(item.margin, 3)}{escape(item.place)}</title>"
    status = "" if item.status == HOLDS else " failing"
    if not item.margin >= LOWEST:
        shape = f"M{x - 4:.1f},{y - 7:.1f}h8l-4,7z"
    elif kind == "corner":
        shape = f"M{x - 3:.1f},{y - 3:.1f}h6v6h-6z"
    elif kind == "kept":
        shape = f"M{x:.1f},{y - 5:.1f}l5,5l-5,5l-5,-5z"
    else:
        return f'<circle class="mark {kind}{status}" cx="{x:.1f}" cy="{y:.1f}" r="3">{title}</circle>'
    return f'<path class="mark {kind}{status}" d="{shape}">{title}</path>'


def _frame(x, y, below, beside, whole=False):
    parts = _ticks_below(x, HEIGHT)
    for tick in y.ticks:
        if whole and tick != int(tick):
            continue
        parts.append(_line(LEFT, y.at(tick), WIDTH - RIGHT, y.at(tick), "grid"))
        parts.append(_text(LEFT - 5, y.at(tick) + 3.5, _short(tick), "end", "tick"))
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, below, "middle", "label"))
    middle = (TOP + HEIGHT - BOTTOM) / 2
    parts.append(
        f'<text class="label" text-anchor="middle" transform="translate(11 {middle}) rotate(-90)">{beside}</text>'
    )
    return parts


def _ticks_below(x, height):
    parts = [_line(x.start if x.start > LEFT + 6 else LEFT, height - BOTTOM, WIDTH - RIGHT, height - BOTTOM, "axis")]
    for tick in x.ticks:
        parts.append(_line(x.at(tick), height - BOTTOM, x.at(tick), height - BOTTOM + 4, "axis"))
        parts.append(_text(x.at(tick), height - BOTTOM + 15, _short(tick), "middle", "tick"))
    return parts


def _short(value):
    """Return a tick in few characters, with a minus sign."""
    exponent = math.log10(abs(value)) if value else 0
    if value and abs(exponent - round(exponent)) < 1e-9 and not -3 < exponent < 4:
        power = str(round(exponent)).replace("-", "−")
        return f'{"−" if value < 0 else ""}10<tspan dy="-4" font-size="75%">{power}</tspan>'
    return format_number(float(value)).replace("e+0", "e").replace("-", "−")


def _line(x1, y1, x2, y2, kind):
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x, y, words, anchor, kind):
    words = words if "<tspan" in words else escape(words)
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{words}</text>'


def _alternative(what, evidence):
    worst = min(evidence, key=lambda item: item.order)
    return f"{what}: {len(evidence)} settings, the smallest margin is {format_number(worst.margin, 3)}{worst.place}"


def _svg(words, parts, height=HEIGHT):
    return Markup(
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(words)}">'
        f"{''.join(parts)}</svg>"
    )
