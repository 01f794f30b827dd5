"""Every public class and every entry point has a short example, and it is true."""

import doctest
import inspect

import numpy as np
import pytest

import flatlab
import flatlab.methods
import flatlab.objectives
from flatlab.evidence import domains, relations, sequences
from flatlab.objectives.observables import Loss
from flatlab.objectives.valleys.profiles import named_profile

LIBRARY = (flatlab.methods, flatlab.objectives, sequences, relations, domains)
NAMES = {name: vars(module)[name] for module in LIBRARY for name in dir(module) if not name.startswith("_")}
NAMES |= {name: getattr(flatlab, name) for name in flatlab.__all__}
NAMES |= {
    "np": np,
    "Loss": Loss,
    "named_profile": named_profile,
}
# claims stand in the tutorial, AtLeast and Estimate in the examples of others
SIMPLE = ("Claim", "Control", "NOT_REACHED", "DivergenceError", "DrawnFrom", "Finding", "AtLeast", "Estimate")
CLASSES = [
    thing
    for module in LIBRARY
    for name, thing in vars(module).items()
    if inspect.isclass(thing) and thing.__module__.startswith("flatlab.") and name[0] != "_" and name not in SIMPLE
]
ENTRIES = [getattr(flatlab, name) for name in flatlab.__all__ if name not in SIMPLE]


@pytest.mark.parametrize("thing", [*CLASSES, *ENTRIES], ids=lambda thing: thing.__name__)
def test_an_example_is_there_and_true(thing):
    tests = doctest.DocTestFinder(recurse=False).find(thing, globs=dict(NAMES))
    assert sum(len(test.examples) for test in tests) > 0, "no example in the docstring"
    runner = doctest.DocTestRunner(verbose=False)
    for test in tests:
        runner.run(test)
    assert runner.failures == 0
