"""The second program: re-evaluates certificates from the text of what is enclosed, and shares no code with the prover.

It reads programs and trees itself, computes with the intervals of mpmath (polynomials over the rationals for
identities), differentiates by itself, and holds that the boxes of a tree are exactly the declared box.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from importlib import import_module
from typing import Any

BITS = 80
MORE_SPLITS = 8  # of a box that this arithmetic does not decide at once
SLOPES_OF_BESSEL = ("0.7072", "0.8536")  # |J_0'| = |J_1| <= 1/sqrt 2 and |J_1'| = |J_0 - J_2|/2 <= (1 + 1/sqrt 2)/2


class Rejected(ValueError):
    """A certificate does not prove what it is said to prove."""


def recheck_chart(text: str, box: Sequence[tuple], case: Sequence[int], tree: str, draw: Any = None) -> tuple[int, int]:
    """Re-evaluate the boxes that a tree says are proved and return how many, and how many it leaves undecided.

    text : the program, see ``Program.text``; its first arguments are the whole numbers of ``case``.
    box : the ends of the other arguments, as fractions.
    draw : ``draw()`` tells whether a box is re-evaluated; all are without it. The tiling is always checked whole.
    """
    machine = _Machine(text)
    whole = [(Fraction(number), Fraction(number)) for number in case]
    if len(machine.names) != len(whole) + len(box):
        raise Rejected(f"certificate must have {len(machine.names)} parameters, it has {len(whole) + len(box)}")
    volume, done, open_boxes = Fraction(0), 0, 0
    for depth, leaf, decided in _boxes(tree, [tuple(map(Fraction, ends)) for ends in box]):
        volume += Fraction(1, 1 << depth)
        open_boxes += not decided
        if not decided or (draw is not None and not draw()):
            continue
        done += 1
        if not machine.positive([*whole, *leaf], len(whole), MORE_SPLITS):
            places = ", ".join(
                f"{name} from {low} to {high}" for name, (low, high) in zip(machine.names[len(case) :], leaf)
            )
            raise Rejected(f"a box of the certificate cannot be confirmed: {places}")
    if volume != 1:
        raise Rejected(f"boxes of the certificate must fill the box once, they fill {volume} of it")
    return done, open_boxes


def _boxes(tree, box) -> Iterator[tuple[int, list, bool]]:
    """Go through the leaves: depth, box, and whether it is said to be proved."""
    rest_of_tree = [(0, list(box))]
    for letter in tree:
        if not rest_of_tree:
            raise Rejected("tree of the certificate goes on after its last box")
        depth, current = rest_of_tree.pop()
        if letter in ".?":
            yield depth, current, letter == "."
            continue
        side = ord(letter) - ord("a")
        if side not in range(len(current)):
            raise Rejected(f"tree of the certificate names the side {letter!r}, which the box has not")
        low, high = current[side]
        cut = low + (high - low) / 2
        upper, lower = list(current), list(current)
        upper[side], lower[side] = (cut, high), (low, cut)
        rest_of_tree.append((depth + 1, upper))
        rest_of_tree.append((depth + 1, lower))
    if rest_of_tree:
        raise Rejected("tree of the certificate is cut off")


class _OutOfDomain(ArithmeticError):
    pass


class _Machine:
    """A program read from its text, over the intervals of mpmath."""

    def __init__(self, text):
        try:
            self.iv = import_module("mpmath.ctx_iv").MPIntervalContext()
        except ImportError as error:
            raise ValueError(
                "certificates need mpmath, which is not installed; pip install 'flatlab[certify]'"
            ) from error
        self.iv.prec = BITS
        first, *lines = text.splitlines()
        self.names = first.split()[1:]
        self.code, self.results = [], []
        for line in lines:
            word, *rest = line.split()
            if word == "out":
                self.results.append(int(rest[0]))
            elif word == "const":
                self.code.append((word, self.exact(Fraction(rest[0]))))
            else:
                self.code.append((word, *map(int, rest)))

    def exact(self, fraction):
        return self.iv.mpf(fraction.numerator) / self.iv.mpf(fraction.denominator)

    def interval(self, low, high):
        return self.iv.mpf([self.exact(low).a, self.exact(high).b])

    def positive(self, box, fixed, splits):
        """Tell whether all results are above 0 on a box: plainly, by the mean value theorem, or on its halves."""
        inputs = [self.interval(*side) for side in box]
        widths = [float(high - low) for low, high in box]
        try:
            plain = self.run([(x, None) for x in inputs])
            left = [k for k in self.results if not plain[k][0].a > 0]
            if not left:
                return True
            slopes = self.run([(x, {i: self.iv.one}) if i >= fixed else (x, None) for i, x in enumerate(inputs)])
            centre = self.run([(self.exact((low + high) / 2), None) for low, high in box])
            left = [k for k in left if not self.by_slopes(centre[k][0], slopes[k][1] or {}, box).a > 0]
            if not left:
                return True
            widths = [max(self.size((slopes[k][1] or {}).get(i), side) for k in left) for i, side in enumerate(widths)]
        except _OutOfDomain:
            pass
        if splits == 0 or max(widths) == 0:
            return False
        side = max(range(fixed, len(box)), key=widths.__getitem__)
        low, high = box[side]
        cut = (low + high) / 2
        pieces = [[*box[:side], half, *box[side + 1 :]] for half in ((low, cut), (cut, high))]
        return all(self.positive(piece, fixed, splits - 1) for piece in pieces)

    def by_slopes(self, middle, slopes, box):
        for i, slope in slopes.items():
            half = (box[i][1] - box[i][0]) / 2
            middle += slope * self.interval(-half, half)
        return middle

    def size(self, slope, side):
        return 0.0 if slope is None else float(max(abs(slope.a.a), abs(slope.b.b))) * side if side else 0.0

    def run(self, values):
        """Return every value with its slopes: a dict from the place of an argument to an interval, None for none."""
        for word, *given in self.code:
            if word == "const":
                values.append((given[0], None))
            elif word == "pow":
                values.append(self.power(values[given[0]], given[1]))
            else:
                values.append(getattr(self, word)(*(values[k] for k in given)))
        return values

    def combine(self, left, right, by_left, by_right):
        """Return the slopes of a result from those of two numbers and the slopes by each."""
        if left is None and right is None:
            return None
        found = {i: by_left * slope for i, slope in (left or {}).items()}
        for i, slope in (right or {}).items():
            found[i] = found[i] + by_right * slope if i in found else by_right * slope
        return found

    def add(self, one, two):
        return one[0] + two[0], self.combine(one[1], two[1], self.iv.one, self.iv.one)

    def sub(self, one, two):
        return one[0] - two[0], self.combine(one[1], two[1], self.iv.one, -self.iv.one)

    def mul(self, one, two):
        return one[0] * two[0], self.combine(one[1], two[1], two[0], one[0])

    def div(self, one, two):
        if two[0].a <= 0 <= two[0].b:
            raise _OutOfDomain
        quotient = one[0] / two[0]
        slopes = one[1] or two[1]
        return quotient, slopes and self.combine(one[1], two[1], 1 / two[0], -quotient / two[0])

    def neg(self, one):
        return -one[0], self.combine(one[1], None, -self.iv.one, None)

    def power(self, one, exponent):
        number, slopes = one
        return number**exponent, slopes and self.combine(slopes, None, exponent * number ** (exponent - 1), None)

    def sqrt(self, one):
        number, slopes = one
        if number.a < 0 or (slopes and number.a <= 0):
            raise _OutOfDomain
        root = self.iv.sqrt(number)
        return root, slopes and self.combine(slopes, None, 1 / (2 * root), None)

    def exp(self, one):
        value = self.iv.exp(one[0])
        return value, self.combine(one[1], None, value, None)

    def log(self, one):
        if one[0].a <= 0:
            raise _OutOfDomain
        return self.iv.log(one[0]), one[1] and self.combine(one[1], None, 1 / one[0], None)

    def sin(self, one):
        return self.iv.sin(one[0]), one[1] and self.combine(one[1], None, self.iv.cos(one[0]), None)

    def cos(self, one):
        return self.iv.cos(one[0]), one[1] and self.combine(one[1], None, -self.iv.sin(one[0]), None)

    def bessel_j0(self, one):
        return self.bessel(one[0], 0), one[1] and self.combine(one[1], None, -self.bessel(one[0], 1), None)

    def bessel_j1(self, one):
        number, slopes = one
        bound = self.iv.mpf(SLOPES_OF_BESSEL[1])
        slope = self.iv.mpf([-bound.b, bound.b])
        if slopes and not number.a <= 0 <= number.b:
            slope = self.bessel(number, 0) - self.bessel(number, 1) / number
        return self.bessel(number, 1), slopes and self.combine(slopes, None, slope, None)

    def bessel(self, number, order):
        """Return J_0 or J_1: the series in the middle, and a bound on the slope times the distance from there."""
        middle = self.iv.mpf(number.mid)
        total, term, k = self.iv.mpf(0), (middle / 2) ** order, 0
        quarter = middle * middle / 4
        while k < 4 or (quarter / (k * (k + order))).b > 0.25 or abs(term).b > self.iv.mpf(2).b ** -BITS:
            total, k = total + term, k + 1
            term = -term * quarter / (k * (k + order))
        rest = 2 * abs(term).b  # from here on each term is at most a quarter of the one before
        reach = self.iv.mpf(SLOPES_OF_BESSEL[order]) * abs(number - middle).b
        return total + self.iv.mpf([-rest, rest]) + self.iv.mpf([-reach.b, reach.b])


def recheck_identity(text: str) -> int:
    """Return the number of equations of a program, all of which hold as equations of rational functions.

    The results come in pairs, a side and what it is stated to be; both are quotients of polynomials with rational
    coefficients, and hold if the polynomials that follow by cross-multiplication are the same.
    """
    try:
        flint = import_module("flint")
    except ImportError as error:
        raise ValueError("certificates need flint, which is not installed; pip install 'flatlab[certify]'") from error
    first, *lines = text.splitlines()
    names = first.split()[1:]
    ring = flint.fmpq_mpoly_ctx.get(tuple(f"x{k}" for k in range(len(names))), "lex")
    one = ring.constant(1)
    values, sides = [(x, one) for x in ring.gens()], []
    for line in lines:
        word, *rest = line.split()
        if word == "out":
            sides.append((" ".join(rest[1:]), values[int(rest[0])]))
        elif word == "const":
            fraction = Fraction(rest[0])
            values.append((ring.constant(flint.fmpq(fraction.numerator, fraction.denominator)), one))
        else:
            values.append(_quotient(word, values, list(map(int, rest))))
    for (words, (top, bottom)), (_, (other_top, other_bottom)) in zip(sides[::2], sides[1::2]):
        if top * other_bottom != other_top * bottom:
            raise Rejected(f"the equation {words!r} does not hold")
    return len(sides) // 2


def _quotient(word, values, given):
    top, bottom = values[given[0]]
    if word == "neg":
        return -top, bottom
    if word == "pow":
        return top ** given[1], bottom ** given[1]
    over, under = values[given[1]]
    if word in ("add", "sub"):
        first, second = (top, over) if bottom == under else (top * under, over * bottom)
        return (first + second if word == "add" else first - second), bottom if bottom == under else bottom * under
    if word == "mul":
        return top * over, bottom * under
    if word == "div" and over != 0:
        return top * under, bottom * over
    raise Rejected(f"an identity must consist of quotients of polynomials, got {word}")
