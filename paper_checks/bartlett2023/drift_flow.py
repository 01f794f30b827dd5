"""Long runs: SAM follows the drift flow, its sharpness falls, and it rests where the sharpness is stationary."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, Uniform, Whole
from flatlab.evidence.relations import AtLeast, WithinInterval
from flatlab.geometry.bounce import bounce_centres, bounce_frame, bounce_start, follow_drift, nearest_minimum
from flatlab.geometry.curvature import leading_curvature
from flatlab.methods import GD, SAM
from flatlab.objectives import hessian, third_derivative
from flatlab.objectives.valleys.profiles import profile_at
from flatlab.theory.sam import TwoCycle, integrate_drift, integrate_ravine_drift
from paper_checks.bartlett2023._drift_settings import (
    CURVED,
    PHENOMENON,
    REPLICATES,
    STABLE,
    curved_problem,
    order_in_rho,
    ravines,
)

LONG = np.geomspace(0.02, 0.08, 5)  # a + rho of the runs over a fixed time
SHORTER = LONG / 2
RESTING = np.geomspace(0.004, 0.015, 5)
AT_REST, REST_TIME = 1e-4, 15.0
NEWTON_STEPS = 6
TOLERANCE = 0.25


def _even_steps(bounce, rho, time):
    """Return the even number of steps that covers ``time = eta rho^2 t``."""
    return 2 * int(np.ceil(time / (bounce.eta * rho**2) / 2))


def _late_centre(bounce, rho, steps, method=None):
    """Return the bounce centre after ``steps`` steps."""
    method = SAM(bounce.eta, rho) if method is None else method
    start = bounce_start(bounce.frame, bounce.eta, rho)
    late = trajectory(method, bounce.objective, start, steps=steps, record_every=steps)[-1]
    return bounce_centres(trajectory(method, bounce.objective, late, steps=1))[0]


def _rank(bounce):
    return bounce.frame.minimum.size - bounce.frame.kernel_dimension


def _order_against(flow, problems, method=None, reaches=LONG):
    """Return the order in rho of the distance between the minimum under the bounce and ``flow(bounce, times)``."""

    def observe(setting, rng):
        flows = {}  # one integration serves all radii

        def error(bounce, rho):
            radii = [bounce.rho(reach) for reach in reaches]
            steps = [_even_steps(bounce, radius, setting["time"]) for radius in radii]
            if id(bounce) not in flows:
                times = bounce.eta * np.array(steps) * np.square(radii)
                distinct, where = np.unique(times, return_inverse=True)
                flows[id(bounce)] = flow(bounce, distinct)[where]
            k = radii.index(rho)
            centre = _late_centre(bounce, rho, steps[k], None if method is None else method(bounce.eta))
            return nearest_minimum(bounce.objective, centre, _rank(bounce)) - flows[id(bounce)][k]

        return order_in_rho(problems(setting), error, reaches)

    return observe


def _ravine_flow(bounce, times, corrected=True):
    """Return the flow; uncorrected, without the factor (2/(2-h))^2."""

    def curvature(y):
        return profile_at(bounce.objective.profile, float(y))[0]

    def slope(y):
        share = 1.0 if corrected else 1.0 / TwoCycle(curvature(y), bounce.eta).amplitude_correction
        return share * profile_at(bounce.objective.profile, float(y))[1]

    path = integrate_ravine_drift(curvature, slope, bounce.frame.minimum[1], times, bounce.eta)
    return np.column_stack([np.zeros_like(path), path])


def _slower_flow(bounce, times):
    return _ravine_flow(bounce, times, corrected=False)


def _starts(setting):
    return [pool[:2] for pool in ravines(setting)]


FLOW_IN_A_RAVINE = Claim(
    id="bartlett2023/drift-flow-in-a-ravine",
    title="SAM follows the drift flow in a ravine",
    statement=r"Over $t=T/(\eta\rho^2)$ steps $|y_t-y(T)| = O(\rho^2)$, $\dot y = -\frac12(2/(2-\eta a(y)))^2a'(y)$.",
    source=PHENOMENON + "README, Drift flow (checked numerically, not proved)",
    origin="derived",
    kind="rate",
    relation=WithinInterval(TOLERANCE),
    observe=_order_against(_ravine_flow, _starts),
    expect=lambda setting: 2.0,
    domain={
        "h": Uniform(0.1, 1.2),
        "profile": Choice(("bowl", "slope", "hill")),
        "time": Uniform(0.2, 0.8),
        "seed": SEED,
    },
    corners=({"h": 0.3, "profile": "bowl", "time": 0.5, "seed": 1},),
    hypotheses=STABLE,
    quick=0,
    full=15,
    note="Observed: the order in rho of the distance to the flow at a fixed time, "
    "over five radii and ten random ravines.",
    controls=(
        Control(
            "amplitude correction dropped",
            "the slower flow is left behind: order 0",
            observe=_order_against(_slower_flow, _starts),
        ),
        Control("gradient descent", "it does not drift: order 0", observe=_order_against(_ravine_flow, _starts, GD)),
    ),
)


def _one_curved(setting):
    return curved_problem(setting, np.random.default_rng(setting["seed"]))


def _pairs(setting):
    """Return replicates of two pooled problems."""
    draws = np.random.default_rng(setting["seed"])
    return [[curved_problem(setting, draws) for _ in range(2)] for _ in range(REPLICATES)]


def _manifold_flow(bounce, times):
    return follow_drift(bounce.objective, bounce.frame.minimum, times, bounce.eta)


def _trace_flow(bounce, times):
    """Return a flow down the trace of the Hessian, at the sharpness of the start."""

    def slope(z):
        across = np.linalg.eigh(hessian(bounce.objective, z))[1][:, -_rank(bounce) :]
        full = sum(third_derivative(bounce.objective, z, v) for v in across.T)  # the kernel adds nothing along itself
        return full - across @ (across.T @ full)

    return integrate_drift(lambda z: bounce.frame.sharpness, slope, bounce.frame.minimum, times, bounce.eta)


FLOW_ON_A_MANIFOLD = Claim(
    id="bartlett2023/drift-flow-on-a-manifold",
    title="SAM follows the drift flow along a curved manifold",
    statement=r"Over $t=T/(\eta\rho^2)$ steps the minimum under the bounce stays within $O(\rho^2)$ of the flow "
    r"$\dot z = -\frac12(2/(2-\eta\lambda_1))^2P\nabla\lambda_1$.",
    source=PHENOMENON + "README, Drift flow (checked numerically, not proved)",
    origin="derived",
    kind="rate",
    relation=WithinInterval(TOLERANCE),
    observe=_order_against(_manifold_flow, _pairs, reaches=SHORTER),
    expect=lambda setting: 2.0,
    domain={**CURVED, "h": Uniform(0.2, 1.2), "time": Uniform(0.3, 0.6)},
    corners=({"h": 0.5, "model": "tanh", "d": 8, "m": 3, "time": 0.5, "seed": 4},),
    hypotheses=STABLE,
    quick=0,
    full=6,
    controls=(
        Control("gradient descent", "it does not drift: order 0", observe=_order_against(_manifold_flow, _pairs, GD)),
        Control("trace", "SAM does not go down the trace: order 0", observe=_order_against(_trace_flow, _pairs)),
    ),
)


def _resting(setting):
    """Return problems moved to where their drift flow rests at ``REST_TIME``; restless ones are drawn again."""
    draws = np.random.default_rng(setting["seed"])

    def draw():
        while True:
            bounce = curved_problem(setting, draws)
            end = follow_drift(bounce.objective, bounce.frame.minimum, [REST_TIME], bounce.eta)[-1]
            frame = bounce_frame(bounce.objective, nearest_minimum(bounce.objective, end, _rank(bounce)))
            if np.linalg.norm(frame.tangential) < AT_REST:
                return bounce._replace(frame=frame)

    return [[draw()] for _ in range(REPLICATES)]


def _two_cycle(bounce, rho):
    """Return the centre of SAM's two-cycle near the bounce, by Newton's method, and its largest multiplier."""

    def two_steps(w):
        return trajectory(SAM(bounce.eta, rho), bounce.objective, w, steps=2, record_every=2)[-1]

    w, width = bounce_start(bounce.frame, bounce.eta, rho), 1e-4 * rho
    for _ in range(NEWTON_STEPS):
        jacobian = np.array([two_steps(w + e) - two_steps(w - e) for e in width * np.eye(w.size)]).T / (2 * width)
        w = w - np.linalg.solve(jacobian - np.eye(w.size), two_steps(w) - w)
    pair = trajectory(SAM(bounce.eta, rho), bounce.objective, w, steps=1)
    return pair.mean(axis=0), np.abs(np.linalg.eigvals(jacobian)).max()


def _slope_under(bounce, centre):
    return bounce_frame(bounce.objective, nearest_minimum(bounce.objective, centre, _rank(bounce))).tangential


def _observe_rest(setting, rng):
    """Return the order in rho of ``|P grad lambda_max|`` at the minimum under the two-cycle, and its stability."""
    problems, multipliers = _resting(setting), []

    def error(bounce, rho):
        centre, multiplier = _two_cycle(bounce, rho)
        multipliers.append(multiplier)
        return _slope_under(bounce, centre)

    order = order_in_rho(problems, error, RESTING)
    return order if max(multipliers) < 1 else order._replace(value=0.0, low=0.0, high=0.0)


def _observe_gd_rest(setting, rng):
    def error(bounce, rho):
        return _slope_under(bounce, _late_centre(bounce, rho, 200, GD(bounce.eta)))

    return order_in_rho(_pairs(setting), error, LONG)


REST = Claim(
    id="bartlett2023/rest-where-the-sharpness-is-stationary",
    title="SAM rests at a stationary point of the sharpness on the manifold",
    statement=r"Where the drift flow comes to rest SAM has a stable two-cycle, and the minimum under its centre has "
    r"$P\nabla\lambda_1 = O(\rho^2)$.",
    source=PHENOMENON + "README, Drift flow (checked numerically, not proved)",
    origin="derived",
    kind="rate",
    relation=WithinInterval(TOLERANCE),
    observe=_observe_rest,
    expect=lambda setting: 2.0,
    domain={"h": Uniform(0.5, 1.0), "model": Choice(("cubic",)), "d": Whole(4, 4), "m": Whole(3, 3), "seed": SEED},
    corners=({"h": 0.8, "model": "cubic", "d": 4, "m": 3, "seed": 6},),
    hypotheses=STABLE,
    quick=0,
    full=3,
    note="The minima form a curve here. The cycle is found by Newton's method on two steps; that SAM gets there is the "
    "subject of bartlett2023/drift-flow-on-a-manifold.",
    controls=(
        Control("gradient descent", "it stays where it started, away from rest: order 0", observe=_observe_gd_rest),
    ),
)


def _least_fall(setting, rng, method=SAM):
    """Return the smallest fall of the sharpness between two records, in units of the flow's."""
    bounce = _one_curved(setting)
    rho = bounce.rho(0.05)
    block = _even_steps(bounce, rho, setting["time"] / 8)
    stepper = method(bounce.eta, rho) if method is SAM else method(bounce.eta)
    start = bounce_start(bounce.frame, bounce.eta, rho)
    path = trajectory(stepper, bounce.objective, start, steps=8 * block, record_every=block)
    minima = []
    for point in path:
        pair = trajectory(stepper, bounce.objective, point, steps=1)
        minima.append(nearest_minimum(bounce.objective, pair.mean(axis=0), _rank(bounce)))
    times = block * bounce.eta * rho**2 * np.arange(1, 9)
    flow = np.vstack([bounce.frame.minimum, follow_drift(bounce.objective, bounce.frame.minimum, times, bounce.eta)])
    falls, expected = (-np.diff([_top(bounce.objective, z) for z in points]) for points in (minima, flow))
    return float((falls / expected).min())


def _top(objective, z):
    return leading_curvature(objective, z).value


SHARPNESS_FALLS = Claim(
    id="bartlett2023/sharpness-falls",
    title="the sharpness falls all along the drift",
    statement=r"Between any two records of a run the largest eigenvalue at the minimum under the bounce falls, by at "
    r"least half of what $\lambda_1$ loses along the flow.",
    source=PHENOMENON + "README, Drift flow (checked numerically, not proved)",
    origin="derived",
    kind="ordering",
    relation=AtLeast(),
    observe=_least_fall,
    expect=lambda setting: 0.5,
    domain={**CURVED, "h": Uniform(0.2, 1.2), "time": Uniform(0.3, 0.6)},
    corners=({"h": 0.5, "model": "tanh", "d": 8, "m": 3, "time": 0.5, "seed": 4},),
    hypotheses=STABLE,
    quick=3,
    full=40,
    note="Observed: the smallest fall between records in units of the flow's, where it is 1 - O(rho^2).",
    controls=(Control("gradient descent", "its sharpness stays", observe=lambda s, rng: _least_fall(s, rng, GD)),),
)
