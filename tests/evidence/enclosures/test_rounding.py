"""Codac rounds upwards while it computes, and nothing else does."""

from fractions import Fraction
from importlib.util import find_spec

import numpy as np
import pytest

from flatlab.evidence.enclosures import rounding
from flatlab.evidence.enclosures.arithmetics import evaluator
from flatlab.evidence.enclosures.formula import exp, sqrt, trace

if find_spec("codac") is None:
    pytest.skip("needs the extra certify (codac)", allow_module_level=True)


def rounds_to_nearest():
    return np.float64(1.0) + np.float64(2.0**-60) == 1.0 and repr(float("2.0916387880962")) == "2.0916387880962"


def test_the_usual_mode_is_there_after_codac():
    enclose = evaluator(trace(lambda x: {"f": exp(x) / 3 - sqrt(x)}, ("x",)), 53)
    assert rounds_to_nearest()
    enclose([(Fraction(1), Fraction(2))])
    assert rounds_to_nearest()
    with rounding.upward():
        assert np.float64(1.0) + np.float64(2.0**-60) > 1.0
    assert rounds_to_nearest()
    with pytest.raises(ZeroDivisionError), rounding.upward():
        1 / 0  # noqa: B018
    assert rounds_to_nearest()


def test_intervals_hold_results_that_no_float_is():
    codac = rounding.codac()
    for k in range(2, 200):
        with rounding.upward():
            third, root = codac.Interval(1) / codac.Interval(k), codac.sqrt(codac.Interval(k))
            ends = third.lb(), third.ub(), root.lb(), root.ub()
        low, high, below, above = map(Fraction, ends)
        assert low <= Fraction(1, k) <= high
        assert below**2 <= k <= above**2


def test_without_directed_rounding_nothing_is_proved(monkeypatch):
    rounding.codac()
    monkeypatch.setitem(rounding.UPWARD, rounding.platform.machine(), rounding.NEAREST)
    with pytest.raises(ValueError, match="Codac must round outwards to prove anything"):
        rounding.codac()


def test_an_unknown_processor_is_refused(monkeypatch):
    monkeypatch.setattr(rounding.platform, "machine", lambda: "abacus")
    with pytest.raises(ValueError, match="a known rounding mode, got the processor 'abacus'"):
        rounding._machine.__wrapped__()
