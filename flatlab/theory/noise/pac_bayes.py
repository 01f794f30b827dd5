"""PAC-Bayes: the rigorous bound by inversion of the binary KL divergence, and the Hessian-trace surrogate.

The bounds are on the risk of the randomised predictor N(W, s² I), which is the smoothed risk F, never on the risk at
the point W. The surrogate drops Taylor remainders and is an ordering device, not a bound.
"""

from typing import NamedTuple, cast

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import rel_entr

from flatlab.base import checks
from flatlab.theory import _fields

__all__ = ["GaussianPosterior", "binary_kl", "invert_binary_kl", "monte_carlo_upper"]

SMALLEST = 2.0**-54  # 1 - p below it rounds p to 1


def binary_kl(q: float, p: float) -> float:
    """kl(q‖p) = q log(q/p) + (1−q) log((1−q)/(1−p)), q and p in [0, 1].  README, "Inverting the binary divergence".

    >>> round(binary_kl(0.1, 0.5), 4)
    0.3681
    """
    q = checks.between("q", q, 0, 1, ends="[]")
    p = checks.between("p", p, 0, 1, ends="[]")
    return _kl(q, p)


def invert_binary_kl(q: float | np.floating, budget: float) -> float:
    """klinv(q, c) = max{p in [q, 1] : kl(q‖p) ≤ c}, c = ``budget``, 0 or above.

    Langford and Seeger's inversion, by Brent's method; the bracket: README, "Inverting the binary divergence".

    >>> round(invert_binary_kl(0.1, 0.05), 4)
    0.2201
    """
    q = checks.between("q", q, 0, 1, ends="[]")
    c = checks.nonnegative("budget", budget)
    if q == 1 or c == 0:
        return q
    if q == 0:
        return float(-np.expm1(-c))
    middle = max(q, 0.5)
    if _kl(q, middle) >= c:
        return _root(lambda p: _kl(q, p) - c, q, middle)
    # near 1 the unknown is 1 − p, which keeps its digits; kl ≥ (1−q) log(1/(1−p)) − log 2 gives the bracket
    low = max(np.exp(-(c + np.log(2)) / (1 - q)), SMALLEST)

    def excess(rest):
        return rel_entr(q, 1 - rest) + rel_entr(1 - q, rest) - c

    return 1.0 if excess(low) <= 0 else 1 - _root(excess, low, 1 - middle)


def monte_carlo_upper(losses: ArrayLike, delta: float, loss_max: float = 1.0, looks: int = 1) -> float:
    """E_Q L̂/B ≤ klinv(mean loss/B, log(2J/δ′)/m) with confidence 1 − δ′.

    losses : training losses in [0, B] of m independent draws from Q, each over the whole training set; delta : δ′ in
    (0, 1); loss_max : B; looks : J, the number of posteriors whose draws were looked at before one was chosen; the
    limits hold for all at once. One side would do with log(1/δ′).  README, "Monte Carlo correction".

    >>> round(monte_carlo_upper([0.1, 0.2, 0.1], delta=0.05), 4)
    0.842
    """
    bound = checks.positive("loss_max", loss_max)
    losses = checks.vector("losses", losses)
    delta = checks.between("delta", delta, 0, 1)
    looks = checks.integer("looks", looks, 1)
    if losses.min() < 0 or losses.max() > bound:
        raise ValueError(
            f"losses must lie in [0, loss_max = {bound:g}], got values from {losses.min():g} to {losses.max():g}"
        )
    return invert_binary_kl(np.mean(losses / bound), np.log(2 * looks / delta) / losses.size)


@_fields.setting
class GaussianPosterior(NamedTuple):
    """The posterior N(W, s² I) against the prior N(W₀, s² I), after n samples with losses in [0, B].

    samples : n; distance : r = ‖W − W₀‖, 0 or above, W₀ fixed before the sample is seen; loss_max : B, above 0.

    >>> float(round(GaussianPosterior(samples=1000, distance=1.0).linear_bound(0.1, s=0.1, beta=0.5, delta=0.05), 4))
    0.306
    """

    samples: int
    distance: float
    loss_max: float = 1.0

    def clean_fields(self) -> tuple:
        return (
            checks.integer("samples", self.samples, 1),
            _fields.nonnegative("distance", self.distance),
            _fields.positive("loss_max", self.loss_max),
        )

    def kl(self, s: float) -> float:
        """KL(N(W, s²I) ‖ N(W₀, s²I)) = r²/(2s²).  README, "Rigorous bound"."""
        return self.distance**2 / (2 * _fields.positive("s", s) ** 2)

    def rigorous_bound(
        self,
        losses: ArrayLike,
        s: float,
        grid: ArrayLike,
        delta: float = 0.025,
        delta_draws: float = 0.025,
        looks: int = 1,
    ) -> float:
        """E_Q L ≤ B klinv(L̂⁺, (r²/(2s²) + log(2J√n/δ))/n), L̂⁺ = ``monte_carlo_upper(losses, δ′, B, looks)``.

        With probability at least 1 − δ − δ′, δ′ = ``delta_draws``, it is above the mean risk at W + U. ``grid`` : the J
        noise levels fixed before the sample is seen; s : one of them.  README, "Rigorous bound".
        """
        grid = np.unique(checks.vector("grid", grid))
        s = checks.positive("s", s)
        if grid[0] <= 0 or s not in grid:
            raise ValueError(f"s must be one of the positive values of grid, fixed before the sample, got {s:g}")
        delta = checks.between("delta", delta, 0, 1)
        delta_draws = checks.between("delta_draws", delta_draws, 0, 1)
        if delta + delta_draws >= 1:
            raise ValueError(f"delta must be below 1 - delta_draws = {1 - delta_draws:g}, got {delta:g}")
        empirical = monte_carlo_upper(losses, delta_draws, self.loss_max, looks)
        if looks > grid.size:
            raise ValueError(f"looks must be at most the {grid.size} values of grid, got {looks}")
        budget = (self.kl(s) + np.log(2 * grid.size * np.sqrt(self.samples) / delta)) / self.samples
        return self.loss_max * invert_binary_kl(empirical, budget)

    def linear_bound(self, empirical: float, s: float, beta: float, delta: float) -> float:
        """E_Q L ≤ E_Q L̂/β + B(KL + log(1/δ))/(2β(1−β)n) with probability 1 − δ, β in (0, 1) fixed before the sample.

        empirical : E_Q L̂ in [0, B].  README, "Linear bound".
        """
        empirical = _fields.between("empirical", empirical, 0, self.loss_max, ends="[]")
        beta, delta = _fields.between("beta", beta, 0, 1), _fields.between("delta", delta, 0, 1)
        return empirical / beta + self.loss_max * (self.kl(s) - np.log(delta)) / (2 * beta * (1 - beta) * self.samples)

    def surrogate_noise(self, trace: float, epsilon: float) -> float:
        """Noise level at which the surrogate is least: s⁴ = B r²/(2(1−β)²nα), β = 1/(1+ε), α = ``trace`` and ε above 0.

        README, "Hessian-trace surrogate".
        """
        epsilon = _fields.positive("epsilon", epsilon)
        scale = 2 * (epsilon / (1 + epsilon)) ** 2 * self.samples * _fields.positive("trace", trace)
        return (self.loss_max * self.distance**2 / scale) ** 0.25

    def surrogate(self, empirical: float, trace: float, epsilon: float = 0.0) -> float:
        """(1+ε)(L̂ + √(Bαr²/(2n))), L̂ = ``empirical`` at the point, in [0, B]; α = ``trace``, at least each trace met.

        README, "Hessian-trace surrogate", after the shape of the authors' theorem; their constants are not known to us.
        """
        empirical = _fields.between("empirical", empirical, 0, self.loss_max, ends="[]")
        alpha, epsilon = _fields.nonnegative("trace", trace), _fields.nonnegative("epsilon", epsilon)
        return (1 + epsilon) * (empirical + np.sqrt(self.loss_max * alpha * self.distance**2 / (2 * self.samples)))


def _kl(q, p):
    return max(0.0, float(rel_entr(q, p) + rel_entr(1 - q, 1 - p)))


def _root(function, low, high):
    return cast("float", brentq(function, low, high, xtol=1e-300, rtol=4 * np.finfo(float).eps, maxiter=500))
