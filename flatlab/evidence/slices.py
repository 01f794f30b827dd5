"""The margin of a claim over two of its parameters, within its hypotheses and beyond them."""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.base.progress import progress_bar
from flatlab.evidence._attempt import Attempt, margin_of_estimate
from flatlab.evidence.claim import Claim, Setting
from flatlab.evidence.domains import Choice, LogUniform, Uniform, Whole
from flatlab.evidence.nearest import restored
from flatlab.evidence.notes import Notes
from flatlab.evidence.relations import FAILS, HOLDS, INCONCLUSIVE

RAISES = "raises"
STATUSES = (FAILS, INCONCLUSIVE, HOLDS, RAISES)  # their numbers are in records
BEYOND = 0.25  # of the length of a range, to either side
PARTS = 8  # of a cell along an axis, at which it is asked what is stated


class Axis(NamedTuple):
    """A parameter and the values that it takes, evenly spaced or evenly in the logarithm.

    >>> axis_of(claims("bartlett2023/amplitude")["bartlett2023/amplitude"], "h=0.5:1.5", points=3)
    Axis(name='h', values=(0.5, 1.0, 1.5), log=False)
    """

    name: str
    values: tuple
    log: bool


class Slice(NamedTuple):
    """What a claim gives over two axes, at one value of all other parameters; arrays have the shape (y, x).

    margin : of an estimate that of its value
    status : numbers of ``STATUSES``
    inside : whether the setting lies in the domain and meets the hypotheses
    finer, stated : the same at finer values of x and of y, eight to a cell
    least : the values of x and y where a search within the slice found the least margin, and that margin; nan where it
        found none

    >>> claim = claims("bartlett2023/scaling")["bartlett2023/scaling"]
    >>> axes = [axis_of(claim, words, points=2) for words in list(claim.domain)[:2]]
    >>> with TemporaryDirectory() as folder:
    ...     margin_over(claim, axes, base_of(claim, {}), seed=0, evaluations=1, folder=folder).margin.shape
    (2, 2)
    """

    x: Axis
    y: Axis
    at: dict
    margin: np.ndarray
    status: np.ndarray
    inside: np.ndarray
    finer: tuple[np.ndarray, np.ndarray]
    stated: np.ndarray
    least: tuple[float, float, float]


def axis_of(claim: Claim, words: str, points: int) -> Axis:
    """Return the axis that ``h`` or ``h=0.5:3`` stands for: without ends, the range of the claim and a quarter beyond.

    A range of positive numbers is passed over evenly in the logarithm where the claim draws so, or where the claim has
    none and its ends differ by a factor of ten or more.
    """
    name, _, ends = words.partition("=")
    values = claim.domain.get(name)
    if isinstance(values, Choice) or (values is None and name not in claim.fixed):
        known = [key for key, one in claim.domain.items() if not isinstance(one, Choice)]
        raise ValueError(f"over must name a range of {claim.id} ({', '.join(known) or 'it has none'}), got {name!r}")
    if not ends and values is None:
        raise ValueError(f"over must give the ends of {name}, which has no range, as {name}=1:10")
    low, high = _ends(name, ends) if ends else _beyond(values)
    log = getattr(values, "log", isinstance(values, LogUniform)) if values else low > 0 and high >= 10 * low
    if log and low <= 0:
        raise ValueError(f"ends of {name} must be above 0, got {low:g}")
    spaced = np.geomspace(low, high, points) if log else np.linspace(low, high, points)
    whole = isinstance(values, Whole) or (values is None and isinstance(claim.fixed[name], int))
    found = dict.fromkeys(round(value) for value in spaced) if whole else spaced.tolist()
    return Axis(name, tuple(found), bool(log))


def base_of(claim: Claim, at: Mapping[str, str]) -> Setting:
    """Return the first corner of a claim, or the middle of its domain, with the values that ``at`` gives as text."""
    middle = {name: values.quantile(0.5) for name, values in claim.domain.items()}
    setting = Setting({**claim.fixed, **middle, **(claim.corners[0] if claim.corners else {})})
    unknown = sorted(set(at) - set(setting))
    if unknown:
        raise ValueError(f"at must name parameters of {claim.id} ({', '.join(setting)}), got {unknown[0]!r}")
    return Setting({**setting, **{name: _value(claim, name, text, setting[name]) for name, text in at.items()}})


def margin_over(
    claim: Claim, axes: Sequence[Axis], base: dict, *, seed: int, evaluations: int, folder: Path | str
) -> Slice:
    """Judge a claim on a grid of two parameters, all on the same random numbers, and search the slice for its minimum.

    What was judged is noted in ``folder``, and another call goes on there.
    """
    x, y = axes
    if x.name == y.name:
        raise ValueError(f"over must name two parameters, got {x.name!r} twice")
    shape = len(y.values), len(x.values)
    margin, status, inside = np.full(shape, np.nan), np.zeros(shape, int), np.zeros(shape, bool)
    notes = Notes(folder, claim, seed)
    with progress_bar("settings", margin.size) as advance:
        for place in np.ndindex(shape):
            setting = Setting({**base, y.name: y.values[place[0]], x.name: x.values[place[1]]})
            evidence = notes.look(setting, seed, 0)
            raised = isinstance(evidence, str)
            margin[place] = math.nan if raised else margin_of_estimate(claim, evidence)
            status[place] = STATUSES.index(RAISES if raised else evidence.status)
            inside[place] = _inside(claim, setting)
            advance()
    at = {name: value for name, value in base.items() if name not in (x.name, y.name)}
    least = _least(claim, axes, base, seed, evaluations, Path(folder) / "least")
    for place in (notes.file, Path(folder) / "least", Path(folder)):
        with suppress(OSError):  # another call may be at work there
            place.rmdir() if place.is_dir() else place.unlink()
    return Slice(x, y, at, margin, status, inside, *_stated(claim, axes, base), least)


def edges_of(values: Sequence[float], log: bool) -> np.ndarray:
    """Return the edges of the cells around values: halfway between neighbours, in the logarithm where that is asked."""
    spaced = np.log(values) if log else np.asarray(values, dtype=float)
    middle = (spaced[1:] + spaced[:-1]) / 2
    edges = np.concatenate([[2 * spaced[0] - middle[0]], middle, [2 * spaced[-1] - middle[-1]]])
    return np.exp(edges) if log else edges


def _stated(claim, axes, base):
    """Return where each cell is looked at closer, and whether the claim states something there."""
    x, y = axes
    finer = _parts_of(x), _parts_of(y)
    settings = [
        [Setting({**base, y.name: up, x.name: right}) for right in _settled(x, finer[0])]
        for up in _settled(y, finer[1])
    ]
    return finer, np.array([[_inside(claim, setting) for setting in row] for row in settings])


def _parts_of(axis):
    edges = edges_of(axis.values, axis.log)
    spaced = np.log(edges) if axis.log else edges
    parts = spaced[:-1, None] + np.diff(spaced)[:, None] * (np.arange(PARTS) + 0.5) / PARTS
    return np.exp(parts.ravel()) if axis.log else parts.ravel()


def _settled(axis, values):
    """Return values that the parameter takes: whole ones where it is whole."""
    return [round(value) for value in values] if isinstance(axis.values[0], int) else values.tolist()


def _least(claim, axes, base, seed, evaluations, folder):
    """Search the part of the slice that is on the map and in the domain."""
    names = [axis.name for axis in axes]
    domain = {axis.name: _common(claim.domain[axis.name], axis) for axis in axes if axis.name in claim.domain}
    fixed = {name: value for name, value in base.items() if name not in domain}
    if not domain or not all(domain.values()):
        return math.nan, math.nan, math.nan
    part = dataclasses.replace(claim, domain=domain, fixed=fixed, corners=(), full_corners=(), controls=claim.controls)
    notes = Notes(folder, part, seed)
    attempt = Attempt(part, evaluations, seed, lambda setting: notes.look(setting, seed, 0))
    attempt.run()
    notes.file.unlink(missing_ok=True)
    if not attempt.judged:  # no setting of the slice meets the hypotheses
        return math.nan, math.nan, math.nan
    margin, setting, _ = min(attempt.judged, key=lambda item: item[0])
    return float(setting[names[0]]), float(setting[names[1]]), float(margin)


def _common(values, axis):
    """Return the part of a range that an axis passes over, None where there is none."""
    low, high = max(values.low, min(axis.values)), min(values.high, max(axis.values))
    return dataclasses.replace(values, low=low, high=high) if low <= high else None


def _inside(claim, setting):
    fits = all(values.holds(setting[name]) for name, values in claim.domain.items())
    return fits and all(met(setting) for met in claim.hypotheses.values())


def _ends(name, words):
    low, colon, high = words.partition(":")
    try:
        ends = float(low), float(high)
    except ValueError:
        ends = math.nan, math.nan
    if not colon or not ends[0] < ends[1] or not all(map(math.isfinite, ends)):
        raise ValueError(f"over must give the ends of {name} as {name}=1:10, the lower first, got {words!r}")
    return ends


def _beyond(values):
    low, high = values.low, values.high
    if isinstance(values, LogUniform):
        factor = (high / low) ** BEYOND
        return low / factor, high * factor
    reach = BEYOND * (high - low)
    if isinstance(values, Uniform):
        return low - reach, high + reach
    return (low, high + reach) if low >= 0 else (low - reach, high + reach)


def _value(claim, name, text, like: Any):
    if isinstance(claim.domain.get(name), Choice):
        return next((one for one in claim.domain[name].values if str(one) == text), text)
    kind = int if isinstance(like, int) and not isinstance(like, bool) else float
    try:
        return restored(claim, {name: kind(text)})[name]
    except ValueError:
        raise ValueError(f"{name} must be a number, got {text!r}") from None


def parsed(words: Sequence[str]) -> dict[str, str]:
    """Return what words such as ``d=5`` give, by name."""
    wrong = [word for word in words if "=" not in word]
    if wrong:
        raise ValueError(f"at must be given as name=value, got {wrong[0]!r}")
    return dict(word.split("=", 1) for word in words)


def checked_points(points: int) -> int:
    """Return a number of points along an axis, or refuse it."""
    return checks.integer("points", points, at_least=2)
