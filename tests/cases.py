"""Cases of objectives and methods: an instance of each class with a slow, obvious twin.

A case file stands beside others in ``objective_cases/`` or ``method_cases/`` and is found by itself; so are the classes
of the library, by a walk through its modules. Its ``CASES`` maps the name of a class to a function that makes a case.
Noise laws, schedules and profiles need an instance only: lists ``LAWS``, ``SCHEDULES`` and ``PROFILES`` of any file.
"""

import functools
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import flatlab.methods
import flatlab.objectives
from flatlab.methods import noise_laws, schedules
from flatlab.objectives.valleys import profiles
from paper_checks.laboratory.problems.instances import classes


class ObjectiveCase(NamedTuple):
    """An objective, the number of its variables, and its value in ``autograd.numpy``.

    ``oracle(w, rng)`` of a stochastic oracle draws a sample with the very draws of the kernel and returns the gradient
    under it as a function of the point; the default is the exact gradient. A wrapper says how it is put ``around`` any
    base, unless the other fields of the instance fit all, and whether it has the ``same_function`` as its base.
    """

    instance: Any
    size: int
    value: Callable
    oracle: Callable | None = None
    around: Callable | None = None
    same_function: bool = False


class MethodCase(NamedTuple):
    """A method, its twin ``twin(method, sample_gradient, w, memory, rng)``, and the objectives that it runs on.

    The twin returns the next point and whatever it wants handed back at the next step. ``sample_gradient`` is the
    gradient under one fixed sample of the oracle.
    """

    instance: Any
    twin: Callable
    runs_on: tuple = ("Quadratic", "DenseQuadratic", "Noisy")


OBJECTIVES = classes(flatlab.objectives, flatlab.objectives.gradient, flatlab.objectives.value)
WRAPPERS = [name for name, cls in OBJECTIVES.items() if "base" in cls._fields]
METHODS = classes(flatlab.methods, flatlab.methods.step)
LAWS = classes(flatlab.methods, noise_laws.unit_noise)
SCHEDULES = classes(flatlab.methods, schedules.rate)
PROFILES = classes(flatlab.objectives, profiles.profile_at)


@functools.cache
def _modules(folder):
    files = sorted((Path(__file__).parent / folder).glob("[!_]*.py"))
    return [importlib.import_module(f"{folder}.{file.stem}") for file in files]


@functools.cache
def _makers(folder):
    return {name: make for module in _modules(folder) for name, make in getattr(module, "CASES", {}).items()}


def _case(folder, name):
    if name not in _makers(folder):
        raise AssertionError(f"{name} has no case: write one in a file of tests/{folder}/")
    return _makers(folder)[name]()


def objective(name):
    """Return a fresh case of an objective."""
    return _case("objective_cases", name)


def method(name):
    """Return a fresh case of a method."""
    return _case("method_cases", name)


def missing():
    """Return the classes of the library that no case file speaks for."""
    parts = {type(part).__name__ for title in ("LAWS", "SCHEDULES", "PROFILES") for part in parts_of(title)}
    return (
        (set(OBJECTIVES) - set(_makers("objective_cases")))
        | (set(METHODS) - set(_makers("method_cases")))
        | ((set(LAWS) | set(SCHEDULES) | set(PROFILES)) - parts)
    )


def pairs():
    """Return every method that has a case with each objective that it runs on."""
    return [(name, target) for name in METHODS if name in _makers("method_cases") for target in method(name).runs_on]


def parts_of(title):
    """Return the instances of noise laws, schedules or profiles that the case files list under ``title``."""
    folders = ("objective_cases", "method_cases")
    return [part for folder in folders for module in _modules(folder) for part in getattr(module, title, ())]
