"""Enclosures of a program on a box: by Codac in double precision, by Arb's balls with more digits."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

from flatlab.evidence.enclosures import formula
from flatlab.evidence.enclosures.ball import Ball, Undecided
from flatlab.evidence.enclosures.enclosure import DOUBLE
from flatlab.evidence.enclosures.formula import FUNCTIONS, Dual, Guard, Program
from flatlab.evidence.enclosures.rounding import codac as sound_codac
from flatlab.evidence.enclosures.rounding import upward

Box = Sequence[tuple[Fraction, Fraction]]
BESSEL = ("bessel_j0", "bessel_j1")  # which Codac does not have
LARGEST = 2**53
LONGEST = 10  # vector of Codac, for results and what must lie in a domain


class Range(NamedTuple):
    """What is known of the results on a box.

    positive : whether all of them are above 0 on the whole box.
    refuted : whether one of them is 0 or below on the whole box.
    smear : for each parameter, by how much the undecided results may change along its side; empty where unknown.
    """

    positive: bool
    refuted: bool
    smear: tuple[float, ...] = ()


UNKNOWN = Range(False, False)


def evaluator(program: Program, precision: int) -> Callable[[Box], Range]:
    """Return the function that encloses a program on a box, by Codac if it suffices."""
    return _codac(program) if _suits_codac(program, precision) else _balls(program)


def name_of(program: Program, precision: int) -> str:
    """Return library and version behind :func:`evaluator`."""
    from importlib.metadata import version

    library = "codac" if _suits_codac(program, precision) else "python-flint"
    return f"{library} {version(library)}"


def _suits_codac(program, precision):
    short = len(program.outputs) + len(program.guards) <= LONGEST
    return precision == DOUBLE and short and not any(name in BESSEL for name, _ in program.operations)


def _codac(program):
    """Enclose by the better of natural and centred form, as Codac's analytic functions do by themselves."""
    codac = sound_codac()
    count, guards = len(program.outputs), program.guards
    with upward():
        function = _analytic_function(codac, program)

    def enclose(box):
        given = [[float(low), float(high)] for low, high in box]
        with upward():
            vector = codac.IntervalVector(given)
            found = function.eval(vector)
            ends = [(found[k].lb(), found[k].ub()) for k in range(count + len(guards))]
        if not all(_safe(pair, guard) for pair, guard in zip(ends[count:], guards)):
            return UNKNOWN
        undecided = [k for k, (low, _) in enumerate(ends[:count]) if not low > 0]
        if not undecided:
            return Range(True, False)
        if any(high <= 0 for _, high in ends[:count]):
            return Range(False, True)
        with upward():
            slopes = function.diff(vector)
            sizes = [max(slopes[k, i].mag() for k in undecided) for i in range(len(given))]
        return Range(False, False, tuple(size * (high - low) for size, (low, high) in zip(sizes, given)))

    return enclose


def _analytic_function(codac, program):
    """Return Codac's function of the results and, beside them, of what must lie in a domain.

    Domains of square roots and quotients are cut silently: a box where one is left has to be seen.
    """

    def constant(fraction):
        if max(abs(fraction.numerator), fraction.denominator) > LARGEST:
            raise ValueError(f"a constant must have less than 16 digits in double precision, got {fraction}")
        return codac.Interval(fraction.numerator) / codac.Interval(fraction.denominator)

    variables = codac.VectorVar(len(program.names))
    zero = variables[0] - variables[0]
    functions = {name: getattr(codac, name, None) for name in FUNCTIONS}
    values = program.values([variables[k] for k in range(len(program.names))], constant, functions)
    wanted = [values[k] if isinstance(values[k], type(zero)) else zero + values[k] for k in program.outputs.values()]
    return codac.AnalyticFunction([variables], codac.vec(*wanted, *(values[guard.index] for guard in program.guards)))


def _balls(program):
    """Enclose by the better of natural and centred form, with slopes from forward differentiation of balls."""
    functions = {name: getattr(formula, name) for name in FUNCTIONS}
    outputs, guards = list(program.outputs.values()), program.guards

    def run(inputs, constant: Callable = Ball):
        return program.values(inputs, constant, functions)

    def slopes_along(k, inputs):
        values = run([Dual(x, Ball(int(i == k))) for i, x in enumerate(inputs)], lambda x: Dual(Ball(x), Ball(0)))
        return [values[output].slope for output in outputs]

    def enclose(box):
        given = [Ball.hull(*side) for side in box]
        try:
            plain = run(given)
            if not all(_safe(plain[guard.index].ends, guard) for guard in guards):
                return UNKNOWN
            natural = [plain[k].ends for k in outputs]
            if any(high <= 0 for _, high in natural):
                return Range(False, True)
            if all(low > 0 for low, _ in natural):
                return Range(True, False)
            middle = [Ball((low + high) / 2) for low, high in box]
            centre = run(middle)
            slopes = [slopes_along(k, given) for k in range(len(program.names))]
        except Undecided:
            return UNKNOWN
        return _centred(box, natural, [centre[k] for k in outputs], slopes)

    return enclose


def _centred(box, natural, centre, slopes):
    """Return what the mean value theorem says: the value in the middle plus slopes times distances."""
    half = [Ball.hull(-(high - low) / 2, (high - low) / 2) for low, high in box]
    positive, smear = True, [0.0] * len(box)
    for k, (low, high) in enumerate(natural):
        changes = [one[k] * side for one, side in zip(slopes, half)]
        try:
            bottom, top = sum(changes, centre[k]).ends
            sizes = [float(max(map(abs, change.ends))) for change in changes]
        except Undecided:
            positive, smear = False, []
            continue
        if min(high, top) <= 0:
            return Range(False, True)
        if not max(low, bottom) > 0:
            positive, smear = False, [max(pair) for pair in zip(smear, sizes)]
    return Range(positive, False, tuple(smear))


def _safe(ends, guard: Guard):
    """Tell whether a value lies wholly where the operation that takes it is defined."""
    low, high = ends
    if guard.kind == "nonzero":
        return low > 0 or high < 0
    return low > 0 if guard.kind == "positive" else low >= 0
