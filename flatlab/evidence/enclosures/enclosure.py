"""What a claim declares to be proved over whole boxes: positive formulas, exact identities, false variants of both."""

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple

from flatlab.evidence.enclosures.formula import Program, exact, trace

MOST_BITS = 40  # of the ends of a box, so that a float holds every point at which it is split
DOUBLE, MOST_PRECISION = 53, 4096


class At(NamedTuple):
    """A point of a part, and what the claim's own numbers say of the results there.

    ``numbers`` maps names of results to what they must be in floating point, see :func:`both` for equations.

    >>> At("sum", {"x": 1.0}, both("twice", observed=2.0, expected=2.0)).numbers
    {'twice': 2.0, 'twice, stated': 2.0}
    """

    part: str
    point: Mapping[str, float]
    numbers: Mapping[str, float]


@dataclass(frozen=True)
class Chart:
    """Formulas that are positive on a whole box.

    Parameters
    ----------
    name : str
        The part in a few words, different from the other parts of the enclosure.
    box : dict
        Parameter to its two ends: whole numbers or floats and fractions over a power of two. Closed.
    positive : callable
        Takes the numbers of ``whole`` and the parameters of the box, in this order; returns words to formulas, each of
        which is above 0 everywhere. Written with ``+ - * / **`` and the functions of ``enclosures.formula``.
    false : callable
        The same for a statement that is wrong somewhere in the box, by a little.
    whole : dict
        Parameter to the whole numbers that it takes, each of which is proved on its own.
    precision : int
        Bits of the arithmetic; 53 is double precision with directed rounding, above it balls are used.

    >>> chart = Chart("parabola", {"x": (0, 1)}, lambda x: {"above": x * x + 1}, false=lambda x: {"above": x * x})
    >>> chart.holds({"x": 0.5})
    True
    """

    name: str
    box: Mapping[str, tuple]
    positive: Callable[..., Mapping[str, Any]]
    false: Callable[..., Mapping[str, Any]]
    whole: Mapping[str, Iterable[int]] = field(default_factory=dict)
    precision: int = DOUBLE

    def __post_init__(self):
        """Refuse a box that has no volume or no exact ends."""
        if not self.box:
            raise ValueError(f"box of {self.name!r} must have a parameter, got none")
        for name, ends in self.box.items():
            object.__setattr__(self, "box", {**self.box, name: _ends(f"{name} in the box of {self.name!r}", ends)})
        check_precision(self.precision)
        object.__setattr__(self, "whole", {name: tuple(numbers) for name, numbers in self.whole.items()})

    @property
    def names(self) -> tuple[str, ...]:
        """Whole numbers and parameters of the box, in the order of the formula."""
        return (*self.whole, *self.box)

    @cached_property
    def program(self) -> Program:
        """The formulas that are proved."""
        return trace(self.positive, self.names)

    @cached_property
    def false_program(self) -> Program:
        """The formulas of the false variant."""
        return trace(self.false, self.names)

    @property
    def cases(self) -> list[tuple[int, ...]]:
        """Each choice of whole numbers; one empty choice where there are none."""
        return list(product(*self.whole.values()))

    @property
    def text(self) -> str:
        """What is enclosed, as text."""
        ends = [f"{name} from {low} to {high}" for name, (low, high) in self.box.items()]
        whole = [f"{name} in {' '.join(map(str, numbers))}" for name, numbers in self.whole.items()]
        return "\n".join([f"chart {self.name}", *whole, *ends, self.program.text])

    def holds(self, point: Mapping[str, float]) -> bool:
        """Return whether a point lies in the box."""
        return all(low <= point[name] <= high for name, (low, high) in self.box.items()) and all(
            point[name] in tuple(numbers) for name, numbers in self.whole.items()
        )


@dataclass(frozen=True)
class Identity:
    """Equations between rational functions that hold for all values of their variables.

    Parameters
    ----------
    name : str
    of : sequence of str
        The variables.
    equal : callable
        Takes the variables; returns words to pairs of formulas that are equal wherever both are defined.
    false : callable
        The same for a wrong equation.

    >>> Identity("sum", ("x",), lambda x: {"twice": (x + x, 2 * x)}, false=lambda x: {"twice": (x + x, x)}).names
    ('x',)
    """

    name: str
    of: Sequence[str]
    equal: Callable[..., Mapping[str, tuple]]
    false: Callable[..., Mapping[str, tuple]]

    @property
    def names(self) -> tuple[str, ...]:
        """The variables."""
        return tuple(self.of)

    @cached_property
    def program(self) -> Program:
        """Both sides of each equation, called ``name`` and ``name, stated``."""
        return trace(_sides(self.equal), self.of)

    @cached_property
    def false_program(self) -> Program:
        """Both sides of each equation of the false variant."""
        return trace(_sides(self.false), self.of)

    @property
    def text(self) -> str:
        """What is proved, as text."""
        return f"identity {self.name}\n{self.program.text}"


STATED = ", stated"
Part = Chart | Identity


def both(words: str, observed: float, expected: float) -> dict[str, float]:
    """Return the numbers of an equation: what is observed is its first side, what is expected its second."""
    return {words: float(observed), words + STATED: float(expected)}


@dataclass(frozen=True)
class Enclosure:
    """What of a claim is proved by machine, over a whole domain, and how that hangs on the claim.

    Parameters
    ----------
    proves : str
        What is proved, for all of what, in words.
    measured : str
        What of the claim stays measured; empty where nothing does.
    parts : sequence of Chart or Identity
        All of them together are the proof.
    tie : callable
        ``tie(problem, observed, expected)`` gives a list of :class:`At`: what the claim measures and states in one of
        its settings, as numbers of these formulas, so that no other formula is proved.
    excluded : str
        Which settings of the claim lie in no box, in words.
    rtol : float
        How closely the formulas agree with those numbers.

    >>> part = Identity("sum", ("x",), lambda x: {"twice": (x + x, 2 * x)}, false=lambda x: {"twice": (x + x, x)})
    >>> tie = lambda x, observed, expected: [At("sum", {"x": x}, both("twice", observed, expected))]
    >>> Enclosure("x + x = 2x for all x", [part], tie).part("sum") is part
    True
    """

    proves: str
    parts: Sequence[Part]
    tie: Callable[[Any, Any, Any], Iterable[At]]
    measured: str = ""
    excluded: str = ""
    rtol: float = 1e-9

    def __post_init__(self):
        """Refuse parts that cannot be told apart."""
        for name in ("proves", "measured", "excluded"):
            object.__setattr__(self, name, " ".join(getattr(self, name).split()))
        names = [part.name for part in self.parts]
        if not names or len(set(names)) < len(names):
            raise ValueError(f"parts of an enclosure must be one or more with different names, got {names}")

    @property
    def charts(self) -> list[Chart]:
        """The parts with a box."""
        return [part for part in self.parts if isinstance(part, Chart)]

    @property
    def identities(self) -> list[Identity]:
        """The parts that are equations."""
        return [part for part in self.parts if isinstance(part, Identity)]

    @cached_property
    def key(self) -> str:
        """A hash of all that is enclosed."""
        said = "\n\n".join([self.proves, self.excluded, *(part.text for part in self.parts)])
        return hashlib.sha256(said.encode()).hexdigest()[:32]

    def part(self, name: str) -> Part:
        """Return the part of a name."""
        return next(part for part in self.parts if part.name == name)


def lowered(positive: Callable[..., Mapping[str, Any]], by: int | Fraction) -> Callable[..., dict[str, Any]]:
    """Return formulas that are less by a constant: a false variant, if that is more than the smallest of them."""
    return lambda *numbers: {words: value - by for words, value in positive(*numbers).items()}


def check_precision(bits: int) -> int:
    """Return a precision, or refuse it."""
    if not isinstance(bits, int) or not DOUBLE <= bits <= MOST_PRECISION:
        raise ValueError(f"precision must be from {DOUBLE} to {MOST_PRECISION} bits, got {bits!r}")
    return bits


def _ends(name, ends):
    low, high = ends
    if not all(isinstance(end, (int, float, Fraction)) and math.isfinite(end) for end in ends):
        raise ValueError(f"{name} must have finite ends, got {low} to {high}")
    low, high = exact(low), exact(high)
    if not low < high:
        raise ValueError(f"{name} must have its lower end below its upper one, got {low} to {high}")
    for end in (low, high):
        bits = end.denominator.bit_length()
        if end.denominator & (end.denominator - 1) or bits > MOST_BITS:
            raise ValueError(f"{name} must have ends over a power of two, got {end}")
    return low, high


def _sides(pairs):
    def both(*variables):
        found = {}
        for words, (left, right) in pairs(*variables).items():
            found |= {words: left, words + STATED: right}
        return found

    return both
