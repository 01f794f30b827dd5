"""Lower bounds L1 to L3: for every fixed step size there is a convex instance on which no iterate is good.

A setting: C, the gap D^2 (``gap``), steps T, samples k, ``nu`` = sigma^2/(k T C D^2) and ``h`` = eta C in (0, 2).
"""

import numpy as np

from flatlab import track
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Whole
from flatlab.evidence.relations import AtLeast, Equal
from flatlab.methods import NSO, NoiseInjection
from flatlab.methods.noise_laws import Rademacher
from flatlab.objectives.observables import SquaredGradientNorm
from flatlab.simulation.second_moments import running_moments
from flatlab.theory.noise import NoisyDescent, QuadraticInstance, best_step
from paper_checks.zhang2024.problems.hard_instances import fresh_quadratic, huber_ramp

SETTINGS = {
    "C": LogUniform(0.1, 10.0),
    "gap": LogUniform(0.1, 10.0),
    "T": Whole(1, 100_000, log=True),
    "k": Whole(1, 16, log=True),
    "nu": LogUniform(1e-6, 3.0),
    "h": LogUniform(1e-4, 1.999),
}
_PLAIN = {"C": 1.0, "gap": 1.0, "k": 1}
FIXED_STEP = {"eta C is in (0, 2)": lambda s: 0 < s["h"] < 2}


def arguments(setting):
    """Return C, D^2, sigma, T, k."""
    c, gap, steps, k = setting["C"], setting["gap"], setting["T"], setting["k"]
    return NoisyDescent(c, gap, float(np.sqrt(setting["nu"] * k * steps * c * gap)), steps, k)


def warm_minimum(eta, setting, start="warm"):
    """Return min over 1..T of E|grad|^2 on the instance built against ``eta``, from the moment recursion."""
    c, _, _, steps, k = arguments(setting)
    found = QuadraticInstance(eta, arguments(setting), start)
    variances, moments = [0.0, found.sigma**2 / k], [found.slow**2, found.fast**2]
    return running_moments(eta, [found.kappa, c], variances, moments, [steps]).minimum[0]


def _observe_warm(setting, rng, start="warm"):
    return warm_minimum(setting["h"] / setting["C"], setting, start)


def _expect_warm(setting, factor=1.0):
    return factor * arguments(setting).warm_quadratic


WARM = Claim(
    id="zhang2024/lower-bound-quadratic",
    title="L1: a quadratic against every fixed step size",
    statement=r"For every $\eta\in(0,2/C)$ a quadratic has $\min_{1\le t\le T}E|\nabla F(W_t)|^2 \ge \min\{2qCD^2, "
    r"[\sqrt{2q}-q\sqrt\nu/4]\,D\sqrt{C\sigma^2/(kT)}\}$.",
    source="README, L1; that some convex quadratic obeys a bound of this order: the authors' poster, eq. 5",
    origin="derived",
    kind="lower bound",
    relation=AtLeast(slack=1e-9, tight_within=1.015),
    observe=_observe_warm,
    expect=_expect_warm,
    domain=SETTINGS,
    corners=tuple(
        {**_PLAIN, "T": T, "nu": nu, "h": h}
        for T, nu, h in (
            (1000, 0.01, 0.0086),
            (1, 0.5, 1.0),
            (100, 3.0, 1.999),
            (1000, 1e-6, 1e-4),
            (10_000, 0.01, 0.00086),
        )
    ),
    hypotheses=FIXED_STEP,
    quick=30,
    full=2000,
    note="Exact second moments, from the stationary law of the noisy direction.",
    controls=(
        Control(
            "cold start",
            "without its stationary noise the instance is easy at early times",
            observe=lambda s, rng: _observe_warm(s, rng, "cold"),
            everywhere=False,
            change=lambda s: {**s, "T": 10_000, "nu": 0.01, "h": 0.02},
        ),
        Control("3% more", "the bound is attained to 1.5%", expect=lambda s: _expect_warm(s, 1.03), everywhere=False),
    ),
)


def _best_over_grid(setting, rng, start="warm"):
    """Least value over a grid of step sizes around the best one, in units of the bound."""
    best = best_step(setting["nu"], setting["T"], start).eta
    grid = [eta for eta in best * np.geomspace(0.1, 10.0, 41) / setting["C"] if eta * setting["C"] < 2]
    found = min(warm_minimum(eta, setting, start) for eta in grid)
    return found / arguments(setting).warm_quadratic


ATTAINED = Claim(
    id="zhang2024/lower-bound-attained",
    title="the best step size attains L1 to 1.5%",
    statement="The step size that does best on the instance built against it comes within 1.5% of L1 for "
    r"$\nu\le.01$ and $T\sqrt\nu\ge30$.",
    source="README, L1",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=0.015),
    observe=_best_over_grid,
    expect=lambda setting: 1.0,
    domain={
        "C": LogUniform(0.1, 10.0),
        "gap": LogUniform(0.1, 10.0),
        "T": Whole(1000, 10_000, log=True),
        "k": Whole(1, 16, log=True),
        "nu": LogUniform(1e-3, 0.01),
    },
    corners=({**_PLAIN, "T": 1000, "nu": 0.01},),
    hypotheses={
        "nu is at most .01 and T sqrt(nu) at least 30": lambda s: s["nu"] <= 0.01 and s["T"] * s["nu"] ** 0.5 >= 30
    },
    note="Both limits matter: the best step has eta C = .86/(T sqrt(nu)), and L1 takes 1/(2 - eta C) for 1/2.",
    quick=1,
    full=20,
    controls=(
        Control("limit constant 1", "the limit is the root of 2/e = .858", expect=lambda s: 1 / 0.8578),
        Control("cold start", "the cold instance is easier", observe=lambda s, rng: _best_over_grid(s, rng, "cold")),
    ),
)

PATHS = {**SETTINGS, "T": Whole(1, 200, log=True), "k": Whole(1, 4), "s": LogUniform(0.01, 1.0)}
_PATH_CORNERS = tuple(
    {**_PLAIN, "T": T, "k": k, "nu": 0.1, "h": h, "s": 0.3} for T, k, h in ((200, 1, 0.05), (50, 4, 1.9))
)


def _fresh_path(setting, rng, method=None):
    """Squared gradient norms of one run of the method itself, over the closed form, t = 1..T."""
    eta = setting["h"] / setting["C"]
    instance = fresh_quadratic(eta, *arguments(setting))
    method = NSO(eta, setting["s"], setting["k"]) if method is None else method(eta, setting["s"], setting["k"])
    steps = setting["T"]
    path = track(method, instance.objective, instance.start, SquaredGradientNorm(), steps=steps, rng=rng)[1:]
    ratios = path / QuadraticInstance(eta, arguments(setting)).path(np.arange(1, steps + 1))
    return [ratios.min(), ratios.max(), path.min() / arguments(setting).warm_quadratic]


EVERY_PATH = Claim(
    id="zhang2024/lower-bound-every-path",
    title="L2: the same on every path",
    statement=r"With $\pm\sigma$ on a fresh coordinate for every sample $|\nabla F(W_t)|^2 = "
    r"\kappa^2w_1(0)^2(1-\eta\kappa)^{2t} + C\eta\sigma^2/(k(2-\eta C))$ on every path.",
    source="README, L2",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-10),
    observe=lambda s, rng: _fresh_path(s, rng)[:2],
    expect=lambda setting: 1.0,
    domain=PATHS,
    corners=_PATH_CORNERS,
    hypotheses=FIXED_STEP,
    quick=6,
    full=200,
    note="One run of the method on 2 + kT coordinates; the pair cancels its weight noise. Observed: the smallest "
    "and the "
    "largest ratio to the closed form along the path.",
    controls=(
        Control(
            "one-sided noise",
            "its weight noise does not cancel",
            observe=lambda s, rng: _fresh_path(s, rng, NoiseInjection)[:2],
            change=lambda s: {**s, "s": 0.3 * s["gap"] ** 0.5},
        ),
    ),
)


def _ramp(setting, rng, method=NSO, bounded=True):
    """Least squared gradient norm over t = 0..T of one run on the Huber slope with bounded weight noise."""
    eta, s = setting["h"] / setting["C"], setting["s"]
    instance = huber_ramp(eta, *arguments(setting), room=s if bounded else 0.0)
    run = method(eta, s, setting["k"], law=Rademacher())
    path = track(run, instance.objective, instance.start, SquaredGradientNorm(), steps=setting["T"], rng=rng)
    return path.min()


def _expect_ramp(setting, factor=1.0):
    return factor * arguments(setting).huber


HUBER = Claim(
    id="zhang2024/lower-bound-huber",
    title="L3: the sharpest constant, on every path",
    statement=r"For every $\eta\in(0,2/C)$ a convex Huber slope has $\min_{0\le t\le T}|\nabla F(W_t)|^2 \ge "
    r"\sqrt2\,D\sqrt{C\sigma^2/(kT)} - \sigma^2/(2kT)$ on every path.",
    source="README, L3",
    origin="derived",
    kind="lower bound",
    relation=AtLeast(slack=1e-9, tight_within=1.02),
    observe=_ramp,
    expect=_expect_ramp,
    domain=PATHS,
    corners=(
        *_PATH_CORNERS,
        {**_PLAIN, "T": 200, "nu": 0.01, "h": 0.07, "s": 0.1, "k": 1},
    ),
    hypotheses=FIXED_STEP,
    quick=8,
    full=300,
    note="Runs of the method with fair-sign weight noise of size s, for which grad F is grad f on the ramp; it is "
    "longer by s so that the kink is "
    "not met, and "
    "D is the gap without that extra length.",
    controls=(
        Control("5% more", "the bound is attained to 2%", expect=lambda s: _expect_ramp(s, 1.05), everywhere=False),
        Control(
            "constant of the upper bound",
            "the root of 8 in place of the root of 2",
            expect=lambda s: np.sqrt(8) * arguments(s).unit,
            everywhere=False,
        ),
    ),
)
