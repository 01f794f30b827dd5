from typing import NamedTuple

import numpy as np
import pytest
from number_types import Ball

from flatlab.theory import _fields


def test_plain_numbers_become_floats_and_others_stay():
    ball = Ball(0.5)
    for check in (_fields.number, _fields.positive, _fields.nonnegative, _fields.entries):
        assert isinstance(check("x", np.int64(1)), float)
        assert check("x", ball) is ball
    assert _fields.between("x", ball, 0, 1) is ball
    assert _fields.between("x", 0.5, 0, Ball(1.0)) == 0.5
    assert _fields.vector("x", [1, 2]).dtype == float
    assert _fields.vector("x", [1.0, ball], 2)[1] is ball
    assert _fields.descending("x", np.array([1.0, ball]))[1] is ball


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: _fields.positive("x", Ball(0.0)), "x must be a number above 0"),
        (lambda: _fields.nonnegative("x", Ball(-1.0)), "x must be a number 0 or above"),
        (lambda: _fields.between("x", Ball(1.0), 0, 1), r"x must be a number in \(0, 1\)"),
        (lambda: _fields.between("x", 2.0, 0, Ball(1.0)), r"x must be a number in \(0, Ball"),
        (lambda: _fields.entries("x", [1.0, Ball(0.0)], above=0), "x must be a number above 0"),
        (lambda: _fields.vector("x", [Ball(1.0)], 2), "x must be a vector of 2 entries"),
        (lambda: _fields.descending("x", [Ball(1.0), Ball(2.0)]), "x must be sorted from the largest down"),
        (lambda: _fields.descending("x", [Ball(1.0), Ball(0.0)]), "x must be above 0"),
        (lambda: _fields.instance("x", 1.0, Square), "x must be a Square"),
        (lambda: _fields.positive("x", complex(1)), "x must be a finite number above 0"),
    ],
)
def test_numbers_out_of_range_are_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@_fields.setting
class Square(NamedTuple):
    side: float

    def clean_fields(self):
        return (_fields.positive("side", self.side),)

    @property
    def area(self):
        return self.side**2

    def share(self, part):
        return part / self.area


def test_a_setting_is_checked_and_refuses_what_overflows():
    assert Square(2).area == 4.0
    assert isinstance(Square(2).side, float)
    assert Square(2)._replace(side=3).area == 9
    with pytest.raises(ValueError, match="side must be"):
        Square(2)._replace(side=-1)
    with pytest.raises(ValueError, match=r"area must have a finite value, got Square\(side=1e\+300\)"):
        _ = Square(1e300).area
    with pytest.raises(ValueError, match=r"share must have a finite value, got Square\(side=1e-300\), 1.0"):
        Square(1e-300).share(1.0)
