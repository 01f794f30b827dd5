"""Flatness along a run: the definition's two numbers read off every iterate, compiled, without integrating a flow.

``flatlab.limit_map`` gives them for any objective; here they are for the objectives whose limit map is cheap enough for
every step: valleys, and the product of two factors.
"""

import math
from typing import NamedTuple

import numpy as np

from flatlab import _checks
from flatlab.compiler.generic import generic
from flatlab.compiler.vectors import norm
from flatlab.objectives import Product, Valley, ValleyRisk, gradient
from flatlab.observables import observe
from flatlab.profiles import profile_at

__all__ = ["Certificate", "Flat", "FlatnessExcess", "Perturbed", "distance_and_certificate"]


@generic(required=True)
def distance_and_certificate(objective, w):
    """Return |w - Phi(w)| and |grad h(Phi(w))|, h the trace of the Hessian over d after the limit map Phi.

    Parameters
    ----------
    objective : NamedTuple
        A valley, or the product of two factors.
    w : ndarray, shape (d,)

    Returns
    -------
    tuple of two floats
        On a valley to a relative |z|^6, on the product to rounding.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Test problems".
    """


@distance_and_certificate.register(Valley)
def _(objective, w):
    n = w.size - 1
    u = 0.0
    for i in range(n):
        u += w[i] * w[i]
    u /= 2
    # dy/du = a'/(2a) from u to 0 by one midpoint step
    a, slope, _, _ = profile_at(objective.profile, w[n])
    a, slope, _, _ = profile_at(objective.profile, w[n] - u * slope / (4 * a))
    move = u * slope / (2 * a)
    _, slope, _, _ = profile_at(objective.profile, w[n] - move)
    return math.sqrt(2 * u + move * move), n * abs(slope) / (n + 1)


@distance_and_certificate.register(ValleyRisk)
def _(objective, w):
    n = w.size - 1
    u = 0.0
    for i in range(n):
        u += w[i] * w[i]
    u /= 2
    a, slope, _, _ = profile_at(objective.profile, w[n])
    a, slope, _, _ = profile_at(objective.profile, w[n] - u * slope / (4 * a))
    move = u * slope / (2 * a)
    _, slope, _, _ = profile_at(objective.profile, w[n] - move)
    return math.sqrt(2 * u + move * move), abs(slope) / (n + 1)


@distance_and_certificate.register(Product)
def _(objective, w):
    # x^2 - y^2 is kept; the larger coordinate first, so that nothing cancels
    x, y = w[0], w[1]
    c = (x - y) * (x + y)
    q = math.sqrt(c * c + 4)
    larger = math.sqrt((q + abs(c)) / 2)
    limit_x, limit_y = (larger, 1 / larger) if c >= 0 else (1 / larger, larger)
    sign = 1.0 if x + y > 0 else -1.0
    distance = math.sqrt((x - sign * limit_x) ** 2 + (y - sign * limit_y) ** 2)
    return distance, abs(c) / math.sqrt(q)


def _refuse_unfit(_observable, objective, size):
    if not distance_and_certificate.implemented(type(objective)):
        raise ValueError(
            f"objective must have a limit map that is cheap at every step (a valley, the product of two factors), "
            f"got {_checks.shown(objective)}; flatlab.limit_map certifies single points of any objective"
        )
    if isinstance(objective, Product) and size != 2:
        raise ValueError(f"objective must be a product of two factors to be certified at every step, got {size}")


class _Tolerances:
    def checked(self):
        """Return the fields as clean values."""
        return tuple(
            value if value == math.inf else _checks.positive(name, value) for name, value in zip(self._fields, self)
        )


@_checks.checked
class FlatnessExcess(NamedTuple):
    """The larger of distance over ``epsilon`` and certificate over ``epsilon_prime``: flat where it is 1 or below.

    Parameters
    ----------
    epsilon : float
        Tolerance of the distance, above 0; infinite to look at the certificate alone.
    epsilon_prime : float
        Tolerance of the certificate, above 0.

    Raises
    ------
    ValueError
        If a tolerance is not positive.
    """

    epsilon: float
    epsilon_prime: float
    checked = _Tolerances.checked
    refuse_unfit = _refuse_unfit


@observe.register(FlatnessExcess)
def _(observable, objective, w):
    distance, certificate = distance_and_certificate(objective, w)
    return max(distance / observable.epsilon, certificate / observable.epsilon_prime)


@_checks.checked
class Flat(NamedTuple):
    """1 at a point that is flat by distance, 0 elsewhere; its mean along a run is the share of flat iterates.

    Parameters
    ----------
    epsilon, epsilon_prime : float
        Tolerances of distance and certificate, above 0.

    Raises
    ------
    ValueError
        If a tolerance is not positive.
    """

    epsilon: float
    epsilon_prime: float
    checked = _Tolerances.checked
    refuse_unfit = _refuse_unfit


@observe.register(Flat)
def _(observable, objective, w):
    distance, certificate = distance_and_certificate(objective, w)
    return 1.0 if distance <= observable.epsilon and certificate <= observable.epsilon_prime else 0.0


class Certificate(NamedTuple):
    """The certificate |grad h(Phi(w))|."""

    refuse_unfit = _refuse_unfit


@observe.register(Certificate)
def _(observable, objective, w):
    return distance_and_certificate(objective, w)[1]


@_checks.checked
class Perturbed(NamedTuple):
    """1 where the gradient is within the gate, 0 elsewhere; its mean along a run is the share of perturbed steps.

    Parameters
    ----------
    gate : float
        0 or above.

    Raises
    ------
    ValueError
        If the gate is negative.
    """

    gate: float

    def checked(self):
        """Return the fields as clean values."""
        return (_checks.nonnegative("gate", self.gate),)


@observe.register(Perturbed)
def _(observable, objective, w):
    slope = np.empty(w.size)
    gradient(objective, w, slope)
    return 1.0 if norm(slope) <= observable.gate else 0.0
