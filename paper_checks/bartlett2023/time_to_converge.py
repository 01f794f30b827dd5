"""Time to converge against the relative eigengap, and the certified bounds on it."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform, Uniform, Whole
from flatlab.evidence.intervals import power_law_slope
from flatlab.evidence.relations import AtMost, Equal, WithinInterval
from flatlab.methods import GD
from flatlab.simulation.trajectories import trajectory
from flatlab.theory.sam import LocalTube, TrappingBall, hand_over, local_errors
from paper_checks.bartlett2023._settings import STABLE, problem

FIRST, LAST = 1e-2, 1e-8  # size of |w_2| / |w_1| between which steps are counted


def _plane(setting, gap):
    return problem({**setting, "d": 2, "gap": gap, "scale": 1.0})


def _steps_between(p):
    """Count the steps from ratio FIRST to ratio LAST, starting on the cycle."""
    start = np.array([p.radius, FIRST * p.radius])
    factor = abs(p.theory.multipliers()[1])
    path = trajectory(p.sam, p.objective, start, steps=int(1.2 * np.log(LAST / FIRST) / np.log(factor)) + 20)
    return int(np.argmax(np.abs(path[:, 1] / path[:, 0]) <= LAST))


def _predicted_steps(p):
    return np.log(LAST / FIRST) / np.log(abs(p.theory.multipliers()[1]))


TIME = Claim(
    id="bartlett2023/time",
    title="steps to converge",
    statement=r"In the plane $|w_2/w_1|$ falls from $10^{-2}$ to $10^{-8}$ in $\ln 10^{-6}/\ln|m_2|$ steps.",
    source="README, Multipliers of a two-cycle",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=0.01, atol=1.5),
    observe=lambda setting, rng: _steps_between(_plane(setting, setting["gap"])),
    expect=lambda setting: _predicted_steps(_plane(setting, setting["gap"])),
    domain={
        "h": Uniform(0.05, 1.95),
        "rho": LogUniform(1e-3, 1e3),
        "gap": LogUniform(1e-3, 0.1),
        "top": LogUniform(0.01, 100),
        "seed": SEED,
    },
    corners=tuple(
        {"h": 1.0, "rho": 0.1, "gap": gap, "top": 1.0, "seed": 1, "flat": 0.1} for gap in (0.1, 0.05, 0.0125, 0.00625)
    ),
    hypotheses=STABLE,
    quick=10,
    full=100,
    note="Tolerance: a step and a half for counting, one per cent for the start at 1e-2, where the rate still "
    "depends on the amplitude.",
    controls=(
        Control(
            "twice the rate",
            "two steps make a cycle, but the multiplier is per step",
            expect=lambda s: _predicted_steps(_plane(s, s["gap"])) / 2,
        ),
    ),
)

GAPS = tuple(0.03 / 2**k for k in range(6))


def _observe_gap_slope(setting, rng):
    """Slope of the time against the gap; replicates differ in h."""
    times = [
        [_steps_between(_plane({**setting, "h": h}, gap)) for gap in GAPS]
        for h in rng.uniform(0.1, 1.9, setting["replicates"])
    ]
    return power_law_slope(GAPS, times)


GAP_RATE = Claim(
    id="bartlett2023/gap-rate",
    title="time is inverse to the eigengap",
    statement=r"The time to converge grows as $1/\text{gap}$: $1-|m_2| = (4-h)\,\text{gap} + O(\text{gap}^2)$.",
    source="README, Multipliers of a two-cycle",
    origin="derived",
    kind="rate",
    relation=WithinInterval(tolerance=0.06),
    observe=_observe_gap_slope,
    expect=lambda setting: -1.0,
    domain={"rho": LogUniform(1e-3, 1e3), "top": LogUniform(0.01, 100), "replicates": Whole(24, 24), "seed": SEED},
    quick=1,
    full=6,
    note="Six gaps from 0.03 down to 0.001; the tolerance covers the second order in the gap.",
    controls=(
        Control("square root of the gap", "the rate is first order in the gap", expect=lambda s: -0.5),
        Control("square of the gap", "the rate is first order in the gap", expect=lambda s: -2.0),
    ),
)

# --- Theorem G followed by Theorem L ---------------------------------------------------------------

TOLERANCE = 1e-6


def _coordinates(p, path):
    """Radial error and tangent along a path."""
    u = np.abs(path * p.eigenvalues)
    norm = p.theory.cycle().gradient_norm
    leading = np.maximum(u[:, 0], 1e-100 * norm)
    return np.abs(leading / norm - 1), np.linalg.norm(u[:, 1:] / leading[:, None], axis=1)


def _entry(setting):
    """Return the problem, the iterate Theorem G counts from, and its step."""
    p = problem(setting)
    ball = TrappingBall(p.theory, np.linalg.norm(p.eigenvalues * p.start))
    return p, trajectory(p.sam, p.objective, p.start, steps=ball.entry)[-1], ball.entry


def _global_bound(setting):
    p, entered, entry = _entry(setting)
    return entry + hand_over(p.theory, p.eigenvalues * entered, TOLERANCE).iterations


def _hitting(setting, rng=None, method=None, longest=3e6):
    """First step at which radial error and tangent are both at most TOLERANCE."""
    p = problem(setting)
    steps = 4096
    while steps <= longest:
        path = trajectory(p.sam if method is None else method(p), p.objective, p.start, steps=steps)
        radial, tangent = _coordinates(p, path)
        hit = (radial <= TOLERANCE) & (tangent <= TOLERANCE)
        if hit.any():
            return int(np.argmax(hit))
        steps *= 8
    return np.inf


MODEST = {
    "d": Whole(2, 20),
    "h": Uniform(0.1, 1.9),
    "rho": LogUniform(1e-3, 1e3),
    "gap": LogUniform(0.02, 0.9),
    "top": LogUniform(1e-2, 1e2),
    "scale": LogUniform(0.3, 30.0),
    "seed": SEED,
}

GLOBAL = Claim(
    id="bartlett2023/global-bound",
    title="a certified number of steps from any start (Theorem G, then L)",
    statement=r"Radial error and tangent are at most $10^{-6}$ within $T_{far}+1+N_A+N_B$ steps and the steps of "
    r"Theorem L.",
    source="README, Theorem G; Hand-over from Theorem G to Theorem L",
    origin="derived",
    kind="upper bound",
    relation=AtMost(tight_within=1e5),
    observe=_hitting,
    expect=_global_bound,
    domain=MODEST,
    corners=(
        {"d": 3, "h": 1.0, "rho": 0.1, "gap": 0.3, "top": 1.0, "scale": 1.0, "seed": 1, "flat": 0.1},
        {"d": 2, "h": 0.2, "rho": 0.1, "gap": 0.5, "top": 1.0, "scale": 30.0, "seed": 1},
    ),
    hypotheses=STABLE,
    quick=12,
    full=200,
    note="Rigorous and loose: bound over actual is hundreds in the median.",
    controls=(
        Control(
            "only the local part", "the start is not in the tube yet", everywhere=False, expect=lambda s: _local_part(s)
        ),
        Control(
            "gradient descent",
            "GD never reaches the cycle",
            observe=lambda s, rng: _hitting(s, method=lambda p: GD(p.eta), longest=4096),
        ),
    ),
)


def _local_part(setting):
    p, entered, _ = _entry(setting)
    return hand_over(p.theory, p.eigenvalues * entered, TOLERANCE).in_tube


# --- Theorem L -------------------------------------------------------------------------------------


def _tube_start(setting):
    """Return a start at the setting's radial error and tangent, and its certified tube."""
    p = problem({**setting, "scale": 1.0})
    rng = np.random.default_rng(setting["seed"] + 1)
    leading = p.theory.cycle().gradient_norm * (1 + setting["radial"])
    others = rng.standard_normal(setting["d"] - 1)
    u = np.concatenate([[leading], others / np.linalg.norm(others) * setting["tangent"] * leading])
    return p, u / p.eigenvalues, LocalTube(p.theory, *local_errors(p.theory, u))


def _certified(setting):
    return _tube_start(setting)[2].certified


def _local_hitting(setting, rng=None):
    p, start, tube = _tube_start(setting)
    steps = 2 * tube.bound.hitting_time(TOLERANCE) + 10
    radial, tangent = _coordinates(p, trajectory(p.sam, p.objective, start, steps=min(steps, 200000)))
    hit = (radial <= TOLERANCE) & (tangent <= TOLERANCE)
    return int(np.argmax(hit)) if hit.any() else np.inf


TUBE = {
    "d": Whole(2, 50, log=True),
    "h": Uniform(0.05, 1.95),
    "rho": LogUniform(1e-3, 1e3),
    "gap": LogUniform(0.01, 0.9),
    "top": LogUniform(1e-2, 1e2),
    "radial": Uniform(-0.3, 0.3),
    "tangent": LogUniform(1e-4, 0.5),
    "seed": SEED,
}
IN_TUBE = {**STABLE, "the start lies in a certified tube": _certified}

LOCAL = Claim(
    id="bartlett2023/local-bound",
    title="a sharp number of steps from a certified tube (Theorem L)",
    statement=r"From a certified tube both errors are at most $10^{-6}$ once $K^tr_0$ and "
    r"$q^td_0+\frac{2-h}{2}r_0^2\,t\max(q,K^2)^{t-1}$ are.",
    source="README, Theorem L",
    origin="derived",
    kind="upper bound",
    relation=AtMost(tight_within=1.2),
    observe=_local_hitting,
    expect=lambda setting: _tube_start(setting)[2].bound.hitting_time(TOLERANCE),
    domain=TUBE,
    hypotheses=IN_TUBE,
    quick=20,
    full=400,
    controls=(
        Control(
            "half the steps",
            "the bound is sharp to a few per cent",
            everywhere=False,
            expect=lambda s: _tube_start(s)[2].bound.hitting_time(TOLERANCE) / 2,
        ),
        Control(
            "gradient descent's rate",
            "1 - h_d is not SAM's rate",
            everywhere=False,
            expect=lambda s: np.log(TOLERANCE) / np.log(_fastest(s)),
        ),
    ),
)


def _fastest(setting):
    p = problem({**setting, "scale": 1.0})
    return max(1e-3, float(np.abs(p.theory.multipliers()[1:]).min()))


def _worst_step(setting, rng=None, steps=40):
    """Largest r_t / (K^t r_0) over the first steps, above the rounding floor."""
    p, start, tube = _tube_start(setting)
    _, tangent = _coordinates(p, trajectory(p.sam, p.objective, start, steps=steps))
    bounds = tube.contraction ** np.arange(steps + 1) * tube.tangent
    seen = bounds > 1e-250
    return float((tangent[seen] / bounds[seen])[1:].max())


COUNTEREXAMPLE = {
    "d": 2,
    "h": 1.9,
    "rho": 1.0,
    "gap": 0.4,
    "top": 1.0,
    "radial": -0.5,
    "tangent": 1.0954,
    "seed": 1,
    "flat": 0.1,
}

STEPWISE = Claim(
    id="bartlett2023/tangent-contracts",
    title="the angle to the top axis shrinks by K at every step",
    statement=r"In a certified tube ($\delta<1$, $K<1$) $r_t \le K^t r_0$ for every $t$.",
    source="README, Theorem L",
    origin="derived",
    kind="upper bound",
    relation=AtMost(slack=1e-9, tight_within=1.05),
    observe=_worst_step,
    expect=lambda setting: 1.0,
    domain=TUBE,
    corners=(
        {"d": 2, "h": 0.5, "rho": 0.1, "gap": 0.3, "top": 1.0, "radial": 0.2, "tangent": 0.01, "seed": 1},
        {"d": 2, "h": 0.5, "rho": 0.1, "gap": 0.3, "top": 1.0, "radial": -0.2, "tangent": 0.01, "seed": 1},
    ),
    hypotheses=IN_TUBE,
    quick=20,
    full=400,
    note="Without delta < 1 the statement is false; the control shows a counterexample.",
    controls=(
        Control(
            "tube not certified",
            "delta is above 1 at h = 1.9, r_0 = 1.0954 and the first step breaks the bound",
            change=lambda s: dict(COUNTEREXAMPLE),
        ),
        Control(
            "multiplier in place of K",
            "K exceeds the multiplier in a tube of positive width",
            everywhere=False,
            observe=lambda s, rng: (
                _worst_step(s)
                * _tube_start(s)[2].contraction
                / max(
                    float(np.abs(_tube_start(s)[0].theory.multipliers()[1:]).max()),
                    1e-9,
                )
            ),
        ),
    ),
)


def _observe_ball(setting, rng):
    p, _, entry = _entry(setting)
    path = trajectory(p.sam, p.objective, p.start, steps=entry + 500)
    return float(np.linalg.norm(path[entry:] * p.eigenvalues, axis=1).max())


def _expect_ball(setting):
    p = problem(setting)
    return TrappingBall(p.theory, np.linalg.norm(p.eigenvalues * p.start)).radius


BALL = Claim(
    id="bartlett2023/trapping-ball",
    title="a ball that no orbit leaves",
    statement=r"From step $T_{far}+1$ on $|\Lambda w_t| \le (1-h_d)s^*$, $s^*=\eta\rho\lambda_1^2/(1-h)$ ($h<1$; "
    r"another radius for $h\ge1$).",
    source="README, Trapping ball",
    origin="derived",
    kind="upper bound",
    relation=AtMost(slack=1e-12, tight_within=1.5),
    observe=_observe_ball,
    expect=_expect_ball,
    domain={**MODEST, "scale": LogUniform(0.3, 1e4)},
    hypotheses=STABLE,
    quick=20,
    full=300,
    controls=(
        Control(
            "a ball a tenth as large",
            "the cycle itself lies outside",
            everywhere=False,
            expect=lambda s: _expect_ball(s) / 10,
        ),
        Control(
            "h above 2",
            "the orbit diverges",
            change=lambda s: {**s, "h": 2.5},
            observe=lambda s, rng: _observe_escape(s),
            expect=lambda s: _expect_ball({**s, "h": 1.9}),
        ),
    ),
)


def _observe_escape(setting):
    p = problem(setting)
    path = trajectory(p.sam, p.objective, p.start, steps=200, keep_divergence=True)
    return float(np.linalg.norm(path * p.eigenvalues, axis=1).max())
