"""One perturbed step: what it may cost, and by how much it lowers the trace."""

import math

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform, Uniform, Whole
from flatlab.evidence.intervals import mean, power_law_slope
from flatlab.evidence.relations import AtMost, Estimate, WithinInterval
from flatlab.geometry.limit_map import certificate, limit_map
from flatlab.methods import GD, RandomlySmoothed
from flatlab.objectives import DiagonalNetwork, Product, Valley, hessian_trace, value
from flatlab.objectives.valleys.profiles import ExponentialTail, Parabola, Wave
from flatlab.simulation.trajectories import restarts
from flatlab.theory.escape import EscapeTheorem, FlowStep, StepCost
from paper_checks.ahn2024._settings import PAPER, README, gradient_at, sign_features


def _rises(setting, rng, projected):
    """Return the rises of f in one step from a point whose gradient has the length of the gate, and that point."""
    n, rho, eta = setting["n"], setting["rho"], setting["eta"]
    objective = Valley(Wave(2.0, setting["height"], setting["wavenumber"]), n)
    direction = rng.standard_normal(n)
    w = np.append(direction / np.linalg.norm(direction), setting["y"])
    gate = setting["gate"] * math.sqrt(eta) * rho
    for _ in range(60):  # the gradient is nearly linear in z
        w[:-1] *= gate / np.linalg.norm(gradient_at(objective, w))
    method = RandomlySmoothed(eta, eta, rho, math.inf, projected)
    ends = restarts(method, objective, w, count=setting["draws"], rng=rng)
    curvature = 2 + setting["height"] * np.cos(setting["wavenumber"] * ends[:, -1])
    return curvature * (ends[:, :-1] ** 2).sum(axis=1) / 2 - value(objective, w), gate


def _smoothness(setting, gate):
    """Return a Lipschitz constant of the gradient on the ball that a step and its perturbation can reach."""
    a, k = 2 + abs(setting["height"]), setting["wavenumber"]
    z = gate / (2 - abs(setting["height"])) + setting["rho"]
    bend = abs(setting["height"]) * k**2 * z**2 / 2
    return max(a, bend) + abs(setting["height"]) * k * z


def _observe_rise(setting, rng, projected=True):
    return float(_rises(setting, rng, projected)[0].max())


def _gate(setting):
    return setting["gate"] * math.sqrt(setting["eta"]) * setting["rho"]


def _expect_rise(setting, factor=1.0):
    gate = _gate(setting)
    smoothness = _smoothness(setting, gate)
    return factor * StepCost(setting["eta"], smoothness, smoothness * setting["rho"], gate).projected


_COST = {"n": 5, "rho": 0.05, "eta": 0.02, "gate": 0.6, "height": 0.0, "wavenumber": 1.0, "y": 0.3, "draws": 10000}
COST_DOMAIN = {
    "n": Whole(3, 8),
    "rho": LogUniform(0.01, 0.1),
    "eta": LogUniform(0.002, 0.05),
    "gate": Uniform(0.3, 1.2),
    "height": Uniform(-0.3, 0.3),
    "wavenumber": Uniform(0.3, 1.0),
    "y": Uniform(-2, 2),
    "draws": Choice((4000,)),
}

COST = Claim(
    id="ahn2024/cost-of-a-step",
    title="a projected perturbation raises the cost little",
    statement=r"In every draw $f(x_{t+1})-f(x_t)\le-\eta(1-\beta\eta/2)|\nabla f|^2+\beta\eta^2|v|^2/2$ with "
    r"$|v|\le\beta\rho$.",
    source=PAPER + ", Lemma 1 in words; formula: README, Cost of one step",
    origin="derived",
    kind="upper bound",
    relation=AtMost(tight_within=1.3),
    observe=_observe_rise,
    expect=_expect_rise,
    domain=COST_DOMAIN,
    corners=(_COST, {**_COST, "height": 0.3, "draws": 4000}),
    quick=3,
    full=60,
    note="Observed: the largest rise among all draws. The inequality holds draw by draw, so there is no tolerance.",
    controls=(
        Control("no projection", "the term of first order in the gradient returns",
                observe=lambda s, rng: _observe_rise(s, rng, False)),
        Control("half the bound", "the bound is nearly attained", expect=lambda s: _expect_rise(s, factor=0.5),
                change=lambda s: {**s, "height": 0.0, "n": 3}),
    ),
)  # fmt: skip

COST_UNPROJECTED = Claim(
    id="ahn2024/cost-without-projection",
    title="without the projection a step may cost more",
    statement=r"Over all $v$ of a given length, $f(x_{t+1})-f(x_t)\le\eta(|v|-|\nabla f|)\,[\,|\nabla "
    r"f|+\tfrac{\beta\eta}{2}(|v|-|\nabla f|)]$, $|v|\le|\nabla f|+\beta\rho$.",
    source=README + ", Cost of one step",
    origin="derived",
    kind="upper bound",
    relation=AtMost(tight_within=1.3),
    observe=lambda s, rng: _observe_rise(s, rng, False),
    expect=lambda s: _expect_unprojected(s),
    domain=COST_DOMAIN,
    corners=({**_COST, "n": 2, "gate": 2.0}, {**_COST, "height": 0.3, "draws": 4000}),
    quick=3,
    full=60,
    controls=(
        Control("the projected bound", "it misses the first-order term", expect=_expect_rise),
    ),
)  # fmt: skip


def _expect_unprojected(setting):
    gate = _gate(setting)
    smoothness = _smoothness(setting, gate)
    # v = grad f(x + rho g) is within beta rho of grad f(x); against the gradient it reaches beta rho - |grad f|
    return StepCost(setting["eta"], smoothness, max(smoothness * setting["rho"], gate), gate).unprojected


def _observe_ratio(setting, rng):
    return float(_rises(setting, rng, False)[0].max()) / StepCost(setting["eta"], 2.0, 2.0 * setting["rho"]).projected


def _expect_ratio(setting, factor=1.0):
    return factor * StepCost(setting["eta"], 2.0, 2.0 * setting["rho"], _gate(setting)).ratio


COST_RATIO = Claim(
    id="ahn2024/cost-ratio",
    title="how much the projection saves",
    statement=r"The worst rise without projection is $2\varepsilon_0/(\beta\eta|v|)$ times $\beta\eta^2|v|^2/2$ "
    r"to leading order, of order $(\delta\varepsilon)^{-1/2}$.",
    source=README + ", Cost of one step",
    origin="derived",
    kind="equality",
    relation=WithinInterval(1.0),
    observe=lambda s, rng: _as_logarithm(_observe_ratio(s, rng)),
    expect=lambda s: math.log2(_expect_ratio(s)),
    domain={**COST_DOMAIN, "n": Choice((2,)), "height": Choice((0.0,)), "gate": Uniform(2.0, 4.0),
            "eta": LogUniform(1e-4, 2e-3)},
    corners=({**_COST, "n": 2, "gate": 4.0, "eta": 5e-4, "draws": 4000},),
    quick=1,
    full=30,
    note="Logarithms to base 2: within a factor of two. Leading order, for a gate well below the perturbation.",
    controls=(
        Control("one", "the projection would save nothing", expect=lambda s: 0.0),
    ),
)  # fmt: skip


def _as_logarithm(ratio):
    logarithm = math.log2(ratio)
    return Estimate(logarithm, logarithm, logarithm)


# curvature, slope and start of two valleys, for many points at once
VALLEYS = {
    "parabola": (Parabola(1.0, 1.0), lambda y: 1 + y**2 / 2, lambda y: y, 1.2),
    "exponential": (ExponentialTail(1.0, 1.0, 1.0), lambda y: 1 + np.exp(-y), lambda y: -np.exp(-y), 0.0),
}


def _ends_along(points, curvature, slope):
    """Return where along the valley the flow from each point ends, by one midpoint step in u: to order u^3."""
    u, y = (points[:, :-1] ** 2).sum(axis=1) / 2, points[:, -1]
    middle = y - u * slope(y) / (4 * curvature(y))
    return y - u * slope(middle) / (2 * curvature(middle))


def _start(problem):
    """Return an objective, a minimum, and the trace at the limit over d as a function of many points."""
    if problem == "hyperbola":

        def trace(ends):
            return np.hypot(2.0, (ends[:, 0] - ends[:, 1]) * (ends[:, 0] + ends[:, 1])) / 2

        return Product(2), np.array([2.0, 0.5]), trace
    profile, curvature, slope, y = VALLEYS[problem]
    return (
        Valley(profile, 2),
        np.array([0.0, 0.0, y]),
        lambda ends: 2 / 3 * curvature(_ends_along(ends, curvature, slope)),
    )


def _drops(setting, rng, method=None, draws=None):
    """Return the drop of the trace in one step from a minimum, draw by draw, in units of the stated drop."""
    objective, w, trace = _start(setting["problem"])
    method = method or RandomlySmoothed(setting["eta"], 0.1, setting["rho"], math.inf)
    ends = restarts(method, objective, w, count=draws or setting["draws"], rng=rng)
    stated = FlowStep(setting["eta"], setting["rho"]).decrease(certificate(objective, w))
    return (trace(w[None])[0] - trace(ends)) / stated


def _observe_decrease(setting, rng, method=None):
    if setting["problem"] == "network":
        return _network_decrease(setting)
    return mean(_drops(setting, rng, method))


def _network_decrease(setting):
    """Return the drop averaged over the 2d axes, a rule exact for the leading term of degree three in the draw."""
    rng = np.random.default_rng(setting["seed"])
    objective = DiagonalNetwork(sign_features(rng, 4, 8), rng.standard_normal(4))
    w = limit_map(objective, rng.uniform(0.5, 1.5, 16))
    before, total = hessian_trace(objective, w) / w.size, 0.0
    for g in np.concatenate([np.eye(w.size), -np.eye(w.size)]):
        end = w - setting["eta"] * gradient_at(objective, w + setting["rho"] * g)
        total += (before - hessian_trace(objective, limit_map(objective, end)) / w.size) / (2 * w.size)
    ratio = total / FlowStep(setting["eta"], setting["rho"]).decrease(certificate(objective, w))
    return mean([ratio, ratio])


_DROP = {"problem": "hyperbola", "eta": 0.01, "rho": 0.05, "draws": 100000, "seed": 1}

DECREASE = Claim(
    id="ahn2024/decrease-per-step",
    title="each step lowers the trace by its squared gradient",
    statement=r"From a minimum $\mathbb E[h(x_t)-h(x_{t+1})]=\frac{\eta\rho^2}{2}|\nabla "
    r"h|^2(1+O(\eta)+O(\rho))$, $h=\overline{\mathrm{tr}}\circ\Phi$.",
    source=PAPER + ", Lemma 2 for the order; constant: README, Decrease per step",
    origin="derived",
    kind="equality",
    relation=WithinInterval(0.1),
    observe=_observe_decrease,
    expect=lambda setting: 1.0,
    domain={"problem": Choice(("hyperbola", "parabola", "exponential", "network")), "eta": LogUniform(1e-3, 5e-3),
            "rho": LogUniform(0.01, 0.05), "draws": Choice((60000,)), "seed": SEED},
    corners=(_DROP, {**_DROP, "problem": "parabola", "eta": 0.002}, {**_DROP, "problem": "network", "eta": 0.002}),
    quick=0,
    full=16,
    note="Observed in units of the stated drop. On the network the mean over the draws is a quadrature.",
    controls=(
        Control("gradient descent", "at a minimum it does not move",
                observe=lambda s, rng: mean(_drops(s, rng, GD(s["eta"]), 100)),
                change=lambda s: None if s["problem"] == "network" else s),
        Control("twice the coefficient", "the coefficient is a half", expect=lambda s: 2.0),
        Control("trace not divided by d", "d times the drop is stated then", expect=lambda s: 3.0),
    ),
)  # fmt: skip


def _observe_order(setting, rng, shrink_radius=True):
    """Return the exponent of the drop in the tolerance: the theorem's parameters, a certificate equal to its root."""
    scales = 0.2 * 1.8 ** -np.arange(5)
    drops = np.empty((setting["replicates"], 5))
    profile, curvature, slope, _ = VALLEYS["exponential"]
    for k, epsilon in enumerate(scales):
        c_rho = 0.3 if shrink_radius else 0.3 / math.sqrt(epsilon)
        p = EscapeTheorem(epsilon, setting["delta"], c_eta=0.05, c_rho=c_rho)
        w = np.array([0.0, 0.0, -math.log(1.5 * math.sqrt(epsilon))])
        method = RandomlySmoothed(p.eta, 0.1, p.rho, math.inf)
        for r in range(setting["replicates"]):
            ends = restarts(method, Valley(profile, 2), w, count=setting["draws"], rng=rng)
            drops[r, k] = 2 / 3 * np.mean(curvature(w[-1]) - curvature(_ends_along(ends, curvature, slope)))
    return power_law_slope(scales, drops)


DECREASE_ORDER = Claim(
    id="ahn2024/decrease-order",
    title="the decrease per step is of order epsilon cubed",
    statement=r"With the theorem's parameters and $|\nabla h|=\sqrt\varepsilon$ a step lowers $h$ by the order "
    r"$\delta^3\varepsilon^3$.",
    source=PAPER + ", Lemma 2",
    origin="quoted",
    kind="rate",
    relation=WithinInterval(0.2),
    observe=_observe_order,
    expect=lambda setting: 3.0,
    domain={"delta": Uniform(0.4, 1.0), "draws": Choice((2000,)), "replicates": Choice((12,))},
    corners=({"delta": 1.0, "draws": 400, "replicates": 12},),
    quick=0,
    full=3,
    note="Slope over five tolerances, one decade, with Student's interval over the replicates.",
    controls=(
        Control("radius kept", "the radius must shrink like the root of the tolerance",
                observe=lambda s, rng: _observe_order(s, rng, False)),
    ),
)  # fmt: skip
