"""A ball never loses its radius, and decides only what holds for all its points."""

import math
from fractions import Fraction
from importlib.util import find_spec

import numpy as np
import pytest

from flatlab.base import checks
from flatlab.evidence.enclosures import formula
from flatlab.evidence.enclosures.ball import Ball, Undecided, precision
from flatlab.objectives import Quadratic

if find_spec("flint") is None:
    pytest.skip("needs the extra certify (python-flint)", allow_module_level=True)
UNIT = Ball.hull(Fraction(0), Fraction(1))


@pytest.mark.parametrize("lose", [float, int, math.sqrt, math.floor, bool, round, lambda ball: [0, 1][ball]])
def test_what_would_drop_the_radius_is_refused(lose):
    with pytest.raises((TypeError, Undecided)):
        lose(UNIT)


def test_a_ball_cannot_be_written_into_an_array_of_floats():
    array = np.zeros(2)
    with pytest.raises((TypeError, ValueError)):
        array[0] = UNIT


@pytest.mark.parametrize(
    "compare",
    [
        lambda: Fraction(1, 2) > UNIT,
        lambda: Fraction(1, 2) <= UNIT,
        lambda: Fraction(1, 2) == UNIT,
        lambda: Ball.hull(Fraction(0), Fraction(1)) == UNIT,  # two unknown numbers, not one
        lambda: max(UNIT, Ball(Fraction(1, 2))),
        lambda: 1 if UNIT else 0,
    ],
)
def test_an_undecided_comparison_raises(compare):
    with pytest.raises(Undecided):
        compare()


def test_a_decided_comparison_is_answered():
    assert UNIT < 2
    assert UNIT <= 2
    assert UNIT != 2
    assert not UNIT > 2
    assert not UNIT >= 2
    assert Ball(1) == 1
    assert bool(Ball(1))
    assert not bool(Ball(0))


def test_ends_hold_the_interval():
    for end in (Fraction(1), Fraction(1, 10)):
        low, high = Ball.hull(Fraction(0), end).ends
        assert -Fraction(1, 10**8) < low <= 0 < end <= high < end + Fraction(1, 10**8)
    with pytest.raises(Undecided):
        _ = (1 / UNIT).ends
    with pytest.raises(Undecided):
        _ = (UNIT - 2).sqrt().ends


@pytest.mark.parametrize("name", formula.FUNCTIONS)
def test_functions_of_balls_hold_the_functions_of_their_points(name, rng):
    function = getattr(formula, name)
    with precision(100):
        for x in rng.uniform(0.1, 3.0, 10):
            low, high = function(Ball(Fraction(x))).ends
            assert float(low) == pytest.approx(function(float(x)), rel=1e-12, abs=1e-14)
            assert high - low < Fraction(1, 2**80)
            wide = function(Ball.hull(Fraction(x) - Fraction(1, 64), Fraction(x) + Fraction(1, 64))).ends
            assert wide[0] <= low
            assert high <= wide[1]


@pytest.mark.parametrize("number", [UNIT, UNIT.arb], ids=["ball", "bare"])
def test_public_functions_refuse_balls(number):
    for check in (checks.number, checks.positive, checks.nonnegative):
        with pytest.raises(ValueError, match="must be a finite number"):
            check("x", number)
    with pytest.raises(ValueError, match="eigenvalues must be"):
        Quadratic([number, number])
