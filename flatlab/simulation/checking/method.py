"""Whether a method keeps what its functions promise."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from flatlab.base import checks
from flatlab.methods import block_step, block_workspace, step, workspace
from flatlab.objectives import dimension, gradient, gradients, sample_gradient, value
from flatlab.simulation.checking._blocks import columns_near, refuse_other_bits
from flatlab.simulation.checking._interpreted import (
    NotInterpreted,
    ask,
    count_calls,
    function_title,
    has,
    implementation_code,
    title,
)
from flatlab.simulation.checking._samples import refuse_undeclared
from flatlab.simulation.checking._writes import differences
from flatlab.simulation.checking.report import CheckReport, Notes
from flatlab.simulation.cost import gradients_per_step

__all__ = ["check_method"]

SEED = 20231
STEPS = 3


def check_method(method: NamedTuple, objective: NamedTuple, start: ArrayLike) -> CheckReport:
    """Check a method on an objective from a start: run once for every new class.

    A step writes finite numbers and changes nothing but ``w`` and ``work``, which fits; ``random`` is declared; a
    step costs as many evaluations of gradient and value as ``gradients_per_step`` and ``values_per_step`` say; equal
    generators give equal steps; ``block_step`` gives the bits of ``step``.

    The report lists what was checked, and what was not and why. What fails is a ValueError of one sentence that names
    class, function and what to change. The objective is one on which a step moves.

    >>> report = check_method(GD(eta=0.1), Quadratic([3.0, 1.0]), [1.0, 1.0])
    >>> str(report).splitlines()[0]
    'GD: 6 checks passed'
    """
    if not isinstance(method, tuple) or not (has(step, method) and has(workspace, method)):
        checks.refuse("method", method, "a NamedTuple with a registered step and workspace")
    refuse = getattr(method, "refuse_unfit", None)
    if refuse is not None:
        refuse(objective)
    start = checks.vector("start", start, dimension(objective))
    notes = Notes()
    check_step(method, objective, start)
    notes.checked.append("step returns nothing, stays within its arrays and changes only w and work")
    declared = getattr(method, "random", False) or getattr(objective, "random", False)
    notes.checked.append("random numbers are drawn as declared" if declared else "no random numbers are drawn")
    ends = [_steps(method, objective, start, np.random.default_rng(SEED)) for _ in range(2)]
    if len(differences(*ends)):
        raise ValueError(
            f"{function_title(step, method)} must depend on its arguments alone, got two results from two generators "
            "of one seed: set all of `work` in workspace, draw from rng only"
        )
    if not np.isfinite(ends[0]).all():
        raise ValueError(
            f"{function_title(step, method)} must write finite numbers, got {checks.shown(ends[0].tolist())} after "
            f"{STEPS} steps: start nearer to a minimum, or set all of `work` in workspace"
        )
    notes.checked.append(f"equal generators give equal, finite points after {STEPS} steps")
    _check_cost(method, objective, start, notes)
    _check_block(method, objective, start, notes)
    return notes.report(title(method))


def check_step(method: NamedTuple, objective: NamedTuple, start: np.ndarray) -> None:
    """Run one interpreted step and refuse what it must not do."""

    def run(rng):
        w = start.copy()
        work = ask(workspace, method, objective, w)
        if len(differences(w, start)):
            raise ValueError(f"{function_title(workspace, method)} must leave the start as it is: copy what it needs")
        held = _fields(method) + _fields(objective)
        before = [field.copy() for field in held]
        answer = ask(step, method, objective, w, work, rng)
        if answer is not None:
            raise ValueError(
                f"{function_title(step, method)} must change w in place and return nothing, got a return value of "
                f"type {type(answer).__name__}: write w[i] = ... for every entry"
            )
        if not all(map(_same, held, before)):
            raise ValueError(
                f"{function_title(step, method)} must change w and work only, got another array among the fields of "
                f"{title(method)} or {title(objective)}: keep what changes in workspace"
            )

    random = getattr(method, "random", False) or getattr(objective, "random", False)
    if random:
        run(np.random.default_rng(SEED))
    else:
        refuse_undeclared(step, method, run)


def _same(one, other):
    return np.array_equal(one, other, equal_nan=True)


def _fields(part):
    """Return all arrays in the fields of an instance."""
    found = []
    for field in part:
        if isinstance(field, np.ndarray):
            found.append(field)
        elif isinstance(field, tuple):
            found += _fields(field)
    return found


def _steps(method, objective, start, rng):
    w = start.copy()
    work = workspace(method, objective, w)
    for _ in range(STEPS):
        step(method, objective, w, work, rng)
    return w


def _check_cost(method, objective, start, notes):
    """Count the evaluations of interpreted steps."""
    one, many = lambda frame: 1, lambda frame: frame.f_locals[frame.f_code.co_varnames[1]].shape[1]
    slopes = {implementation_code(question, objective): one for question in (gradient, sample_gradient)}
    slopes[implementation_code(gradients, objective)] = many
    values = {implementation_code(value, objective): one} if has(value, objective) else {}
    w, rng = start.copy(), np.random.default_rng(SEED)
    try:
        work = ask(workspace, method, objective, w)
        for name, declared, counted in (
            ("gradients_per_step", gradients_per_step(method), slopes),
            ("values_per_step", int(getattr(method, "values_per_step", 0)), values),
        ):
            seen = [count_calls(counted, lambda: ask(step, method, objective, w, work, rng)) for _ in range(STEPS)]
            if max(seen) != declared:  # a step that sometimes does without declares what it costs otherwise
                raise ValueError(
                    f"{function_title(step, method)} must cost what its class declares, got {name} = {declared} and "
                    f"{' then '.join(map(str, seen))} evaluations in {STEPS} steps: set {name} of {title(method)}"
                )
            notes.checked.append(f"{name} is {declared} as counted")
    except NotInterpreted as reason:
        notes.skipped.append(f"cost of a step: {reason}")


def _check_block(method, objective, start, notes):
    if not has(block_step, method) or not has(gradients, objective):
        notes.skipped.append("block_step: the method has none, or the objective no block form")
        return
    block = columns_near(start, np.random.default_rng(SEED))
    single = block.copy()
    for b, w in enumerate(block.T):
        single[:, b] = _steps(method, objective, np.ascontiguousarray(w), None)
    work = block_workspace(method, objective, block)
    for _ in range(STEPS):
        block_step(method, objective, block, work)
    refuse_other_bits(block_step, method, block, single, "step from each column")
    notes.checked.append(f"block_step gives the bits of step at {block.shape[1]} points")
