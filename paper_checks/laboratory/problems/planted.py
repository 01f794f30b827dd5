"""Objectives and methods with one mistake each, all else being right, and what a check says of them."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from flatlab import trajectory
from flatlab.compiler.options import interpreted
from flatlab.methods import GD, block_step, block_workspace, step, workspace
from flatlab.objectives import CoordinateNoise, Quadratic, Valley
from flatlab.objectives import questions as q
from flatlab.objectives.valleys.profiles import Parabola
from flatlab.objectives.wrappers.forwarding import another_oracle
from flatlab.simulation.checking import check_method, check_objective
from flatlab.simulation.checking._interpreted import place

MILLIONTH = 1 + 1e-6
CALLS = [0]  # what a mistaken answer keeps between two calls


@another_oracle
class Steeper(NamedTuple):
    """An objective whose gradient is too large by a millionth."""

    base: NamedTuple


@q.gradient.register(Steeper)
def _(objective, w, out):
    q.gradient(objective.base, w, out)
    out *= MILLIONTH


class FirstRun(NamedTuple):
    """An objective that is not checked but run, for the first time."""

    objective: Any


class Planted(NamedTuple):
    """What is checked, its base, and what the refusal says."""

    part: Any
    base: Any
    says: str


def _line(function):
    """Return the first line of a function as a refusal names it."""
    return place(__file__, function.__code__.co_firstlineno + 1) + ")"


def _objective(question, answer, says, base=None):
    """Return a quadratic, or another base, with one answer of its own."""
    cls = another_oracle(type("Mistaken", (NamedTuple("Mistaken", [("base", tuple)]),), {"__slots__": ()}))
    question.register(cls)(answer)
    base = PLAIN if base is None else base
    return Planted(cls(base), base, f"Mistaken: {question.__name__} ({says}")


def _first_run(question, answer):
    part, base, says = _objective(question, answer, "")
    return Planted(FirstRun(part), FirstRun(base), says)


def _after(question, change):
    """Return the base's answer, then a change of its last argument, which holds the result."""

    def answer(objective, *arguments):
        question(objective.base, *arguments)
        change(arguments[-1])

    return answer


def _times(question):
    return lambda objective, *arguments: MILLIONTH * question(objective.base, *arguments)


def _larger(out):
    out *= MILLIONTH


def _pushed(out):
    out += 1.0


def _all_but_one(objective, w, out):
    whole = out.copy()
    q.gradient(objective.base, w, whole)
    out[:-1] = whole[:-1]


def _on_top(objective, w, out):
    before = out.copy()
    q.gradient(objective.base, w, out)
    out += before


def _moves(objective, w, out):
    q.gradient(objective.base, w, out)
    w[0] += 1.0


def _returns(objective, w, out):
    q.gradient(objective.base, w, out)
    return 1.0


def _beyond(objective, w, out):
    out[:] = np.broadcast_to(w, (w.size + 1,))


def _unknown_field(objective, w, out):
    out[:] = objective.scale * w


def _two_arguments(objective, w):
    return w


def _descends_further(objective, points, step_size, *others):
    q.descend(objective.base, points, step_size * MILLIONTH, *others)


def _counted(objective, sample, rng):
    CALLS[0] += 1
    sample[:] = CALLS[0]


def _method(change, says, before=lambda w: None, cost=1, block=None):
    """Return gradient descent of step 0.1 that changes the point, given the number of the step, once more."""
    cls: Any = type("Mistaken", (NamedTuple("Mistaken", [("held", np.ndarray)]),), {"gradients_per_step": cost})

    @workspace.register(cls)
    def _(method, objective, w):
        before(w)
        return np.zeros(1), workspace(GD(0.1), objective, w)

    @step.register(cls)
    def _(method, objective, w, work, rng):
        work[0][0] += 1
        step(GD(0.1), objective, w, work[1], rng)
        return change(method, objective, w, work[0][0], rng)

    if block:
        block_workspace.register(cls)(lambda method, objective, points: block_workspace(GD(0.1), objective, points))
        block_step.register(cls)(lambda method, objective, points, work: block(objective, points, work))
    return Planted(cls(np.ones(1)), GD(0.1), f"Mistaken: {says}")


def _longer(objective, points, work):
    block_step(GD(0.1 * MILLIONTH), objective, points, work)


def _again(method, objective, w, count, rng):
    step(GD(0.1), objective, w, workspace(GD(0.1), objective, w), rng)


def _counts(method, objective, w, count, rng):
    CALLS[0] += 1
    w[0] += CALLS[0]


def _third(method, objective, w, count, rng):
    w[0] = np.nan if count == 3 else w[0]


def _holds(method, *_):
    method.held[0] += 1.0


PLAIN = Quadratic([2.0, 0.7, 0.3])
VALLEY = Valley(Parabola(1.3, 0.7), 2)
NOISY = CoordinateNoise(PLAIN, [0.2, 0.1, 0.3])


def refused(part, says, point):
    """Return 1 if the check of an objective or a method refuses it by a sentence that begins so."""
    try:
        with interpreted():
            if isinstance(part, FirstRun):
                trajectory(GD(0.1), part.objective, point, steps=1)
            elif step.implemented(type(part)):
                check_method(part, PLAIN, point)
            else:
                check_objective(part, point)
    except ValueError as refusal:
        return float(str(refusal).startswith(says))
    return 0.0


MISTAKES: dict[str, Callable] = {
    "gradient": lambda: _objective(q.gradient, _after(q.gradient, _larger), ""),
    "Hessian": lambda: _objective(q.hessian, _times(q.hessian), ""),
    "Hessian product": lambda: _objective(
        q.hessian_product, lambda o, w, v: MILLIONTH * (q.hessian(o.base, w) @ v), ""
    ),
    "trace": lambda: _objective(q.hessian_trace, _times(q.hessian_trace), ""),
    "gradient of the trace": lambda: _objective(q.trace_gradient, _times(q.trace_gradient), "", VALLEY),
    "third derivative": lambda: _objective(q.third_derivative, _times(q.third_derivative), "", VALLEY),
    "gradients": lambda: _objective(q.gradients, _after(q.gradients, _larger), ""),
    "descent": lambda: _objective(q.descend, _descends_further, ""),
    "an entry left out": lambda: _objective(q.gradient, _all_but_one, ""),
    "added to what was there": lambda: _objective(q.gradient, _on_top, ""),
    "point moved": lambda: _objective(q.gradient, _moves, ""),
    "value returned": lambda: _objective(q.gradient, _returns, ""),
    "too long": lambda: _objective(q.gradient, _beyond, _line(_beyond)),
    "unknown field": lambda: _objective(q.gradient, _unknown_field, ""),
    "arguments": lambda: _objective(q.gradient, _two_arguments, ""),
    "biased samples": lambda: _objective(q.sample_gradient, _after(q.sample_gradient, _pushed), "", NOISY),
    "samples of their own": lambda: _objective(q.draw, _counted, "", NOISY),
    "step returns": lambda: _method(lambda *_: 1.0, "step"),
    "start moved": lambda: _method(lambda *_: None, "workspace", before=_pushed),
    "field changed": lambda: _method(_holds, "step"),
    "two gradients": lambda: _method(_again, "step"),
    "state outside": lambda: _method(_counts, "step"),
    "third step": lambda: _method(_third, "step"),
    "undeclared": lambda: _method(lambda m, o, w, count, rng: rng.standard_normal(), "step"),
    "first run": lambda: _first_run(q.gradient, _after(q.gradient, _pushed)),
    "block": lambda: _method(lambda *_: None, "block_step", block=_longer),
}
