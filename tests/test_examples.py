"""Every public class and every entry point has a short example, and it is true."""

import doctest
import importlib
import inspect
import pkgutil
import sys
from tempfile import TemporaryDirectory

import numpy as np
import pytest

import flatlab
from flatlab import objectives
from flatlab.evidence import (
    claim,
    domains,
    intervals,
    nearest,
    outcomes,
    relations,
    sequences,
    slices,
    verdict,
)
from flatlab.evidence.enclosures import enclosure
from flatlab.geometry import limit_map
from flatlab.lab import options
from flatlab.methods import noise_laws
from flatlab.objectives.valleys import any_profile, named_profiles
from flatlab.report.files import report_of
from flatlab.simulation import cost, escape_times, large_ensembles, state_observables, statistics, stopping
from flatlab.simulation import outcomes as outcomes_of_runs
from flatlab.theory import escape, noise, sam

INSIDE = ("flatlab.base", "flatlab.compiler", "flatlab.lab.template", "flatlab.__main__")  # not what a user calls
MODULES = {
    name: importlib.import_module(name)
    for _, name, _ in pkgutil.walk_packages(flatlab.__path__, "flatlab.")
    if not name.startswith(INSIDE)
}
LISTED = {
    thing
    for module in MODULES.values()
    for name in getattr(module, "__all__", ())
    if inspect.isclass(thing := getattr(module, name)) and thing.__module__.startswith("flatlab.")
}
# modules of classes that do not list their names
UNLISTED = (claim, domains, enclosure, intervals, nearest, outcomes, relations, sequences, slices, verdict)
UNLISTED += (cost, escape_times, large_ensembles, outcomes_of_runs, state_observables, statistics, stopping)
UNLISTED += (any_profile, limit_map, noise_laws, options)
OWN = {
    thing
    for module in UNLISTED
    for name, thing in vars(module).items()
    if inspect.isclass(thing) and thing.__module__ == module.__name__ and name[0] != "_" and name != "GateWarning"
}
ENTRIES = {getattr(flatlab, name) for name in flatlab.__all__ if name != "NOT_REACHED"}  # a number
FORMULAS = {vars(room)[name] for room in (escape, noise, sam) for name in room.__all__}
SHOWN = sorted(LISTED | OWN | ENTRIES | FORMULAS, key=lambda thing: (thing.__module__, thing.__qualname__))
NAMES = {thing.__name__: thing for thing in SHOWN} | {
    "np": np,
    "named_profile": named_profiles.named_profile,
    "observe": MODULES["flatlab.objectives.observables"].observe,
    "report_of": report_of,
    "TemporaryDirectory": TemporaryDirectory,
}
NAMES |= {name: getattr(home, name) for home in (objectives, flatlab) for name in home.__all__}


def examples_of(thing):
    return doctest.DocTestFinder(recurse=False).find(thing, globs=NAMES | vars(sys.modules[thing.__module__]))


@pytest.mark.parametrize("thing", SHOWN, ids=lambda thing: thing.__name__)
def test_an_example_is_there_and_true(thing):
    tests = examples_of(thing)
    assert sum(len(test.examples) for test in tests) > 0, "no example in the docstring"
    runner = doctest.DocTestRunner(verbose=False)
    for test in tests:
        runner.run(test)
    assert runner.failures == 0
