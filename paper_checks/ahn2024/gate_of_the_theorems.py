r"""Behind a gate $k\sqrt\eta\rho$ the share of perturbed steps at rest is the same at every tolerance."""

from functools import partial
from typing import NamedTuple

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, LogUniform, Uniform, Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import WithinInterval
from flatlab.methods import RandomlySmoothed, SharpnessAwarePerturbation
from flatlab.objectives import Valley, ValleyRisk
from flatlab.objectives.valleys.profiles import Ramp
from flatlab.theory.escape import EscapeTheorem

C_ETA, BEGUN, STEPS = 0.25, 1000, 16_000


class Gate(NamedTuple):
    """A level valley so curved that the gate as reconstructed is ``cover`` times the gradient at rest."""

    method: str
    n: int
    epsilon: float
    delta: float
    cover: float
    times: float
    replicates: int

    @property
    def sharp(self):
        """Whether the steps are sharpness-aware."""
        return self.method == "sharpness-aware"

    @property
    def curvature(self):
        """The curvature a at which the reconstructed gate has that size, to leading order in eta a."""
        n = self.n
        return (2 * (n**2 if self.sharp else n + 1) / ((n - 1) * self.cover**2)) ** (1 / 3)

    @property
    def stated(self):
        """The stated share, times^2 d (2 - eta a)/((n - 1) a^3), for SAP times^2 2 n^2/((n - 1) a^3)."""
        load = 0.0 if self.sharp else C_ETA * self.delta * self.epsilon * self.curvature
        return self.times**2 * self.cover**2 * (1 - load / 2)

    @property
    def sizes(self):
        """Step size, radius and gate as reconstructed."""
        return EscapeTheorem(self.epsilon, self.delta, self.n + 1 if self.sharp else 1, C_ETA)

    def share(self, rng, gate):
        """Return the share of perturbed steps in a run behind a gate, by the points of the run."""
        cls, valley = (SharpnessAwarePerturbation, ValleyRisk) if self.sharp else (RandomlySmoothed, Valley)
        method = cls(self.sizes.eta, self.sizes.eta, self.sizes.rho, gate)
        slope = self.curvature / (self.n if self.sharp else 1)
        start = np.append(rng.standard_normal(self.n), 0.0)
        start *= gate / slope / np.linalg.norm(start)
        path = trajectory(method, valley(Ramp(self.curvature, 0.0), self.n), start, steps=STEPS, rng=rng)
        return np.mean(slope * np.linalg.norm(path[BEGUN:, :-1], axis=1) <= gate)


def observe(p, rng, part=1.0):
    """Return the mean share behind a part of the gate."""
    return mean([p.share(child, part * p.times * p.sizes.gate) for child in rng.spawn(p.replicates)])


CLAIM = Claim(
    id="ahn2024/gate-of-the-theorems",
    title="the reconstructed gate perturbs the same share of steps at every tolerance",
    statement=r"""With the reconstructed $\eta$ and $\rho$, $\eta'=\eta$, and $k$ times the reconstructed gate
        $\varepsilon_0=\sqrt\eta\,\rho$ the share of perturbed steps at rest on $a|z|^2/2$ is
        $k^2d(2-\eta a)/((n-1)a^3)$ for random smoothing where this is below 1, and $2k^2n^2/((n-1)a^3)$ for SAP on the
        risk form, to leading order in $\eta a$: whatever $\varepsilon$ and $\delta$ are, half the gate has a quarter of
        it, twice the gate four times as much.""",
    source=("What the gate must cover", "Parameters of the smoothed perturbation"),
    origin="derived",
    kind="equality",
    relation=WithinInterval(rtol=0.08),
    problem=Gate,
    observe=observe,
    expect=lambda p: p.stated,
    fixed={"replicates": 32},
    domain={
        "method": Choice(("smoothed", "sharpness-aware")),
        "n": Whole(3, 8),
        "epsilon": LogUniform(1e-3, 1e-2),
        "delta": LogUniform(0.05, 0.1),
        "cover": Uniform(0.44, 0.47),
        "times": Choice((0.5, 1.0, 2.0)),
    },
    corners=tuple(
        {"method": method, "n": 3, "epsilon": 0.005, "delta": 0.1, "cover": 0.45, "times": times}
        for method, times in (("smoothed", 0.5), ("sharpness-aware", 2.0))
    ),
    quick=1,
    full=40,
    seconds=0.12,
    few="32 runs of 16 000 steps",
    controls=(
        Control(
            "half the gate",
            "the share goes with its square",
            observe=partial(observe, part=0.5),
            change=lambda s: {**s, "replicates": 12} if s.cover == 0.45 else None,
        ),
        Control(
            "a gate in proportion to the radius",
            "its share depends on the tolerance",
            observe=lambda p, rng: p.share(rng, p.times * 0.1**0.5 * p.sizes.rho),
            change=lambda s: s if s.times < 2 else None,
        ),
    ),
)
