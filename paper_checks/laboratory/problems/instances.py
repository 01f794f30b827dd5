"""Every class of the library that answers a question, found by a walk and made of a few plain values."""

import importlib
import itertools
import pkgutil
from typing import get_type_hints

import numpy as np

import flatlab.objectives
from flatlab.base import checks
from flatlab.methods import GD
from flatlab.objectives import MatrixSensing, Quadratic, gradients

_rng = np.random.default_rng(1)
_sensing = MatrixSensing(_rng.standard_normal((4, 6)), _rng.standard_normal(4), 2)
VALUES = {  # what a field of a type may be
    float: (0.02, 1.5, 4.0),
    float | tuple: (0.02,),  # a number or a schedule
    int: (2,),
    bool: (False,),
    checks.Array: (np.array([0.9, 0.5, 0.3]), np.diag([1.0, 2.0, 3.0]) + 0.1),
    "method": (GD(0.02),),
    "base": (Quadratic([1.0, 0.5, 0.2]), _sensing),
}


def classes(package, *questions):
    """Return the public classes of a package's modules that answer one of the questions, by name."""
    found = {}
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        module = importlib.import_module(info.name)
        for name, thing in vars(module).items():
            own = isinstance(thing, type) and thing.__module__ == module.__name__ and not name.startswith("_")
            if own and any(question.implemented(thing) for question in questions):
                found[name] = thing
    return dict(sorted(found.items()))


def instances(cls):
    """Yield the instances of a class that some of the values make; fields with a default keep it."""
    hints = get_type_hints(cls)
    fields = [name for name in cls._fields if name not in cls._field_defaults]
    choices = [VALUES.get(name) or VALUES[hints[name]] for name in fields]
    for values in itertools.product(*choices):
        try:
            made = cls(**dict(zip(fields, values)))
        except ValueError:
            continue
        yield made


def deterministic_with_block_gradients():
    """Return an instance of every objective without samples whose gradients at many points have a form of their own."""
    found = classes(flatlab.objectives, gradients)
    plain = {name: cls for name, cls in found.items() if getattr(cls, "random", False) is not True}
    return {name: next(made for made in instances(cls) if gradients.is_own(made)) for name, cls in plain.items()}
