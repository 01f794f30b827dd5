"""What the two bounds say together: constants, the printed rate, the noiseless rate, cold starts."""

import numpy as np

from flatlab import running
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Whole
from flatlab.evidence.relations import AtLeast, AtMost, Equal
from flatlab.methods import NSO
from flatlab.methods.noise_laws import Rademacher, norm_moments
from flatlab.objectives import Quadratic
from flatlab.objectives.observables import SquaredGradientNorm
from flatlab.simulation.second_moments import running_moments
from flatlab.theory.noise import NoisyDescent, OneStep, QuadraticInstance, best_step
from paper_checks.zhang2024.lower_bounds import arguments, warm_minimum
from paper_checks.zhang2024.problems.hard_instances import huber_ramp

_PLAIN = {"C": 1.0, "gap": 1.0, "k": 1}


def _upper(setting):
    """Return eta, the upper bound and the noise's second moment; fair-sign noise of size s on every coordinate."""
    c, gap, sigma, steps, k = arguments(setting)
    s = setting["weight"] * sigma / c
    second = norm_moments(Rademacher(), s, 1)[0]
    found = OneStep(sigma, c, second, k).upper_bound(gap, steps)
    return found.step_size, found.value, second


def _upper_over_measured(setting, rng, kind="ramp"):
    eta, bound, _ = _upper(setting)
    steps = setting["T"]
    instance = huber_ramp(eta, *arguments(setting))
    if kind == "plain":  # an ordinary quadratic with the same gap, noise and step size
        c, gap, sigma, steps, k = arguments(setting)
        start = [2 * gap / c]
        return bound / running_moments(eta, [c], [sigma**2 / k], start, [steps]).minimum[0]
    run = running(
        NSO(eta, 0.0, setting["k"]),
        instance.objective,
        instance.start,
        SquaredGradientNorm(),
        checkpoints=[steps],
        rng=rng,
    )
    return bound / run.mean[0]


def _stated_gap(setting, factor=1.0):
    """Return upper over lower bound at this T; it tends to 2 sqrt(1 + C^2 H/sigma^2)."""
    return factor * _upper(setting)[1] / arguments(setting).huber


WITHIN_TWO = Claim(
    id="zhang2024/upper-and-lower-within-two",
    title="upper and lower constants differ by a factor of two",
    statement="On the Huber slope built against the upper bound's own step size upper bound over measured value "
    r"is at most upper over L3, which tends to $2\sqrt{1+C^2H/\sigma^2}$.",
    source="README, Distance between the bounds",
    origin="derived",
    kind="upper bound",
    relation=AtMost(slack=1e-9, tight_within=1.02),
    observe=_upper_over_measured,
    expect=_stated_gap,
    domain={
        "C": LogUniform(0.1, 10.0),
        "gap": LogUniform(0.1, 10.0),
        "T": Whole(50, 300, log=True),
        "k": Whole(1, 3),
        "nu": LogUniform(1e-3, 0.3),
        "weight": LogUniform(1e-3, 1.0),
    },
    corners=tuple({**_PLAIN, "T": 300, "nu": nu, "weight": weight} for nu in (0.01, 0.1) for weight in (1e-3, 0.5)),
    quick=2,
    full=60,
    note="Runs of the method; nothing is left of the rate but a constant of at most two (for weight noise small "
    "beside the "
    "oracle's). Weight noise enters the step size and V; it is kept off the slope.",
    controls=(
        Control(
            "an ordinary quadratic",
            "the lower bound needs its instance",
            observe=lambda s, rng: _upper_over_measured(s, rng, "plain"),
        ),
        Control("a tenth less", "the ratio is reached", everywhere=False, expect=lambda s: _stated_gap(s, 0.9)),
    ),
)


def _limit_ratio(setting, rng, nu=None):
    """Upper over L3 at large T, over its limit 2 sqrt(1 + C^2 H/sigma^2)."""
    setting = setting if nu is None else {**setting, "nu": nu}
    descent = arguments(setting)
    _, bound, second = _upper(setting)
    return bound / descent.huber / descent.constant_gap(second)


LIMIT = Claim(
    id="zhang2024/limit-of-the-constants",
    title="upper over lower constant in the limit",
    statement=r"Upper bound over L3 tends to $2\sqrt{1+C^2H(P)/\sigma^2}$ as $T\to\infty$.",
    source="README, Distance between the bounds",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=0.015),
    observe=_limit_ratio,
    expect=lambda setting: 1.0,
    domain={
        "C": LogUniform(0.1, 10.0),
        "gap": LogUniform(0.1, 10.0),
        "T": Whole(10**6, 10**8, log=True),
        "k": Whole(1, 16),
        "nu": LogUniform(1e-6, 1e-3),
        "weight": LogUniform(1e-3, 1.0),
    },
    corners=({**_PLAIN, "T": 10**8, "nu": 1e-6, "weight": 1.0},),
    quick=4,
    full=200,
    note="A statement on the two formulas; the measured value is in zhang2024/upper-and-lower-within-two.",
    controls=(
        Control(
            "few steps",
            "at nu = 3 the lower bound's correction is large",
            observe=lambda s, rng: _limit_ratio({**s, "T": 10**6}, rng, nu=3.0),
        ),
    ),
)

TIMES = (100, 316, 1000, 3162, 10_000)


def _against_printed(setting, rng, start="warm", power=1.0):
    """Slope of (value * (kT)^power) in T for the step size that does best on the instance built against it."""
    values = []
    for steps in TIMES:
        here = {**setting, "T": steps, "nu": setting["nu100"] * 100 / steps}
        eta = best_step(here["nu"], steps, start).eta / setting["C"]
        values.append(warm_minimum(eta, here, start) * steps**power)
    return float(np.polyfit(np.log(TIMES), np.log(values), 1)[0])


_SPAN = {"C": LogUniform(0.1, 10.0), "gap": LogUniform(0.1, 10.0), "k": Whole(1, 16), "nu100": LogUniform(0.01, 0.1)}
PRINTED = Claim(
    id="zhang2024/printed-rate-is-impossible",
    title="no bound of order 1/(kT) can hold",
    statement=r"The best fixed step size leaves $\min_t E|\nabla F(W_t)|^2\cdot kT$ growing as $\sqrt T$ on the "
    "instance built against it: the upper bound printed as $1/(kT)$ on the authors' poster lacks a root.",
    source="README, What the authors state; L1",
    origin="derived",
    kind="rate",
    relation=Equal(atol=0.03),
    observe=_against_printed,
    expect=lambda setting: 0.5,
    domain=_SPAN,
    corners=({**_PLAIN, "nu100": 0.01},),
    quick=1,
    full=20,
    note=f"Exact second moments, T = {TIMES[0]} to {TIMES[-1]}. Printed next to it is a lower bound with the root: "
    "the two contradict each other.",
    controls=(
        Control("bounded", "a bound of order 1/(kT) would leave slope 0", expect=lambda setting: 0.0),
        Control(
            "cold start", "the cold instance leaves a third", observe=lambda s, rng: _against_printed(s, rng, "cold")
        ),
    ),
)


def _excess(setting, rng, noisy=True):
    """Return the least gradient on the instance over C D^2/T, at T = 100 and at T = 10 000, for sigma^2 = k C D^2."""
    found = []
    for steps in (100, 10_000):
        c, gap = setting["C"], setting["gap"]
        here = {**setting, "T": steps, "nu": (1.0 if noisy else 1e-8) / steps}
        eta = best_step(here["nu"], steps).eta / c
        found.append(warm_minimum(eta, here) * steps / (c * gap))
    return found


def _expect_excess(setting):
    c, gap, k = setting["C"], setting["gap"], setting["k"]
    return [
        NoisyDescent(c, gap, np.sqrt(k * c * gap), steps, k).warm_quadratic * steps / (c * gap)
        for steps in (100, 10_000)
    ]


EXCESS = Claim(
    id="zhang2024/excess-over-printed-rate",
    title="by how much the printed rate is missed",
    statement=r"With $\sigma^2 = kCD^2$ every fixed step size leaves at least L1, that is $8.5\,CD^2/T$ at $T=100$ "
    r"and $86\,CD^2/T$ at $T=10^4$, on the instance built against it.",
    source="README, L1",
    origin="derived",
    kind="lower bound",
    relation=AtLeast(slack=1e-9, tight_within=1.05),
    observe=_excess,
    expect=_expect_excess,
    domain={"C": LogUniform(0.1, 10.0), "gap": LogUniform(0.1, 10.0), "k": Whole(1, 16)},
    corners=(_PLAIN,),
    quick=1,
    full=10,
    controls=(
        Control(
            "hardly any noise", "without noise the rate is 1/T", observe=lambda s, rng: _excess(s, rng, noisy=False)
        ),
    ),
)


def _noiseless(setting, rng, k=None, noise=0.0):
    """Slope in T of the last squared gradient on the slow quadratic built against eta = 1/C, without any noise."""
    values = []
    for steps in TIMES:
        kappa = 1 / (2 * steps)
        objective, start = Quadratic([kappa * setting["C"]]), [np.sqrt(2 * setting["gap"] / (kappa * setting["C"]))]
        run = NSO(1 / setting["C"], 0.0, setting["k"] if k is None else k)
        seen = running(run, objective, start, SquaredGradientNorm(), checkpoints=[steps], rng=rng).last[0]
        values.append(seen + noise * setting["C"] * setting["gap"] / np.sqrt(steps))
    return float(np.polyfit(np.log(TIMES), np.log(values), 1)[0]), values


def _observe_noiseless(setting, rng, noise=0.0):
    slope, values = _noiseless(setting, rng, noise=noise)
    return [slope, values[-1] / _noiseless(setting, rng, k=1)[1][-1]]


NOISELESS = Claim(
    id="zhang2024/no-noise-rate",
    title="without noise the rate is 1/T, whatever k",
    statement=r"For $\sigma=0$ the worst quadratic against $\eta=1/C$ falls as $1/T$ (the term $2CD^2/T$), and $k$ "
    "changes nothing.",
    source="README, Upper bound",
    origin="derived",
    kind="rate",
    relation=Equal(atol=0.02),
    observe=_observe_noiseless,
    expect=lambda setting: [-1.0, 1.0],
    domain={"C": LogUniform(0.1, 10.0), "gap": LogUniform(0.1, 10.0), "k": Whole(1, 8)},
    corners=({**_PLAIN, "k": 4},),
    quick=1,
    full=20,
    note="Observed: the slope in T, and the value for k over the value for one pair.",
    controls=(
        Control(
            "a noise floor",
            "a floor of a tenth of C D^2/sqrt(T) bends the slope",
            observe=lambda s, rng: _observe_noiseless(s, rng, noise=0.1),
        ),
        Control("square root", "the root belongs to the noise", expect=lambda setting: [-0.5, 1.0]),
    ),
)


def _cold(setting, rng, start="cold", measure="minimum"):
    """Slopes in T and in k of the best fixed step size's value on the instance built against it."""
    times, pairs = (1000, 3162, 10_000, 31_623, 100_000), (1, 2, 4, 8, 16)
    sigma_share = setting["nu100"] * 100  # sigma^2/(C D^2) for one sample
    in_steps = [_best(setting, sigma_share / T, T, start, measure) for T in times]
    in_pairs = [_best(setting, sigma_share / (times[2] * k), times[2], start, measure) for k in pairs]
    return [np.polyfit(np.log(x), np.log(y), 1)[0] for x, y in ((times, in_steps), (pairs, in_pairs))]


def _best(setting, nu, steps, start, measure):
    eta = best_step(nu, steps, start, measure).eta
    here = {"C": setting["C"], "gap": setting["gap"], "k": 1, "T": steps, "nu": nu}
    found = QuadraticInstance(eta / setting["C"], arguments(here), start)
    seen = running_moments(
        eta / setting["C"], [found.kappa, setting["C"]], [0.0, found.sigma**2], [found.slow**2, found.fast**2], [steps]
    )
    return getattr(seen, measure if measure == "mean" else "minimum")[0]


COLD = Claim(
    id="zhang2024/cold-start",
    title="a cold start at its best iterate is faster",
    statement="Started without its stationary noise and read at its best iterate, the instance falls as "
    "$T^{-2/3}$ and $k^{-1/3}$, not as a square root.",
    source="README, Warm and cold starts",
    origin="derived",
    kind="rate",
    relation=Equal(atol=0.03),
    observe=_cold,
    expect=lambda setting: [-2 / 3, -1 / 3],
    domain={"C": LogUniform(0.1, 10.0), "gap": LogUniform(0.1, 10.0), "nu100": LogUniform(0.01, 0.1)},
    corners=({"C": 1.0, "gap": 1.0, "nu100": 0.01},),
    quick=0,
    full=10,
    note="A trap for whoever measures the lower bound: use a warm start with the best iterate, or a cold start "
    "with the mean. "
    "In units of D sqrt(C sigma^2/(kT)) the mean tends to 1.124.",
    controls=(
        Control("warm start", "the square roots return", observe=lambda s, rng: _cold(s, rng, "warm")),
        Control(
            "mean over the iterates", "the square roots return", observe=lambda s, rng: _cold(s, rng, "cold", "mean")
        ),
    ),
)
