"""One perturbed step: how far it moves along the valley, what it costs, and what noise it leaves across the valley."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.theory import _fields

__all__ = ["ClosingDescent", "FlowStep", "SmoothingAtRest", "StepCost"]


@_fields.setting
class FlowStep(NamedTuple):
    """One perturbed step in the mean: a step of the gradient flow y′ = −∇h(y) along the valley, h = tr ∇²f ∘ Φ / d.

    eta : step size η, above 0; rho : radius ρ, 0 or above; gain : above 0, 1 for random smoothing, d for one-sample
    sharpness-aware steps, d/B for mini-batches of B where that law holds ("Batch size").

    >>> round(FlowStep(eta=0.1, rho=0.1).steps(flow_time=1.0))
    2000
    """

    eta: float
    rho: float
    gain: float = 1.0

    def clean_fields(self) -> tuple:
        eta, gain = _fields.positive("eta", self.eta), _fields.positive("gain", self.gain)
        return eta, _fields.nonnegative("rho", self.rho), gain

    @property
    def time(self) -> float:
        """κ = gain · ηρ²/2, the flow time of one step.  README, "Decrease per step"."""
        return self.gain * self.eta * (self.rho**2 / 2)

    def decrease(self, certificate: float) -> float:
        """h(x) − E h(x⁺) = κ|∇h|²(1 + O(η) + O(ρ)), |∇h| = certificate.  README, "Decrease per step"."""
        return self.time * _fields.nonnegative("certificate", certificate) ** 2

    def steps(self, flow_time: float) -> float:
        """T = flow time/κ, not rounded.  README, "Exponents"."""
        return _fields.nonnegative("flow_time", flow_time) / self.time


@_fields.setting
class StepCost(NamedTuple):
    """The largest rise f(x − η(∇f + v)) − f(x) of one step, attained by f = β|x|²/2.

    eta : step size η, above 0; smoothness : Lipschitz constant β of ∇f, above 0; perturbation_norm : |v|, 0 or above;
    gradient_norm : |∇f(x)|, 0 or above, where 0 is the worst with projection and ηβ ≤ 2.

    >>> round(StepCost(eta=0.1, smoothness=1.0, perturbation_norm=0.2).projected, 6)
    0.0002
    """

    eta: float
    smoothness: float
    perturbation_norm: float
    gradient_norm: float = 0.0

    def clean_fields(self) -> tuple:
        return (
            _fields.positive("eta", self.eta),
            _fields.positive("smoothness", self.smoothness),
            _fields.nonnegative("perturbation_norm", self.perturbation_norm),
            _fields.nonnegative("gradient_norm", self.gradient_norm),
        )

    @property
    def projected(self) -> float:
        """Rise = −η(1 − βη/2)|∇f|² + βη²|v|²/2 for v orthogonal to ∇f.  README, "Cost of one step"."""
        eta, beta = self.eta, self.smoothness
        return -eta * (1 - beta * eta / 2) * self.gradient_norm**2 + beta * eta**2 * self.perturbation_norm**2 / 2

    @property
    def unprojected(self) -> float:
        """Rise = η(|v|−|∇f|)[|∇f| + (βη/2)(|v|−|∇f|)] over all v, for ηβ ≤ 1.  README, "Cost of one step"."""
        eta = _fields.between("eta", self.eta, 0, 1 / self.smoothness, ends="(]")
        excess = self.perturbation_norm - self.gradient_norm
        return eta * excess * (self.gradient_norm + self.smoothness * eta * excess / 2)


@_fields.setting
class SmoothingAtRest(NamedTuple):
    """Random smoothing at rest on f = a|z|²/2, z ∈ Rⁿ, in Rᵈ, every step perturbed.

    eta : step size η with ηa < 2, without projection ηa < 1; rho : radius ρ, 0 or above; curvature : a, above 0;
    transverse : n, 1 or above; d : dimension, n or above; projected : whether the perturbation is.

    >>> float(round(SmoothingAtRest(eta=0.1, rho=0.1, curvature=1.0, transverse=3, d=4).gradient, 4))
    0.0162
    """

    eta: float
    rho: float
    curvature: float
    transverse: int
    d: int
    projected: bool = True

    def clean_fields(self) -> tuple:
        a = _fields.positive("curvature", self.curvature)
        n = checks.integer("transverse", self.transverse, 1)
        projected = checks.flag("projected", self.projected)
        eta = _fields.between("eta", self.eta, 0, (2 if projected else 1) / a)
        return eta, _fields.nonnegative("rho", self.rho), a, n, checks.integer("d", self.d, n), projected

    @property
    def gradient(self) -> float:
        """√E|∇f|², which the gate must cover.

        E|∇f|² = ηa³ρ²(n−1)/(d(2−ηa)), without projection ηa³ρ²n/(4d(1−ηa)).  README, "What the gate must cover".
        """
        n, h = self.transverse, self.eta * self.curvature
        share = (n - 1) / (2 - h) if self.projected else n / (4 * (1 - h))
        return self.rho * np.sqrt(self.eta * self.curvature**3 * share / self.d)

    @property
    def iterate_noise_fraction(self) -> float:
        """Drift of x ← x − η(∇f + ρg) over that of smoothing = η/(a(2−ηa)).  README, "Noise in the iterate"."""
        return self.eta / (self.curvature * (2 - self.eta * self.curvature))


@_fields.setting
class ClosingDescent(NamedTuple):
    """Gradient descent from the gate to a minimum, under |∇f|² ≥ 2μ(f − min f).

    gate : ε₀ ≥ |∇f| at the start, above 0; eta : step size η in (0, 1/β]; smoothness : Lipschitz constant β of ∇f;
    pl_constant : Polyak–Łojasiewicz constant μ in (0, β].

    >>> ClosingDescent(gate=0.1, eta=0.5, smoothness=1.0, pl_constant=0.5).steps(epsilon=0.01)
    21
    """

    gate: float
    eta: float
    smoothness: float
    pl_constant: float

    def clean_fields(self) -> tuple:
        beta = _fields.positive("smoothness", self.smoothness)
        mu = _fields.between("pl_constant", self.pl_constant, 0, beta, ends="(]")
        return _fields.positive("gate", self.gate), _fields.between("eta", self.eta, 0, 1 / beta, ends="(]"), beta, mu

    def steps(self, epsilon: float) -> int:
        """T = ⌈2 log(ε₀/(με)) / −log(1 − ημ)⌉, after which |x − Φ(x)| ≤ ε.  README, "Closing gradient descent"."""
        excess = np.log(self.gate / (self.pl_constant * _fields.positive("epsilon", epsilon)))
        if excess <= 0:
            return 0
        if self.eta * self.pl_constant >= 1:
            return 1
        return int(np.ceil(2 * excess / -np.log1p(-self.eta * self.pl_constant)))
