r"""From a minimum a step of random smoothing lowers $h=\mathrm{tr}\circ\Phi/d$ by $\eta\rho^2|\nabla h|^2/2$."""

import math
from typing import NamedTuple

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import WithinInterval
from flatlab.geometry.limit_map import certificate, limit_map
from flatlab.methods import GD, RandomlySmoothed
from flatlab.objectives import DiagonalNetwork, hessian_trace
from flatlab.simulation.trajectories import restarts
from flatlab.theory.escape import FlowStep
from paper_checks.ahn2024.problems.features import sign_features
from paper_checks.ahn2024.problems.gradients import gradient_at
from paper_checks.ahn2024.problems.many_limits import Start, exponential, hyperbola, parabola


def network(seed):
    rng = np.random.default_rng(seed)
    objective = DiagonalNetwork(sign_features(rng, 4, 8), rng.standard_normal(4))
    w = limit_map(objective, rng.uniform(0.5, 1.5, 16))
    return Start(
        objective, w, lambda ends: np.array([hessian_trace(objective, limit_map(objective, e)) / e.size for e in ends])
    )


class Step(NamedTuple):
    """A step of random smoothing from a minimum."""

    problem: str
    eta: float
    rho: float
    draws: int
    seed: int

    @property
    def start(self):
        """The objective and the minimum."""
        starts = {"hyperbola": hyperbola, "parabola": parabola, "exponential": exponential}
        return network(self.seed) if self.problem == "network" else starts[self.problem]()

    @property
    def stated(self):
        """The stated drop."""
        objective, minimum, *_ = self.start
        return FlowStep(self.eta, self.rho).decrease(certificate(objective, minimum))


def observe(p, rng):
    if p.problem == "network":
        return averaged(p)
    objective, w, trace = p.start
    method = RandomlySmoothed(p.eta, 0.1, p.rho, math.inf)
    return mean(trace(w[None])[0] - trace(restarts(method, objective, w, count=p.draws, rng=rng)))


def averaged(p):
    """Return the drop averaged over the 2d axes: exact up to degree three in the draw, and so for the leading term."""
    objective, w, trace = p.start
    axes = np.concatenate([np.eye(w.size), -np.eye(w.size)])
    ends = np.array([w - p.eta * gradient_at(objective, w + p.rho * g) for g in axes])
    return np.mean(trace(w[None]) - trace(ends))


def descended(p, rng):
    """Return the drop in a step of gradient descent."""
    objective, w, trace = p.start
    return (trace(w[None]) - trace(restarts(GD(p.eta), objective, w, count=1, rng=rng)))[0]


CLAIM = Claim(
    id="ahn2024/decrease-per-step",
    title="each step lowers the trace by its squared gradient",
    statement=r"""From a minimum $\mathbb E[h(x_t)-h(x_{t+1})]=\frac{\eta\rho^2}{2}|\nabla
        h|^2(1+O(\eta)+O(\rho))$, $h=\overline{\mathrm{tr}}\circ\Phi$.""",
    source="Decrease per step",
    origin="derived",
    kind="equality",
    relation=WithinInterval(rtol=0.045),
    problem=Step,
    observe=observe,
    expect=lambda p: p.stated,
    fixed={"draws": 300_000},
    domain={
        "problem": Choice(("hyperbola", "parabola", "exponential", "network")),
        "eta": LogUniform(3e-4, 1e-3),
        "rho": LogUniform(0.01, 0.03),
        "seed": SEED,
    },
    corners=tuple(
        {"problem": name, "eta": eta, "rho": 0.03, "seed": 1}
        for name, eta in (("hyperbola", 1e-3), ("parabola", 1e-3), ("network", 5e-4))
    ),
    quick=2,
    full=197,
    seconds=0.03,
    note="On the network the mean over the draws is a quadrature. Lemma 2 has the order.",
    controls=(
        Control(
            "gradient descent",
            "at a minimum it does not move",
            observe=descended,
            change=lambda s: None if s.problem == "network" else s,
        ),
        Control("twice the coefficient", "the coefficient is a half", expect=lambda p: 2 * p.stated),
        Control("trace not divided by d", "d times the drop is stated then", expect=lambda p: 3 * p.stated),
    ),
)
