r"""Single steps in closed form: outside the gate, and from a minimum, where the sample gradients vanish."""

import math

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform, Uniform, Whole
from flatlab.evidence.relations import Close
from flatlab.methods import RandomlySmoothed, SharpnessAwarePerturbation
from flatlab.objectives import Valley, ValleyRisk
from flatlab.objectives.valleys.profiles import ExponentialTail
from paper_checks.ahn2024.enclosures.substitute_direction import ENCLOSURE

PROFILE = ExponentialTail(1.0, 1.0, 1.0)  # a = 1 + exp(-y)
METHODS = {"smoothed": (RandomlySmoothed, Valley), "sharpness-aware": (SharpnessAwarePerturbation, ValleyRisk)}


def one_step(method, objective, w, rng):
    return trajectory(method, objective, w, steps=1, rng=rng)[-1]


def outside(s, rng, inside=False):
    """Return a step from a point whose gradient is larger than the gate, or smaller."""
    cls, objective = METHODS[s.method]
    length = np.linalg.norm(plain_gradient(s))
    gate = length * (1 + s.beyond) if inside else length / (1 + s.beyond)
    return one_step(cls(s.eta, s.eta_prime, s.rho, gate), objective(PROFILE, s.n), point(s), rng)


def point(s):
    return np.random.default_rng(s.seed).standard_normal(s.n + 1)


def plain_gradient(s):
    w = point(s)
    tail, share = math.exp(-w[-1]), 1 / s.n if s.method == "sharpness-aware" else 1.0
    return share * np.append((1 + tail) * w[:-1], -tail * (w[:-1] @ w[:-1]) / 2)


def from_minimum(s, rng, radius=1.0, minimum=True):
    """Return where a step of SAP from a minimum ends: the sizes across, the largest first, and the place along."""
    method = SharpnessAwarePerturbation(s.eta, 1.0, radius * s.rho, 1e9, offset=1e-9)
    start = np.append(np.full(s.n, 0.0 if minimum else s.rho), s.y)
    end = one_step(method, ValleyRisk(PROFILE, s.n), start, rng)
    return np.append(np.sort(np.abs(end[:-1]))[::-1], end[-1])


def stated(s):
    tail = math.exp(-s.y)
    across = np.append(s.eta * (1 + tail) * s.rho, np.zeros(s.n - 1))
    return np.append(across, s.y + s.eta * tail * s.rho**2 / 2)


SIZES = {"eta": LogUniform(1e-3, 0.3), "rho": LogUniform(1e-2, 1.0), "n": Whole(2, 8)}

CLAIMS = (
    Claim(
        id="ahn2024/plain-steps",
        title="outside the gate a step is that of gradient descent",
        statement=r"""Where $|\nabla f(x)|>\varepsilon_0$ both algorithms take $x^+=x-\eta'\nabla f(x)$: the step size
            is the other one and nothing is perturbed.""",
        source="What the paper states",
        origin="quoted",
        kind="equality",
        relation=Close(rtol=1e-14),
        observe=outside,
        expect=lambda s: point(s) - s.eta_prime * plain_gradient(s),
        domain={
            "method": Choice(tuple(METHODS)),
            **SIZES,
            "eta_prime": LogUniform(1e-3, 0.3),
            "beyond": LogUniform(1e-12, 1.0),
            "seed": SEED,
        },
        full=200,
        seconds=0.002,
        quick=5,
        note="beyond: by which share the gradient is larger than the gate.",
        controls=(
            Control(
                "inside the gate", "there the step is perturbed", observe=lambda s, rng: outside(s, rng, inside=True)
            ),
        ),
    ),
    Claim(
        id="ahn2024/substitute-direction",
        title="from a minimum the direction is taken beside it",
        statement=r"""From a minimum of $f_i=a(y)z_i^2/2$, where every $\nabla f_i=0$, a step of SAP moves one $z_i$ by
            $\pm\eta a\rho$ and $y$ by $-\eta a'\rho^2/2$: the direction is that of $\nabla f_i$ at a point nearby.""",
        source=("What the paper states", "Drift of the sharpness-aware perturbation"),
        origin="derived",
        kind="equality",
        relation=Close(rtol=1e-9),
        observe=from_minimum,
        expect=stated,
        domain={**SIZES, "y": Uniform(-1, 2)},
        quick=5,
        full=200,
        seconds=0.001,
        controls=(
            Control("no radius", "then it stays", observe=lambda s, rng: from_minimum(s, rng, radius=0.0)),
            Control(
                "off the minimum", "there it has a gradient", observe=lambda s, rng: from_minimum(s, rng, minimum=False)
            ),
        ),
        enclosure=ENCLOSURE,
    ),
)
