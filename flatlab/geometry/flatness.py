"""Flatness along a run: the definition's two numbers read off every iterate, compiled, without integrating a flow.

``flatlab.geometry.limit_map`` gives them for any objective; here they are for the objectives whose limit map is cheap
enough for every step: valleys, and the product of two factors.
"""

import math
from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.compiler.vectors import norm
from flatlab.objectives import Product, distance_and_certificate, gradient, without_oracle
from flatlab.objectives.observables import observe

__all__ = ["Certificate", "Flat", "FlatnessExcess", "Perturbed"]


def _refuse_unfit(_observable, objective, size):
    if not distance_and_certificate.is_own(objective):
        raise ValueError(
            f"objective must have a limit map that is cheap at every step (a valley, the product of two factors), "
            f"got {checks.shown(objective)}; flatlab.geometry.limit_map certifies single points of any objective"
        )
    if isinstance(without_oracle(objective), Product) and size != 2:
        raise ValueError(f"objective must be a product of two factors to be certified at every step, got {size}")


def _clean_tolerances(observable):
    return tuple(
        value if value == math.inf else checks.positive(name, value)
        for name, value in zip(observable._fields, observable)
    )


@checks.validated
class FlatnessExcess(NamedTuple):
    """The larger of distance over ``epsilon`` and certificate over ``epsilon_prime``: flat where it is 1 or below.

    Both tolerances are above 0; ``epsilon`` may be infinite, to look at the certificate alone.

    >>> round(observe(FlatnessExcess(0.1, 0.05), Valley(Ramp(slope=0.2), transverse=1), np.array([0.0, 1.0])), 4)
    2.0
    """

    epsilon: float
    epsilon_prime: float
    clean_fields = _clean_tolerances
    refuse_unfit = _refuse_unfit


@observe.register(FlatnessExcess)
def _(observable, objective, w):
    distance, certificate = distance_and_certificate(objective, w)
    return max(distance / observable.epsilon, certificate / observable.epsilon_prime)


@checks.validated
class Flat(NamedTuple):
    """1 at a point that is flat by distance, 0 elsewhere; its mean along a run is the share of flat iterates.

    ``epsilon`` and ``epsilon_prime`` are the tolerances of distance and certificate, above 0.

    >>> observe(Flat(0.1, 0.1), Valley(Constant(), transverse=1), np.array([0.05, 0.0]))
    1.0
    """

    epsilon: float
    epsilon_prime: float
    clean_fields = _clean_tolerances
    refuse_unfit = _refuse_unfit


@observe.register(Flat)
def _(observable, objective, w):
    distance, certificate = distance_and_certificate(objective, w)
    return 1.0 if distance <= observable.epsilon and certificate <= observable.epsilon_prime else 0.0


class Certificate(NamedTuple):
    """The certificate |grad h(Phi(w))|.

    >>> round(observe(Certificate(), Valley(Ramp(slope=0.2), transverse=1), np.array([0.0, 1.0])), 4)
    0.1
    """

    refuse_unfit = _refuse_unfit


@observe.register(Certificate)
def _(observable, objective, w):
    return distance_and_certificate(objective, w)[1]


@checks.validated
class Perturbed(NamedTuple):
    """1 where the gradient is within ``gate``, 0 elsewhere; its mean along a run is the share of perturbed steps.

    >>> observe(Perturbed(gate=0.5), Quadratic([2.0, 1.0]), np.array([0.3, 0.0]))
    0.0
    """

    gate: float

    def clean_fields(self) -> tuple[float]:
        """Return the fields as clean values."""
        return (checks.nonnegative("gate", self.gate),)


@observe.register(Perturbed)
def _(observable, objective, w):
    grad = np.empty(w.size)
    gradient(objective, w, grad)
    return 1.0 if norm(grad) <= observable.gate else 0.0
