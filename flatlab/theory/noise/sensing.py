"""Matrix sensing L(W) = (1/(2n)) Σ (⟨Sᵢ, WWᵀ⟩ − yᵢ)²: what the weight noise adds, and what it does to the spectrum.

Sᵢ = (Aᵢ + Aᵢᵀ)/2 with i.i.d. N(0, 1) entries in Aᵢ, W of shape (d, p), yᵢ = ⟨Sᵢ, X*⟩, eᵢ = ⟨Sᵢ, WWᵀ⟩ − yᵢ.
"""

from typing import NamedTuple, cast

import numpy as np
from numpy.typing import ArrayLike

from flatlab.base import checks
from flatlab.theory import _fields
from flatlab.theory.noise._vectors import nonnegative

__all__ = ["SensingMean", "SensingSample", "bias_floor", "naive_noise_floor", "step_from_authors"]


@_fields.setting
class SensingSample(NamedTuple):
    """One set of measurements; samples : n, their number; columns : p, of W.

    >>> SensingSample(samples=4, columns=2).hessian_trace(10.0, 0.0)
    10.0
    """

    samples: int
    columns: int

    def clean_fields(self) -> tuple:
        return checks.integer("samples", self.samples, 1), checks.integer("columns", self.columns, 1)

    def hessian_trace(self, sum_product_squares: float, sum_error_traces: float = 0.0) -> float:
        """Trace tr ∇²L = (4/n) Σ‖SᵢW‖_F² + (2p/n) Σ eᵢ tr Sᵢ from the two sums; the second is 0 at interpolation.

        README, "Hessian trace of matrix sensing".
        """
        squares = _fields.nonnegative("sum_product_squares", sum_product_squares)
        return (4 * squares + 2 * self.columns * _fields.number("sum_error_traces", sum_error_traces)) / self.samples

    def smoothing_gap(self, s: float, trace: float, sum_squares: float, sum_trace_squares: float) -> float:
        """F − L = (s²/2) tr H + (s⁴/n) Σ[p‖Sᵢ‖_F² + p²(tr Sᵢ)²/2], from Σ‖Sᵢ‖_F² and Σ(tr Sᵢ)².

        README, "Smoothed loss of matrix sensing".
        """
        n, p = self
        s = _fields.nonnegative("s", s)
        squares = _fields.nonnegative("sum_squares", sum_squares)
        traces = _fields.nonnegative("sum_trace_squares", sum_trace_squares)
        return s**2 / 2 * _fields.number("trace", trace) + s**4 / n * (p * squares + p**2 * traces / 2)


@_fields.setting
class SensingMean(NamedTuple):
    """The mean over the measurements; d : rows of W; columns : p, of W, d if left out.

    >>> round(SensingMean(d=10).soft_threshold(0.1), 4)
    0.21
    """

    d: int
    columns: int | None = None

    def clean_fields(self) -> tuple:
        d = checks.integer("d", self.d, 1)
        return d, d if self.columns is None else checks.integer("columns", self.columns, 1)

    def hessian_trace(self, nuclear_norm: float, truth_trace: float | None = None) -> float:
        """E tr ∇²L = 2(d+1)‖WWᵀ‖_* + 2p tr(WWᵀ − X*), ‖WWᵀ‖_* = tr WWᵀ; ``truth_trace`` = tr X*, the same if left out.

        README, "Hessian trace of matrix sensing".
        """
        nuclear = _fields.nonnegative("nuclear_norm", nuclear_norm)
        truth = nuclear if truth_trace is None else _fields.nonnegative("truth_trace", truth_trace)
        return 2 * (self.d + 1) * nuclear + 2 * cast("int", self.columns) * (nuclear - truth)

    def soft_threshold(self, s: float) -> float:
        """λ = s²(d + 1 + p): E F = ‖X − X*‖_F²/2 + λ tr X + constant, X = WWᵀ; weight decay has gradient 2λW.

        README, "Soft threshold".
        """
        return _fields.nonnegative("s", s) ** 2 * (self.d + 1 + cast("int", self.columns))


@checks.formula
def bias_floor(truth_eigenvalues: ArrayLike, threshold: float) -> float:
    """Σ min(λⱼ, λ)²/Σλⱼ², the population value of (‖WWᵀ − X*‖_F/‖X*‖_F)² that the noise leaves.

    truth_eigenvalues : λⱼ of X*, 0 or above, not all 0; threshold : λ. The factor that finitely many measurements
    multiply it by is not derived.  README, "Soft threshold".

    >>> float(round(bias_floor([2.0, 1.0], threshold=0.5), 4))
    0.1
    """
    lam = nonnegative("truth_eigenvalues", truth_eigenvalues)
    total = np.sum(lam**2)
    if total == 0:
        raise ValueError("truth_eigenvalues must hold one value above 0, got zeros")
    return np.sum(np.minimum(lam, _fields.nonnegative("threshold", threshold)) ** 2) / total


@checks.formula
def naive_noise_floor(eta: float, s: float, eigenvalues: ArrayLike, points: int = 1) -> float:
    """Σ ηs²hⱼ²/(2m(2 − ηhⱼ)), the stationary extra training loss of the mean of m one-sided gradients near a minimum.

    eigenvalues : hⱼ of the Hessian in [0, 2/η); points : m. The pair's is of fourth order in s.

    README, "Floor of naive noise".

    >>> float(round(naive_noise_floor(eta=0.1, s=0.1, eigenvalues=[1.0, 2.0]), 6))
    0.001374
    """
    eta, s = _fields.positive("eta", eta), _fields.nonnegative("s", s)
    h = nonnegative("eigenvalues", eigenvalues)
    if eta * h.max() >= 2:
        raise ValueError(f"eta must be below 2/max(eigenvalues) = {_fields.text(2 / h.max())}, got {_fields.text(eta)}")
    return np.sum(eta * s**2 * h**2 / (2 * (2 - eta * h))) / checks.integer("points", points, 1)


@checks.formula
def step_from_authors(eta: float) -> float:
    """η/2, the step for (1/(2n)) Σe² that makes the authors' step η on (1/(4n)) Σe².  README, "Loss conventions".

    >>> step_from_authors(0.0025)
    0.00125
    """
    return _fields.positive("eta", eta) / 2
