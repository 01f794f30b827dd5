"""The limit map of the gradient flow, and the certificate it gives."""

import numpy as np
from scipy.optimize import minimize

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice
from flatlab.evidence.relations import Equal
from flatlab.geometry.limit_map import certificate, closed_limit, flow_limit, limit_map, trace_gradient_along
from flatlab.methods import GD
from flatlab.objectives import (
    DiagonalNetwork,
    Product,
    RankOne,
    Valley,
    ValleyRisk,
    hessian,
    hessian_trace,
    trace_gradient,
    value,
)
from flatlab.objectives.valleys.profiles import ExponentialTail, Parabola, PowerTail, Wave
from paper_checks.ahn2024._settings import PAPER, README, gradient_at, sign_features

PROBLEMS = ("hyperbola", "triple product", "parabola", "exponential", "power", "wave", "risk", "network", "rank one")
SOURCE = README + ", Limit map and certificate"


def _problem(setting):
    """Return an objective and a point from which the gradient flow ends at a minimum, some way off."""
    rng, name = np.random.default_rng(setting["seed"]), setting["problem"]
    profiles = {
        "parabola": Parabola(rng.uniform(0.5, 2), rng.uniform(0.5, 3)),
        "exponential": ExponentialTail(rng.uniform(0, 1), rng.uniform(0.5, 2), rng.uniform(-1.5, 1.5)),
        "power": PowerTail(rng.uniform(0, 1), rng.uniform(0.5, 2), rng.uniform(0.3, 2)),
        "wave": Wave(rng.uniform(1.5, 3), rng.uniform(-1, 1), rng.uniform(0.5, 4), rng.uniform(-3, 3)),
    }  # fmt: skip
    if name in profiles:
        return Valley(profiles[name], 2), np.append(rng.standard_normal(2), rng.uniform(0.5, 1.5))
    if name == "risk":
        return ValleyRisk(profiles["parabola"], 3), np.append(rng.standard_normal(3), rng.uniform(0.5, 1.5))
    if name == "hyperbola":
        return Product(2), rng.uniform(0.3, 2.5, 2)
    if name == "triple product":
        return Product(3), rng.uniform(0.4, 1.8, 3)
    if name == "network":
        objective = DiagonalNetwork(sign_features(rng, 3, 6), rng.standard_normal(3))
        return objective, rng.choice([-1.0, 1.0], 12) * rng.uniform(0.4, 1.2, 12)
    objective, parts = RankOne(rng.standard_normal(3), rng.standard_normal(4), rng.uniform(0.5, 2)), []
    for unit in (objective.left, objective.right):  # some way along the singular vector, and some way off it
        off = rng.standard_normal(unit.size)
        parts.append(rng.uniform(0.6, 1.8) * unit + 0.4 * (off - (off @ unit) * unit))
    return objective, np.concatenate(parts)


def _observe_limit(setting, rng, other=flow_limit):
    objective, w = _problem(setting)
    return float(np.abs(limit_map(objective, w) - other(objective, w)).max())


def _descent_limit(objective, w):
    """Return where gradient descent of a moderate step ends: near the limit of the flow, to the order of the step."""
    curvature = max(np.linalg.eigvalsh(hessian(objective, w))[-1], 1.0)
    full = objective._replace(batch=len(objective.labels)) if isinstance(objective, DiagonalNetwork) else objective
    return trajectory(GD(0.2 / curvature), full, w, steps=4000, record_every=4000, rng=np.random.default_rng(0))[-1]


LIMIT = Claim(
    id="ahn2024/limit-map",
    title="closed forms of the limit of the gradient flow",
    statement=r"$\Phi(x)=\lim_{t\to\infty}x(t)$, $\dot x=-\nabla f(x)$: its closed form is where a stiff solver "
    r"of the flow ends.",
    source=README + ", Test problems",
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-8),
    observe=_observe_limit,
    expect=lambda setting: 0.0,
    domain={"problem": Choice(PROBLEMS), "seed": SEED},
    corners=tuple({"problem": name, "seed": 1} for name in PROBLEMS),
    quick=3,
    full=150,
    note="Observed: the largest difference of a coordinate. The solver's own accuracy sets the tolerance.",
    controls=(
        Control("gradient descent in place of the flow", "its end is off by the order of the step size",
                observe=lambda s, rng: _observe_limit(s, rng, _descent_limit),
                change=lambda s: s if s["problem"] in ("hyperbola", "parabola", "network") else None),
    ),
)  # fmt: skip


def _limit_trace_gradient(objective, w, step=2e-3):
    """Return the gradient of h = (tr Hess f after Phi) / d at w, by differences of eighth order."""
    weights = {1: 4 / 5, 2: -1 / 5, 3: 4 / 105, 4: -1 / 280}
    out = np.zeros(w.size)
    for i in range(w.size):
        for k, weight in weights.items():
            for sign in (1.0, -1.0):
                moved = w.copy()
                moved[i] += sign * k * step
                out[i] += sign * weight * hessian_trace(objective, closed_limit(objective, moved)) / step
    return out / w.size


def _observe_certificate(setting, rng):
    objective, w = _problem(setting)
    minimum = closed_limit(objective, w)
    stated = trace_gradient_along(objective, minimum) / w.size
    differences = _limit_trace_gradient(objective, minimum)
    return [float(np.linalg.norm(differences)), float(np.linalg.norm(differences - stated))]


def _expect_certificate(setting, formula=certificate):
    objective, w = _problem(setting)
    return [formula(objective, closed_limit(objective, w)), 0.0]


def _unprojected(objective, minimum):
    return float(np.linalg.norm(trace_gradient(objective, minimum))) / minimum.size


SMOOTH = ("hyperbola", "triple product", "network", "rank one", "parabola")

CERTIFICATE = Claim(
    id="ahn2024/certificate",
    title="the certificate is the projected gradient of the trace",
    statement=r"On $X^*$: $\nabla(\overline{\mathrm{tr}}\circ\Phi)=P_T\nabla\mathrm{tr}\,\nabla^2f/d$, $P_T$ the "
    r"projector on the kernel of the Hessian.",
    source=SOURCE,
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-8, rtol=1e-8),
    observe=_observe_certificate,
    expect=_expect_certificate,
    domain={"problem": Choice(SMOOTH), "seed": SEED},
    corners=tuple({"problem": name, "seed": 4} for name in SMOOTH),
    quick=2,
    full=60,
    note="Observed: differences of the trace at the limit, of eighth order; the difference from the stated "
    "vector is the second number.",
    controls=(
        Control("trace not divided by d", "the definition is normalised",
                expect=lambda s: _expect_certificate(s, lambda f, x: x.size * certificate(f, x))),
        Control("no projection", "part of the gradient points across the minima",
                expect=lambda s: _expect_certificate(s, _unprojected),
                change=lambda s: None if s["problem"] == "parabola" else s),
    ),
)  # fmt: skip


def _observe_projection(setting, rng, trace_of=None):
    objective, w = _problem(setting)
    along = _limit_trace_gradient(objective, w) if trace_of is None else trace_of(objective, w)
    slope = gradient_at(objective, w)
    size = np.linalg.norm(along) * np.linalg.norm(slope)
    u = np.random.default_rng(setting["seed"] + 1).standard_normal(w.size)
    projected = u - (u @ slope) / (slope @ slope) * slope
    lost = along @ (projected - u) / (np.linalg.norm(along) * np.linalg.norm(u))
    return [along @ slope / size, lost]


PROJECTION = Claim(
    id="ahn2024/projection-keeps-drift",
    title="the projection takes nothing from the drift",
    statement=r"$\partial\Phi(x)\nabla f(x)=0$ off the minima too, so "
    r"$\langle\nabla(\overline{\mathrm{tr}}\circ\Phi),\mathrm{Proj}_\perp "
    r"u\rangle=\langle\nabla(\overline{\mathrm{tr}}\circ\Phi),u\rangle$.",
    source=README + ", Projection identity",
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-8),
    observe=_observe_projection,
    expect=lambda setting: 0.0,
    domain={"problem": Choice(SMOOTH), "seed": SEED},
    corners=tuple({"problem": name, "seed": 4} for name in SMOOTH),
    quick=2,
    full=60,
    note="Observed: the cosine of the two gradients, and the share of a random vector's drift that the "
    "projection takes.",
    controls=(
        Control("trace at the point itself", "only the trace at the limit is constant along the flow",
                observe=lambda s, rng: _observe_projection(s, rng, trace_gradient)),
    ),
)  # fmt: skip


def _observe_disjoint(setting, rng, objective_of_search=None):
    """Return the minimiser's size, the loss there, and the smallest curvature of f there."""
    search = objective_of_search or (lambda w: hessian_trace(Product(2), w))
    found = minimize(search, setting["start"], method="BFGS", options={"gtol": 1e-10}).x
    return [
        float(np.linalg.norm(found)),
        float(value(Product(2), found)),
        np.linalg.eigvalsh(hessian(Product(2), found))[0],
    ]


def _trace_on_minima(w):
    return hessian_trace(Product(2), closed_limit(Product(2), w)) + value(Product(2), w)


DISJOINT = Claim(
    id="ahn2024/disjoint-minima",
    title="minima of f and minima of the trace may be disjoint",
    statement=r"For $f=(xy-1)^2/2$ the trace $x^2+y^2$ has its only minimum at the origin, a saddle of $f$ with "
    r"$f=1/2$ and curvature $-1$.",
    source=PAPER + ", Example 1 in words; the instance: README, Test problems",
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-7),
    observe=_observe_disjoint,
    expect=lambda setting: [0.0, 0.5, -1.0],
    corners=({"start": [1.7, 0.4]}, {"start": [-2.0, -0.6]}, {"start": [0.3, 0.9]}),
    controls=(
        Control("trace along the minima", "restricted to xy = 1 the trace has its minimum at (1, 1)",
                observe=lambda s, rng: _observe_disjoint(s, rng, _trace_on_minima)),
    ),
)  # fmt: skip
