r"""Along a run from a minimum the loss stays below $\varepsilon_0^2/(2\mu)+\beta^3\eta^2\rho^2/2$, at every step."""

import math
from typing import NamedTuple

from flatlab import track
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform
from flatlab.evidence.relations import AtMost
from flatlab.methods import RandomlySmoothed
from flatlab.objectives import Valley
from flatlab.objectives.observables import Loss
from flatlab.objectives.valleys.profiles import Parabola
from flatlab.theory.escape import StepCost


class Run(NamedTuple):
    """The hyper-parameters of a run on (1 + y^2/4)|z|^2/2 from y = 1.5, where 1 <= a <= beta."""

    eta: float
    rho: float
    c_gate: float
    steps: int

    @property
    def gate(self):
        """The threshold of the gradient within which a step is perturbed."""
        return self.c_gate * math.sqrt(self.eta) * self.rho

    @property
    def bound(self):
        """Gate^2/(2 mu) + beta eta^2 (beta rho)^2/2: one step from within the gate, mu = 1."""
        smoothness = 1.25 * (1.5 + 10 * self.rho) ** 2 / 2.25 + 0.5
        return self.gate**2 / 2 + StepCost(self.eta, smoothness, smoothness * self.rho).projected


def observe(p, rng, factor=1.0):
    """Return the largest loss; the method's gate and radius are larger by a factor."""
    method = RandomlySmoothed(p.eta, p.eta, factor * p.rho, factor * p.gate)
    return track(method, Valley(Parabola(1.0, 0.5), 2), [0.0, 0.0, 1.5], Loss(), steps=p.steps, rng=rng).max()


CLAIM = Claim(
    id="ahn2024/loss-stays-low",
    title="the loss stays low while the minimum flattens",
    statement=r"""Along a run from a minimum $f\le\varepsilon_0^2/(2\mu)+\beta^3\eta^2\rho^2/2$:
        $\mu$ the Polyak–Łojasiewicz, $\beta$ the Lipschitz constant.""",
    source=("Cost of one step", "Parameters of the smoothed perturbation"),
    origin="derived",
    kind="upper bound",
    relation=AtMost(tight_within=10.0),
    problem=Run,
    observe=observe,
    expect=lambda p: p.bound,
    fixed={"steps": 100000},
    domain={"eta": LogUniform(0.005, 0.1), "rho": LogUniform(0.01, 0.1), "c_gate": Uniform(0.5, 3)},
    corners=tuple({"eta": 0.05, "rho": 0.05, "c_gate": c_gate} for c_gate in (1.0, 3.0)),
    quick=3,
    full=198,
    seconds=0.014,
    note="Within the gate f is at most the first term; a step adds at most the second; outside it falls.",
    controls=(
        Control(
            "ten times the radius",
            "the noise is that much larger, and a gate as wide lets it grow",
            observe=lambda p, rng: observe(p, rng, factor=10.0),
            change={"eta": 0.05, "rho": 0.02, "c_gate": 3.0},
        ),
    ),
)
