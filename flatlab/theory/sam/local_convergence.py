"""Theorem L: geometric convergence to SAM's top two-cycle from a certified tube, with explicit constants."""

import math
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from flatlab.base import checks
from flatlab.theory import _fields
from flatlab.theory.sam.quadratic import SAMOnQuadratic

__all__ = ["LocalBound", "LocalErrors", "LocalTube", "contraction_factor", "local_errors"]

_GRID = 256  # steps that are looked at together


class LocalErrors(NamedTuple):
    """Radial error ``d = | |u_1| / b_1 - 1 |`` and tangent ``r = |u_{2..d}| / |u_1|``, of iterates or bounds on them.

    README, "Theorem L: local convergence with explicit constants".

    >>> float(local_errors(SAMOnQuadratic([3.0, 1.0], eta=0.3, rho=0.1), [0.2, 0.02]).tangent.round(4))
    0.1
    """

    radial_error: checks.Entries
    tangent: checks.Entries


def local_errors(sam: SAMOnQuadratic, u: ArrayLike) -> LocalErrors:
    """Return ``d = | |u_1| / b_1 - 1 |`` and ``r = |u_{2..d}| / |u_1|`` at gradient ``u = +-Lam w``, (d,).

    ``sam`` has eta l_1 < 2; u_1 is not 0.  README, "Theorem L: local convergence with explicit constants".

    >>> float(local_errors(SAMOnQuadratic([3.0, 1.0], eta=0.3, rho=0.1), [0.2, 0.02]).tangent.round(4))
    0.1
    """
    u = _fields.vector("u", u, _fields.instance("sam", sam, SAMOnQuadratic).eigenvalues.size)
    if u[0] == 0:
        raise ValueError("u must have a first entry other than 0, got 0")
    leading = abs(u[0])
    return LocalErrors(abs(leading / sam.cycle().gradient_norm - 1), np.linalg.norm(u[1:]) / leading)


@checks.formula
def contraction_factor(sam: SAMOnQuadratic, low: float, high: float) -> float:
    """Return K, the largest ``|A_i(s)| / |A_1(s)|`` over i >= 2 and s at the two ends ``low b_1`` and ``high b_1``.

    The ratio is a Moebius function of s: the ends give the maximum in between as long as A_1 > 0 at the upper one.
    It is ``|(2 - h) r_i^2 + (h_i - 1) s / b_1| / |(2 - h) + (h - 1) s / b_1|`` with ``r_i = l_i / l_1``; 0 in one
    dimension, infinite where A_1 is 0.  README, "Theorem L: local convergence with explicit constants".

    >>> float(round(contraction_factor(SAMOnQuadratic([3.0, 1.0], eta=0.3, rho=0.1), low=0.9, high=1.1), 4))
    0.6543
    """
    ends = np.array([_fields.number("low", low), _fields.number("high", high)])
    spectrum, top = _fields.instance("sam", sam, SAMOnQuadratic).eigenvalues, sam.cycle()
    leading = np.abs(top.below_two + (top.h - 1) * ends)
    if spectrum.size == 1:
        return 0.0
    if (leading == 0).any():
        return np.inf
    ratio = (spectrum[1:] / spectrum[0])[:, None]
    others = np.abs(top.below_two * ratio**2 + (sam.h[1:, None] - 1) * ends)
    return (others / leading).max()


@_fields.setting
class LocalBound(NamedTuple):
    """Theorem L's bounds ``r_t <= K^t r_0`` and ``d_t <= q^t d_0 + c r_0^2 t max(q, K^2)^(t - 1)``.

    radial_error, tangent : d_0 and r_0, 0 or above.
    radial_rate, contraction : q and K, in [0, 1).
    forcing : c, 0 or above.

    README, "Theorem L: local convergence with explicit constants".

    >>> LocalBound(radial_error=0.1, tangent=0.1, radial_rate=0.1, contraction=0.5, forcing=0.55).hitting_time(1e-6)
    17
    """

    radial_error: float
    tangent: float
    radial_rate: float
    contraction: float
    forcing: float

    def clean_fields(self) -> tuple:
        """Return the fields."""
        names = self._fields
        start = (_fields.nonnegative(name, value) for name, value in zip(names[:2], self[:2], strict=True))
        rates = (
            _fields.between(name, value, 0, 1, ends="[)") for name, value in zip(names[2:4], self[2:4], strict=True)
        )
        return *start, *rates, _fields.nonnegative("forcing", self.forcing)

    def at(self, steps: ArrayLike) -> LocalErrors:
        """Bounds at step numbers t of any shape: ``K^t r_0`` and ``q^t d_0 + c r_0^2 t max(q, K^2)^(t - 1)``."""
        t = checks.integers("steps", steps).astype(float)
        slow = max(self.radial_rate, self.contraction**2)
        forced = self.forcing * self.tangent**2 * t * slow ** np.maximum(t - 1, 0)
        return LocalErrors(self.radial_rate**t * self.radial_error + forced, self.contraction**t * self.tangent)

    def hitting_time(self, tolerance: float) -> int:
        """Least t at which both bounds are <= tolerance; the orbit is within it at that t.

        Refused where 2^63 steps do not meet it.
        """
        tolerance = checks.positive("tolerance", tolerance)

        def near(t):
            return self.at(t).tangent <= tolerance

        def met(t):
            errors = self.at(t)
            return (errors.tangent <= tolerance) & (errors.radial_error <= tolerance)

        hits = np.flatnonzero(met(np.arange(_GRID)))
        if hits.size:
            return int(hits[0])
        first = _first_step(near, 0)  # the bound on the tangent falls from the start
        lowest = self._first_minimum()  # the other bound may be met before it, then again long after it
        for bottom in (math.floor(lowest), math.ceil(lowest)):
            if bottom >= first and met(bottom):
                return _first_step(met, first, bottom)
        return _first_step(met, first)

    def settling_time(self, tolerance: float) -> int:
        """Return a step from which on both bounds are <= tolerance: the first such from ``-1 / ln max(q, K^2)`` on.

        From there on neither bound rises.  Refused where 2^63 steps do not meet it.
        """
        tolerance, slow = checks.positive("tolerance", tolerance), max(self.radial_rate, self.contraction**2)

        def met(t):
            errors = self.at(t)
            return (errors.tangent <= tolerance) & (errors.radial_error <= tolerance)

        return _first_step(met, math.ceil(-1 / math.log(slow)) if slow > 0 else 1)

    def _first_minimum(self):
        """Return the time until which the bound on the radial error falls before it rises, 0 if there is none.

        With ``s = max(q, K^2)``, ``a = -ln q``, ``b = -ln s`` and ``f = c r_0^2`` its derivative is ``s^(t - 1)``
        times ``f (1 - b t) - a s d_0 e^(-(a - b) t)``, a concave function of t: the bound falls, rises, and falls.
        """
        rate, slow = self.radial_rate, max(self.radial_rate, self.contraction**2)
        forced = self.forcing * self.tangent**2
        if rate == 0 or forced == 0:  # with q = 0 the first steps, which are looked at one by one, are all there is
            return 0.0
        fall, gap = -math.log(slow), math.log(slow) - math.log(rate)
        free = -math.log(rate) * slow * self.radial_error

        def growth(t):
            return forced * (1 - fall * t) - free * math.exp(-gap * t)

        if growth(0) >= 0 or gap == 0:
            return 0.0
        fastest = (math.log(free) + math.log(gap) - math.log(forced) - math.log(fall)) / gap
        return cast("float", brentq(growth, 0, fastest)) if fastest > 0 and growth(fastest) > 0 else 0.0


@_fields.setting
class LocalTube(NamedTuple):
    """A tube around the top cycle: radial error at most d_0 and tangent at most r_0 at its start.

    sam : with ``h = eta l_1 < 2``; its rho plays no part.
    radial_error, tangent : d_0 and r_0, 0 or above.
    tight : take the sharper lower end ``s = b_1 max(0, 1 - D)``; then ``delta < 1`` is not needed.

    README, "Theorem L: local convergence with explicit constants".

    >>> LocalTube(SAMOnQuadratic([3.0, 1.0], eta=0.3, rho=0.1), radial_error=0.1, tangent=0.1).certified
    True
    """

    sam: SAMOnQuadratic
    radial_error: float
    tangent: float
    tight: bool = False

    def clean_fields(self) -> tuple:
        """Return the fields, refused unless there is a top cycle."""
        _fields.instance("sam", self.sam, SAMOnQuadratic).cycle()
        errors = _fields.nonnegative("radial_error", self.radial_error), _fields.nonnegative("tangent", self.tangent)
        return self.sam, *errors, checks.flag("tight", self.tight)

    @property
    def radial_rate(self) -> float:
        """``q = |1 - h|``."""
        return abs(1 - self.sam.h[0])

    @property
    def forcing(self) -> float:
        """``(2 - h) / 2``."""
        below_two: Any = self.sam.cycle().below_two
        return below_two / 2

    @property
    def radial_radius(self) -> float:
        """``D = max(d_0, (2 - h) r_0^2 / (2 (1 - q)))``."""
        top: Any = self.sam.cycle()
        return max(self.radial_error, self.forcing * self.tangent**2 / min(top.h, top.below_two))

    @property
    def norm_radius(self) -> float:
        """``delta = (1 + D) sqrt(1 + r_0^2) - 1``, written so that no digits cancel."""
        root = np.sqrt(1 + self.tangent**2)
        return self.radial_radius * root + self.tangent**2 / (root + 1)

    @property
    def contraction(self) -> float:
        """K, the largest ``|A_i| / A_1`` over ``s = b_1 (1 +- delta)``."""
        low = max(0.0, 1 - self.radial_radius) if self.tight else 1 - self.norm_radius
        return contraction_factor(self.sam, low, 1 + self.norm_radius)

    @property
    def certified(self) -> bool:
        """Whether the theorem applies: ``delta < 1``, ``A_1(b_1 (1 + delta)) > 0`` and ``K < 1``."""
        top, delta = self.sam.cycle(), self.norm_radius
        return bool(
            (self.tight or delta < 1) and top.below_two + (top.h - 1) * (1 + delta) > 0 and self.contraction < 1
        )

    @property
    def bound(self) -> LocalBound:
        """Bounds on both errors from a certified tube, with ``c = (2 - h) / 2``."""
        if not self.certified:
            raise ValueError(
                f"radial_error and tangent must give a certified tube, got delta = "
                f"{_fields.text(self.norm_radius)} and K = {_fields.text(self.contraction)}; start nearer the cycle"
            )
        return LocalBound(self.radial_error, self.tangent, self.radial_rate, self.contraction, self.forcing)


def _first_step(met, low, high=None):
    """Return the first step from ``low`` on that meets a condition which, once it is met, stays so (up to ``high``)."""
    if high is None:
        start = max(low, 1)
        ahead = np.append(start * 2 ** np.arange(63 - start.bit_length()), np.iinfo(np.int64).max)
        found = met(ahead)
        if not found.any():
            raise ValueError("tolerance must be one that is met within 2^63 steps")
        k = int(found.argmax())
        low, high = (int(ahead[k - 1]) + 1 if k else low), int(ahead[k])
    while low < high:
        grid = np.append(np.arange(low, high, max(1, (high - low) // _GRID)), high)
        k = int(met(grid).argmax())
        low, high = (int(grid[k - 1]) + 1 if k else low), int(grid[k])
    return high
