"""The (ε, ε′)-flat minimum, and the reconstructed parameters with which the escape theorems reach one."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.theory import _fields

from .step import FlowStep

__all__ = ["EscapeTheorem", "FlatMinimum"]


@_fields.setting
class FlatMinimum(NamedTuple):
    """An (ε, ε′)-flat minimum: x is near its limit Φ(x) and |∇h(Φ(x))| ≤ ε′, with h = tr ∇²f ∘ Φ / d.

    epsilon : ε, above 0; epsilon_prime : ε′, above 0, √ε where left out.

    >>> FlatMinimum(epsilon=0.01).by_distance(distance=0.005, certificate=0.05)
    True
    """

    epsilon: float
    epsilon_prime: float | None = None

    def clean_fields(self) -> tuple:
        epsilon, prime = _fields.positive("epsilon", self.epsilon), self.epsilon_prime
        return epsilon, np.sqrt(epsilon) if prime is None else _fields.positive("epsilon_prime", prime)

    def by_distance(self, distance: float, certificate: float) -> bool:
        """|x − Φ(x)| ≤ ε and |∇h(Φ(x))| ≤ ε′.  README, "Two readings of the definition"."""
        return self._holds(_fields.nonnegative("distance", distance), certificate)

    def by_cost(self, cost_gap: float, certificate: float) -> bool:
        """f(x) − f(Φ(x)) ≤ ε and |∇h(Φ(x))| ≤ ε′.  README, "Two readings of the definition"."""
        return self._holds(_fields.nonnegative("cost_gap", cost_gap), certificate)

    def _holds(self, nearness, certificate):
        certificate = _fields.nonnegative("certificate", certificate)
        return bool(nearness <= self.epsilon and certificate <= self.epsilon_prime)

    def trivial_dimension(self, third_bound: float) -> float:
        """At d = C/ε′ and above every minimum passes, as |∇h| ≤ C/d; C bounds |D³fᵢ[g, g, t]|, g, t unit vectors.

        README, "When the certificate is trivial".
        """
        return _fields.positive("third_bound", third_bound) / self.epsilon_prime


@_fields.setting
class EscapeTheorem(NamedTuple):
    """Reconstructed step sizes, radius and gate of the theorems and their step count, for one tolerance.

    Both algorithms take x ← x − η(∇f(x) + v) where |∇f(x)| ≤ ε₀, the gate, with the perturbation v projected
    orthogonally to ∇f(x), and x ← x − η′∇f(x) elsewhere.

    epsilon, delta : tolerance ε and failure probability δ, in (0, 1].
    gain : 1 for random smoothing, the dimension d for one-sample sharpness-aware steps.
    c_eta, c_eta_prime, c_rho, c_gate, c_steps : what O(·) hides in η, η′ (meant: at most one over the Lipschitz
    constant of ∇f), ρ, ε₀/(√η ρ) and T, above 0. Most steps go unperturbed where c_gate is below
    ``SmoothingAtRest.gradient`` over √η ρ.

    >>> EscapeTheorem(epsilon=0.1, delta=0.5).steps
    16000
    """

    epsilon: float
    delta: float
    gain: int = 1
    c_eta: float = 1.0
    c_eta_prime: float = 1.0
    c_rho: float = 1.0
    c_gate: float = 1.0
    c_steps: float = 1.0

    def clean_fields(self) -> tuple:
        return (
            _fields.between("epsilon", self.epsilon, 0, 1, ends="(]"),
            _fields.between("delta", self.delta, 0, 1, ends="(]"),
            checks.integer("gain", self.gain, 1),
            *(_fields.positive(name, getattr(self, name)) for name in self._fields[3:]),
        )

    @property
    def branch_dimension(self) -> float:
        """Above d = ε^{−1/3} the step count of sharpness-aware steps falls like 1/d, below it like d⁻⁴.

        README, "What the paper states".
        """
        return 1 / np.cbrt(self.epsilon)

    @property
    def nu(self) -> float:
        """ν = min{d, ε^{−1/3}}.  README, "Parameters of the sharpness-aware perturbation"."""
        return min(self.gain, self.branch_dimension)

    @property
    def eta(self) -> float:
        """η = c νδε.  README, "Parameters of the sharpness-aware perturbation"."""
        return self.c_eta * self.nu * self.delta * self.epsilon

    @property
    def eta_prime(self) -> float:
        """η′ = c.  README, "Parameters of the smoothed perturbation"."""
        return self.c_eta_prime

    @property
    def rho(self) -> float:
        """ρ = c νδ√ε.  README, "Parameters of the sharpness-aware perturbation"."""
        return self.c_rho * self.nu * self.delta * np.sqrt(self.epsilon)

    @property
    def gate(self) -> float:
        """ε₀ = c √η ρ = (νδ)^{3/2}ε at unit constants.  README, "Parameters of the sharpness-aware perturbation"."""
        return self.c_gate * np.sqrt(self.eta) * self.rho

    @property
    def steps(self) -> int:
        """T = ⌈c/(dν³ε³δ⁴)⌉.  README, "What the paper states": ε⁻³δ⁻⁴ and d⁻¹ε⁻² max{1, 1/(d³ε)}δ⁻⁴."""
        return int(np.ceil(self.c_steps / (self.gain * self.nu**3 * self.epsilon**3 * self.delta**4)))

    @property
    def flow_step(self) -> FlowStep:
        """One perturbed step, of flow time κ = d·ηρ²/2.  README, "Exponents"."""
        return FlowStep(self.eta, self.rho, self.gain)
