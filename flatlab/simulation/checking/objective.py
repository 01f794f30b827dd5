"""Whether an objective keeps what its functions promise."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from flatlab.base import checks
from flatlab.compiler.options import jit_is_on
from flatlab.objectives import (
    dimension,
    gradient,
    hessian,
    hessian_product,
    hessian_trace,
    third_derivative,
    trace_gradient,
    value,
)
from flatlab.simulation.checking._blocks import check_blocks
from flatlab.simulation.checking._derivatives import best_derivative, directions, kink
from flatlab.simulation.checking._interpreted import NotInterpreted, function_title, has, title
from flatlab.simulation.checking._samples import check_samples
from flatlab.simulation.checking._writes import check_writes, gradient_at
from flatlab.simulation.checking.report import CheckReport, Notes

__all__ = ["check_objective"]

SEED = 20230
LOOSEST = 1e-4  # a derivative whose own error is above this share is no measurement
TIGHTEST = 1e-9  # rounding inside a value that its size does not show


def check_objective(objective: NamedTuple, point: ArrayLike) -> CheckReport:
    """Check an objective against its own functions at a point: run once for every new class.

    ``gradient`` against ``value``; ``hessian``, ``hessian_product``, ``hessian_trace``, ``third_derivative`` and
    ``trace_gradient`` against what they are derivatives of; the block forms ``gradients`` and ``descend`` against
    single points, bit for bit; every entry of ``out`` written, nothing else touched, no array left; ``random``
    declared, draws repeatable, their mean the gradient.

    The report lists what was checked, and what was not and why. What fails is a ValueError of one sentence that names
    class, function and what to change. The point is one at which all terms matter, not a minimum.

    >>> report = check_objective(Quadratic([3.0, 1.0]), [1.0, 1.0])
    >>> str(report).splitlines()[0]
    'Quadratic: 6 checks passed'
    """
    if not isinstance(objective, tuple) or not (has(value, objective) or has(gradient, objective)):
        checks.refuse("objective", objective, "a NamedTuple with a registered value or gradient")
    point = checks.vector("point", point, dimension(objective))
    notes, rng = Notes(), np.random.default_rng(SEED)
    if has(gradient, objective):
        try:
            check_writes(gradient, objective, point)
            notes.checked.append("gradient writes every entry of out, nothing else, and stays within its arrays")
        except NotInterpreted as reason:
            notes.skipped.append(f"what gradient writes: {reason}")
            if not jit_is_on():
                return notes.report(title(objective))
        with np.errstate(all="ignore"):
            _check_derivatives(objective, point, notes, rng)
            check_blocks(objective, point, notes, rng)
            check_samples(objective, point, notes, rng)
    else:
        notes.skipped.append("gradient, derivatives, block forms and samples: no gradient is registered")
    return notes.report(title(objective))


def _check_derivatives(objective, point, notes, rng):
    grad = gradient_at(objective)
    ways = directions(point.size, rng)
    pairs = [
        (gradient, "value", lambda w: value(objective, w), lambda u: grad(point) @ u, 1),
        (hessian, "gradient", grad, lambda u: hessian(objective, point) @ u, 1),
        (hessian_product, "gradient", grad, lambda u: hessian_product(objective, point, u), 1),
        (trace_gradient, "hessian_trace", lambda w: hessian_trace(objective, w),
         lambda u: trace_gradient(objective, point) @ u, 1),
        (third_derivative, "gradient", grad, lambda u: third_derivative(objective, point, u), 2),
    ]  # fmt: skip
    needs = {"value": value, "gradient": gradient, "hessian_trace": hessian_trace}
    for question, of, function, stated, order in pairs:
        if not has(question, objective):
            if question is not gradient:
                notes.skipped.append(f"{question.__name__}: not registered")
        elif not has(needs[of], objective) and not (of == "hessian_trace" and has(hessian, objective)):
            notes.skipped.append(f"{question.__name__}: no {of} to compare with")
        else:
            _compare(question, of, objective, point, ways, function, stated, order, notes)
    if has(hessian_trace, objective) and (has(hessian, objective) or has(hessian_product, objective)):
        _check_trace(objective, point, notes)


def _compare(question, of, objective, point, ways, function, stated, order, notes):
    """Compare ``stated(u)`` with the derivative of ``function`` along every direction u."""
    if order == 2:
        function = _along(function, point)
    compared, unclear = 0, 0
    size = max(float(np.linalg.norm(stated(u))) for u in ways)
    for u in ways:
        measured = best_derivative(function(u) if order == 2 else function, np.zeros(1) if order == 2 else point,
                                   np.ones(1) if order == 2 else u)  # fmt: skip
        told = np.asarray(stated(u), dtype=float)
        if measured is None or not np.isfinite(told).all():
            unclear += 1
            continue
        difference = float(np.linalg.norm(measured.value - told))
        seen = float(np.linalg.norm(measured.value))
        large = max(seen, size)
        if measured.error > max(LOOSEST * max(seen, 1e-6 * size), TIGHTEST):
            unclear += 1
        elif difference <= 20 * measured.error + TIGHTEST * (1 + large):
            compared += 1
        elif order == 1 and kink(function, point, u):
            unclear += 1
        else:
            raise ValueError(
                f"{function_title(question, objective)} must be the derivative of {of}, got "
                f"{checks.shown(_plain(told))} where differences give {checks.shown(_plain(measured.value))} "
                f"along the direction {checks.shown(_plain(u))}: correct one of the two"
            )
    if compared:
        notes.checked.append(f"{question.__name__} is the derivative of {of} along {compared} directions")
    if unclear:
        notes.skipped.append(f"{question.__name__} along {unclear} directions: no smooth finite {of} near the point")


def _along(function, point):
    """Return u -> (t -> derivative of ``function`` along u at point + t u), for second derivatives."""

    def for_direction(u):
        def at(t):
            found = best_derivative(function, point + t[0] * u, u)
            return np.nan if found is None else found.value

        return at

    return for_direction


def _plain(entry):
    return np.round(entry, 12).tolist() if np.ndim(entry) else float(entry)


def _check_trace(objective, point, notes):
    if has(hessian, objective):
        full = np.trace(hessian(objective, point))
    else:
        full = sum(float(u @ hessian_product(objective, point, u)) for u in np.eye(point.size))
    told = hessian_trace(objective, point)
    if not abs(told - full) <= 1e-9 * (1 + abs(full)):
        raise ValueError(
            f"{function_title(hessian_trace, objective)} must be the trace of the Hessian, got {told:.9g} where "
            f"its diagonal sums to {full:.9g}: correct one of the two"
        )
    notes.checked.append("hessian_trace is the trace of the Hessian")
