"""Every public class and every entry point has a short example, and it is true."""

import doctest
import inspect
import sys

import numpy as np
import pytest

import flatlab
import flatlab.methods
import flatlab.objectives
import flatlab.theory.escape
import flatlab.theory.noise
import flatlab.theory.sam
from flatlab.evidence import domains, relations, sequences
from flatlab.methods import noise_laws, schedules
from flatlab.objectives import observables
from flatlab.objectives.valleys.profiles import named_profile
from flatlab.simulation import state_observables, statistics, stopping

THEORY = (flatlab.theory.sam, flatlab.theory.escape, flatlab.theory.noise)
LIBRARY = (flatlab.methods, flatlab.objectives, sequences, relations, domains, *THEORY)
LIBRARY += (noise_laws, schedules, observables, state_observables, stopping, statistics)
NAMES = {name: vars(module)[name] for module in LIBRARY for name in dir(module) if not name.startswith("_")}
NAMES |= {name: getattr(flatlab, name) for name in flatlab.__all__}
NAMES |= {
    "np": np,
    "named_profile": named_profile,
}
# claims stand in the tutorial, the others in the examples of those that use or return them
SIMPLE = ("Claim", "Control", "NOT_REACHED", "DivergenceError", "DrawnFrom", "Finding", "AtLeast", "Estimate")
SIMPLE += ("DivergenceLaw", "HandOver", "StationaryPoint", "LocalErrors", "BestStep", "MeanAndCovariance", "Share")
SIMPLE += ("UncentredBinomial", "Cauchy", "AnyLaw")
CLASSES = [
    thing
    for module in LIBRARY
    for name, thing in vars(module).items()
    if inspect.isclass(thing) and thing.__module__.startswith("flatlab.") and name[0] != "_" and name not in SIMPLE
]
ENTRIES = [getattr(flatlab, name) for name in flatlab.__all__ if name not in SIMPLE]
FORMULAS = [vars(room)[name] for room in THEORY for name in room.__all__ if not inspect.isclass(vars(room)[name])]


@pytest.mark.parametrize("thing", dict.fromkeys([*CLASSES, *ENTRIES, *FORMULAS]), ids=lambda thing: thing.__name__)
def test_an_example_is_there_and_true(thing):
    tests = doctest.DocTestFinder(recurse=False).find(thing, globs=NAMES | vars(sys.modules[thing.__module__]))
    assert sum(len(test.examples) for test in tests) > 0, "no example in the docstring"
    runner = doctest.DocTestRunner(verbose=False)
    for test in tests:
        runner.run(test)
    assert runner.failures == 0
