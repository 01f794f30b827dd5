"""Laws of weight noise: independent coordinates, unit variance, scaled by the method's ``s``.

A law is a NamedTuple with a registered ``unit_noise``. Noise stability optimisation assumes a law that is symmetric
about 0 with a finite second moment; a law says so of itself (``symmetric``, ``second_moment``, ``fourth_moment`` on
its class), and methods refuse one that does not, unless it is wrapped in :class:`Breached`.
"""

import math
from typing import Any, NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.compiler.by_address import compiled_apart
from flatlab.compiler.common import common_form
from flatlab.compiler.generic import generic

__all__ = [
    "Breached",
    "Cauchy",
    "Gaussian",
    "Laplace",
    "Rademacher",
    "Scripted",
    "UncentredBinomial",
    "Uniform",
    "check_law",
    "norm_moments",
    "unit_noise",
]


@generic(required=True)
def unit_noise(law: NamedTuple, rng: np.random.Generator) -> float:
    """Return one coordinate of the noise, for s = 1."""
    raise NotImplementedError


class Gaussian(NamedTuple):
    """The standard normal law.

    >>> round(norm_moments(Gaussian(), s=1.0, size=1)[1], 4)
    3.0
    """

    symmetric = True
    second_moment = 1.0
    fourth_moment = 3.0


@unit_noise.register(Gaussian)
def _(law, rng):
    return rng.standard_normal()


class Uniform(NamedTuple):
    """The uniform law on [-sqrt(3), sqrt(3)).

    >>> round(norm_moments(Uniform(), s=1.0, size=1)[1], 4)
    1.8
    """

    symmetric = True
    second_moment = 1.0
    fourth_moment = 1.8


@unit_noise.register(Uniform)
def _(law, rng):
    return math.sqrt(3.0) * (2 * rng.random() - 1)


class Laplace(NamedTuple):
    """The two-sided exponential law of scale 1/sqrt(2).

    >>> round(norm_moments(Laplace(), s=1.0, size=1)[1], 4)
    6.0
    """

    symmetric = True
    second_moment = 1.0
    fourth_moment = 6.0


@unit_noise.register(Laplace)
def _(law, rng):
    size = math.sqrt(0.5) * rng.standard_exponential()
    return size if rng.random() < 0.5 else -size


class Rademacher(NamedTuple):
    """A fair sign, +1 or -1.

    >>> round(norm_moments(Rademacher(), s=1.0, size=1)[1], 4)
    1.0
    """

    symmetric = True
    second_moment = 1.0
    fourth_moment = 1.0


@unit_noise.register(Rademacher)
def _(law, rng):
    return 1.0 if rng.random() < 0.5 else -1.0


class UncentredBinomial(NamedTuple):
    """A fair coin that shows 0 or 2: variance 1, but mean 1. For controls.

    >>> NSO(eta=0.1, s=0.1, law=Breached(UncentredBinomial())).law.law.second_moment
    2.0
    """

    symmetric = False
    second_moment = 2.0
    fourth_moment = 8.0


@unit_noise.register(UncentredBinomial)
def _(law, rng):
    return 2.0 if rng.random() < 0.5 else 0.0


class Cauchy(NamedTuple):
    """The standard Cauchy law: symmetric, but without a second moment. For controls.

    >>> NSO(eta=0.1, s=0.1, law=Cauchy())
    Traceback (most recent call last):
    ValueError: law must have a finite second moment (in a control, wrap it in Breached), got Cauchy()
    """

    symmetric = True
    second_moment = math.inf
    fourth_moment = math.inf


@unit_noise.register(Cauchy)
def _(law, rng):
    return rng.standard_cauchy()


@checks.validated
class Scripted(NamedTuple):
    """Noise read from a list, over and over: for quadrature and for exact enumeration, not for threads.

    draws : (n,), the values, in the order of use
    cursor : (1,), where to go on; moved at every draw. A new one starts at the first value.

    >>> NoiseInjection(eta=0.1, s=0.5, law=Scripted([1.0, -1.0])).law.draws
    array([ 1., -1.])
    """

    draws: checks.Array
    cursor: np.ndarray | None = None
    symmetric = True
    second_moment = math.nan
    fourth_moment = math.nan

    def clean_fields(self) -> tuple:
        cursor = np.zeros(1, dtype=np.int64) if self.cursor is None else self.cursor
        return checks.vector("draws", self.draws), cursor


@unit_noise.register(Scripted)
def _(law, rng):
    at = law.cursor[0]
    law.cursor[0] = (at + 1) % law.draws.size
    return law.draws[at]


class Breached(NamedTuple):
    """A law that breaks the assumptions on purpose, in a control.

    law : any law with a registered ``unit_noise``

    >>> NSO(eta=0.1, s=0.1, law=Breached(Cauchy())).law
    Breached(law=Cauchy())
    """

    law: NamedTuple


@unit_noise.register(Breached)
def _(law, rng):
    return unit_noise(law.law, rng)


KINDS = (Uniform, Laplace, Rademacher, UncentredBinomial, Cauchy)


class AnyLaw(NamedTuple):
    """The law number ``kind``: a run is compiled for all laws without parameters together.

    The Gaussian law, that of nearly all runs, stands for itself: a call by address at each draw would make a step in
    three dimensions seven times slower.

    >>> common_form(Laplace())
    AnyLaw(kind=1)
    """

    kind: int


def _numbered(law):
    return AnyLaw(KINDS.index(type(law)))


for _kind in KINDS:
    common_form.register(_kind)(_numbered)


@common_form.register(Breached)
def _(law):
    return common_form(law.law)


@compiled_apart
def _noise_of(kind, rng):
    if kind == 0:
        return unit_noise(Uniform(), rng)
    if kind == 1:
        return unit_noise(Laplace(), rng)
    if kind == 2:
        return unit_noise(Rademacher(), rng)
    if kind == 3:
        return unit_noise(UncentredBinomial(), rng)
    return unit_noise(Cauchy(), rng)


@unit_noise.register(AnyLaw)
def _(law, rng):
    return _noise_of(law.kind, rng)


def check_law(law: Any, name: str = "law") -> Any:
    """Return a law that is symmetric about 0 with a finite second moment, or one that is :class:`Breached`.

    name : what to call it in a refusal
    """
    if not isinstance(law, tuple) or not unit_noise.implemented(type(law)):
        raise ValueError(f"{name} must be a noise law with a registered unit_noise, got {checks.shown(law)}")
    if isinstance(law, Breached):
        check = Breached(law.law)
        if not isinstance(check.law, tuple) or not unit_noise.implemented(type(check.law)):
            raise ValueError(f"{name} must be a noise law with a registered unit_noise, got {checks.shown(law)}")
        return law
    if not getattr(law, "symmetric", False):
        raise ValueError(
            f"{name} must be symmetric about 0 (in a control, wrap it in Breached), got {checks.shown(law)}"
        )
    if math.isinf(getattr(law, "second_moment", math.inf)):
        raise ValueError(
            f"{name} must have a finite second moment (in a control, wrap it in Breached), got {checks.shown(law)}"
        )
    return law


def norm_moments(law: Any, s: float, size: int) -> tuple[float, ...]:
    """Return H(P) = E|U|^2 and E|U|^4 of noise with independent coordinates.

    ``E|U|^2 = d m2 s^2``, ``E|U|^4 = d m4 s^4 + d (d - 1) m2^2 s^4``, m2 and m4 the moments of one coordinate.

    s : scale, 0 or above
    size : number of coordinates d

    Source: DERIVED, paper_checks/zhang2024/README.md, "Variance of the gradient estimators" (independent coordinates).

    >>> norm_moments(Gaussian(), s=1.0, size=3)
    (3.0, 15.0)
    """
    law = check_law(law)
    s, d = checks.nonnegative("s", s), checks.integer("size", size, at_least=1)
    second, fourth = law.second_moment, law.fourth_moment
    return d * second * s**2, (d * fourth + d * (d - 1) * second**2) * s**4
