"""What every run asks of its arguments, before anything is compiled."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from flatlab.base import checks
from flatlab.methods import has_block_step, step
from flatlab.objectives import dimension, draw, gradient, gradients, value
from flatlab.objectives.observables import observe, observe_state
from flatlab.simulation.checking.first_use import check_first_use


def check_run(
    method: NamedTuple, objective: NamedTuple, start: ArrayLike, rng: np.random.Generator | None, name: str = "start"
) -> np.ndarray:
    """Check what every run needs and return the start, which a refusal calls ``name``, as a clean vector."""
    _check_part("method", method, step)
    _check_part("objective", objective, gradient if getattr(method, "needs_gradient", True) else value)
    refuse = getattr(method, "refuse_unfit", None)
    if refuse is not None:
        refuse(objective)
    start = checks.vector(name, start, dimension(objective))
    random = needs_rng(method, objective)
    if random or rng is not None:
        checks.generator("rng", rng, f" because {random} draws random numbers" if random else " or None")
    check_first_use(method, objective, start)
    return start


def _check_part(role, part, asked):
    if not asked.implemented(type(part)):
        raise ValueError(f"{role} must be a NamedTuple with a registered {asked.__name__}, got {checks.shown(part)}")
    if hasattr(part, "clean_fields"):
        part.clean_fields()


def needs_rng(method: NamedTuple, objective: NamedTuple) -> str:
    """Return the name of the part that draws random numbers, or an empty string."""
    if getattr(method, "random", False):
        return type(method).__name__
    return type(objective).__name__ if getattr(objective, "random", False) else ""


def generator(method: NamedTuple, objective: NamedTuple, rng: np.random.Generator | None) -> np.random.Generator | None:
    """Return the generator of a run, None where nothing draws: kernels are compiled for one kind of argument only."""
    return rng if rng is not None and needs_rng(method, objective) else None


def has_block_form(method: NamedTuple, objective: NamedTuple) -> bool:
    """Return whether many replicates can be advanced together, replicates innermost."""
    return has_block_step(method) and gradients.is_own(objective) and not draw.is_own(objective)


def check_observable(observable: Any, objective: NamedTuple, size: int, method: tuple | None = None) -> None:
    """Refuse an observable that is none, or that cannot be read off this objective's points, of ``size`` variables.

    With the method of the run, observables may look at what it keeps.
    """
    if method is not None and observe_state.implemented(type(observable)):
        if hasattr(observable, "refuse_method"):
            observable.refuse_method(method)
    elif not observe.implemented(type(observable)):
        raise ValueError(f"observable must be a NamedTuple with a registered observe, got {checks.shown(observable)}")
    if hasattr(observable, "refuse_unfit"):
        observable.refuse_unfit(objective, size)
