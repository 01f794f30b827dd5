"""What an option of an experiment may be, declared with its type and checked before anything runs."""

import math
import typing
from typing import Any, NamedTuple

from flatlab.base import checks


class Range(NamedTuple):
    """The numbers from ``low`` to ``high``, whose ends are open or closed as in ``"(]"``; whole ones include both.

    ``h: Annotated[float, Range(0, 2)] = 0.5`` declares an option of ``run``, or each entry of a
    ``tuple[float, ...]``. An option without one is above 0, a whole one 1 or above.

    below : the name of another option that is larger
    even : only even numbers

    >>> Range(0, 2, ends="(]").check("h", 2.0)
    """

    low: float = -math.inf
    high: float = math.inf
    ends: str = "()"
    below: str = ""
    even: bool = False

    def check(self, name: str, value: Any) -> None:
        """Refuse a value that an option may not be."""
        if isinstance(value, int):
            least = -checks.LARGEST if math.isinf(self.low) else math.ceil(self.low)
            checks.integer(name, value, least, None if math.isinf(self.high) else math.floor(self.high))
        elif math.isfinite(self.high):
            checks.between(name, value, self.low, self.high, ends=self.ends)
        elif not self.low < checks.number(name, value, self._above) and value != self._least:
            checks.refuse(name, value, self._above)
        if self.even and value % 2:
            checks.refuse(name, value, "an even number")

    @property
    def _least(self):
        return self.low if self.ends[0] == "[" else math.nan

    @property
    def _above(self):
        if math.isinf(self.low):
            return "a finite number"
        return (
            f"a finite number, {self.low:g} or above" if self.ends[0] == "[" else f"a finite number above {self.low:g}"
        )


class OneOf(NamedTuple):
    """The words that an option may be, which its help lists.

    ``profile: Annotated[str, OneOf(("bowl", "wavy"))] = "bowl"`` declares an option of ``run``, or each entry of a
    ``tuple[str, ...]``.

    >>> OneOf(("bowl", "wavy")).check("profile", "hill")
    Traceback (most recent call last):
    ValueError: profile must be one of 'bowl', 'wavy', got 'hill'.
    """

    words: tuple[str, ...]

    def check(self, name: str, value: Any) -> None:
        """Refuse a word that is none of them."""
        checks.one_of(name, value, self.words)


ANY = Range()
NONNEGATIVE = Range(0, ends="[)")
ABOVE_ZERO = {float: Range(0), int: Range(1)}


def words_of(annotation: Any) -> tuple[str, ...]:
    """Return the words that an annotated type allows; none where it allows any."""
    return next((item.words for item in getattr(annotation, "__metadata__", ()) if isinstance(item, OneOf)), ())


def range_of(annotation: Any) -> Range | OneOf | None:
    """Return the range that an annotated type declares, or that of its type; None for other text and for flags."""
    declared = [item for item in getattr(annotation, "__metadata__", ()) if isinstance(item, (Range, OneOf))]
    plain = typing.get_args(annotation)[0] if hasattr(annotation, "__metadata__") else annotation
    entry = typing.get_args(plain)[0] if typing.get_origin(plain) is tuple else plain
    return declared[0] if declared else ABOVE_ZERO.get(entry)


def check_options(annotations: dict[str, Any], values: dict[str, Any]) -> None:
    """Refuse the first value that is out of the range of its option, and a tuple that is empty."""
    ranges = {name: range_of(annotations[name]) for name in values if name not in ("seed", "path")}
    for name, allowed in ranges.items():
        value = values[name]
        if value == ():
            checks.refuse(name, value, "values separated by commas, one at least")
        for entry in value if isinstance(value, tuple) else (value,):
            if allowed is not None:
                allowed.check(name, entry)
    for name, allowed in ranges.items():
        if isinstance(allowed, Range) and allowed.below and not values[name] < values[allowed.below]:
            checks.refuse(name, values[name], f"below {allowed.below}, which is {values[allowed.below]:g}")
