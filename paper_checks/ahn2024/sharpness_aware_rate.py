"""How many steps sharpness-aware perturbations take: both branches, the bend between them, the closing descent."""

from functools import lru_cache

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, Uniform
from flatlab.evidence.intervals import mean, power_law_slope
from flatlab.evidence.relations import AtMost, Equal, Estimate, WithinInterval
from flatlab.geometry.flatness import distance_and_certificate
from flatlab.methods import GD
from flatlab.simulation.trajectories import restarts
from flatlab.theory.escape import ClosingDescent, FlowStep, steps_exponent
from paper_checks.ahn2024._settings import PAPER, README
from paper_checks.ahn2024._valleys import predicted_steps, scales, sharpness_aware, stated, times

KINDS = ("exponential", "ramp")


def _tolerances(setting):
    return scales(setting["largest"], setting["ratio"], 5)


def _hits(setting, rng):
    return _hits_of_seed(tuple(setting.items()), int(rng.integers(2**31)))


@lru_cache(maxsize=16)  # a control that replaces only the expectation looks at the same runs
def _hits_of_seed(items, seed):
    setting = dict(items)
    found = [
        times(setting, epsilon, setting["replicates"], seed + k, sap=True, by_distance=False).times
        for k, epsilon in enumerate(_tolerances(setting))
    ]
    return np.maximum(np.array(found).T, 1).astype(float)


def _observe_slope(setting, rng):
    return power_law_slope(_tolerances(setting), _hits(setting, rng))


def _expect_slope(setting):
    tolerances = _tolerances(setting)
    steps = [predicted_steps(setting, epsilon, sap=True) for epsilon in tolerances]
    return np.polyfit(np.log(tolerances), np.log(steps), 1)[0]


# the branch nu = d holds below d^-3 (1/27 at d = 3), the capped one above (1/216 at d = 6)
_LOW = {"d": 3, "largest": 0.036, "ratio": 10**0.25, "replicates": 10, "c_eta": 0.45}
_HIGH = {"d": 6, "largest": 0.1, "ratio": 10**0.25, "replicates": 16, "c_eta": 0.05, "c_rho": 0.5}
SOURCE = PAPER + ", Theorem 2 (the exponents); README, Exponents"

UNCAPPED = Claim(
    id="ahn2024/uncapped-branch",
    title="sharpness-aware steps in a low dimension",
    statement=r"For $d<\varepsilon^{-1/3}$, $\nu=d$: the slope of $\log T$ in $\log\varepsilon$ is that of the "
    r"flow times, $-2.5$ on the exponential valley and $-3$ on the ramp as $\varepsilon\to0$.",
    source=SOURCE,
    origin="derived",
    kind="rate",
    relation=WithinInterval(0.1),
    observe=_observe_slope,
    expect=_expect_slope,
    domain={"kind": Choice(KINDS), "d": Choice((3,)), "largest": Choice((0.03,)), "ratio": Choice((10**0.25,)),
            "replicates": Choice((16,)), "c_eta": Uniform(0.2, 0.35)},
    corners=tuple({"kind": kind, **_LOW} for kind in KINDS),
    quick=0,
    full=6,
    controls=(
        Control("the other branch", "one power of the tolerance fewer", expect=lambda s: _expect_slope(s) + 1),
    ),
)  # fmt: skip

CAPPED = Claim(
    id="ahn2024/capped-branch",
    title="sharpness-aware steps in a high dimension",
    statement=r"For $d\ge\varepsilon^{-1/3}$, $\nu=\varepsilon^{-1/3}$: one power of $1/\varepsilon$ fewer, "
    r"$-1.5$ on the exponential valley and $-2$ on the ramp as $\varepsilon\to0$.",
    source=SOURCE,
    origin="derived",
    kind="rate",
    relation=WithinInterval(0.1),
    observe=_observe_slope,
    expect=_expect_slope,
    domain={"kind": Choice(KINDS), "d": Choice((6,)), "largest": Choice((0.1,)), "ratio": Choice((10**0.25,)),
            "replicates": Choice((24,)), "c_eta": Uniform(0.03, 0.05), "c_rho": Choice((0.5,))},
    corners=tuple({"kind": kind, **_HIGH} for kind in KINDS),
    quick=0,
    full=8,
    controls=(
        Control("the other branch", "one power of the tolerance more", expect=lambda s: _expect_slope(s) - 1),
        Control("random smoothing's exponent", "the ramp takes it to the power -3",
                expect=lambda s: steps_exponent(stated("ramp").flow_exponent)),
    ),
)  # fmt: skip


def _observe_bend(setting, rng):
    """Return the slope below the change of branch less the slope above it, with the sum of the half-widths."""
    below = _observe_slope({**setting, "largest": setting["change"] * 0.95}, rng)
    above = _observe_slope({**setting, "largest": setting["change"] * 1.02 * setting["ratio"] ** 4}, rng)
    half = (below.high - below.low + above.high - above.low) / 2
    centre = below.value - above.value
    return Estimate(centre, centre - half, centre + half)


_BEND = {"kind": "ramp", "d": 3, "change": 1 / 27, "ratio": 1.5, "replicates": 16, "c_eta": 0.3, "c_rho": 0.5}

BEND = Claim(
    id="ahn2024/branch-bend",
    title="the exponent bends where the branch changes",
    statement=r"On the ramp the slope of $\log T$ in $\log\varepsilon$ changes by $-1$ at $\varepsilon=d^{-3}$.",
    source=SOURCE,
    origin="derived",
    kind="rate",
    relation=WithinInterval(0.25),
    observe=_observe_bend,
    expect=lambda setting: -1.0,
    domain={"kind": Choice(("ramp",)), "d": Choice((3,)), "change": Choice((1 / 27,)), "ratio": Choice((1.5,)),
            "replicates": Choice((32,)), "c_eta": Uniform(0.05, 0.1), "c_rho": Choice((0.4,))},
    corners=(_BEND,),
    quick=0,
    full=3,
    note="Five tolerances on either side. Step size and radius are continuous at the change.",
    controls=(
        Control("no bend", "a single power law", expect=lambda s: 0.0),
        Control("away from the change", "within one branch the slope is one",
                change=lambda s: {**s, "d": 6}),
    ),
)  # fmt: skip


def _finish(setting, rng):
    """Return distance and certificate at the end and after the closing steps, the shift along the valley, the steps."""
    epsilon = setting["epsilon"]
    method, objective, start = sharpness_aware(setting, epsilon)
    steps = int(1.5 * predicted_steps(setting, epsilon, sap=True))
    end = trajectory(method, objective, start, steps=steps, record_every=steps, rng=rng)[-1]
    n, a = setting["d"] - 1, 2.0
    smoothness, pl = a / n, 1.0 / n
    closing = ClosingDescent(method.gate, 1 / smoothness, smoothness, pl).steps(epsilon)
    full = objective._replace(batch=n)
    closed = trajectory(GD(1 / smoothness), full, end, steps=max(closing, 1), record_every=max(closing, 1), rng=rng)[-1]
    before, after = distance_and_certificate(objective, end), distance_and_certificate(objective, closed)
    return before, after, abs(closed[-1] - end[-1]), closing


def _observe_finish(setting, rng, closed=True):
    before, after, shift, _ = _finish(setting, rng)
    return [(after if closed else before)[0] / setting["epsilon"], shift / (before[0] ** 2 / 2)]


FINISH = Claim(
    id="ahn2024/closing-descent",
    title="a closing descent brings the end within the tolerance",
    statement=r"Where $\nu\delta>1$ the loop ends at a distance $D>\varepsilon$; $O(\log1/\varepsilon)$ steps of "
    r"gradient descent bring it to $\varepsilon$ and move it along the valley by at most $|a'|D^2/(2a)$.",
    source=PAPER + ", Theorem 2 (the phase, second-hand); length: README, Closing gradient descent",
    origin="derived",
    kind="upper bound",
    relation=AtMost(),
    observe=_observe_finish,
    expect=lambda setting: 1.0,
    domain={"kind": Choice(("exponential",)), "d": Choice((6, 8)), "epsilon": Uniform(0.005, 0.0125),
            "c_eta": Uniform(0.4, 0.5), "c_gate": Choice((6.0,))},
    corners=({"kind": "exponential", "d": 6, "epsilon": 0.0125, "c_eta": 0.45, "c_gate": 6.0},),
    quick=2,
    full=20,
    note="Observed: distance over the tolerance, and the shift over half the squared distance (|a'|/a is below 1).",
    controls=(
        Control("no closing descent", "the noise keeps the loop at a distance of the order of its root",
                observe=lambda s, rng: _observe_finish(s, rng, False)),
    ),
)  # fmt: skip


def _observe_sign(setting, rng, random_sign=True):
    """Return the mean step along the valley from a point off the minima, in units of the stated one."""
    epsilon = 0.05
    method, objective, _ = sharpness_aware({"kind": "exponential", "d": 4}, epsilon)
    method = method._replace(eta=0.05, rho=setting["rho"], gate=np.inf, random_sign=random_sign)
    start = np.array([setting["off"], setting["off"], setting["off"], 0.0])
    ends = restarts(method, objective, start, count=setting["draws"], rng=rng)
    # the sample's part a'(z^2 + rho^2)/2; the projection takes off, in the mean, just what the full gradient adds
    stated = method.eta * (setting["off"] ** 2 + setting["rho"] ** 2) / 2
    return mean(ends[:, -1] / stated)


SIGN = Claim(
    id="ahn2024/random-sign",
    title="the random sign cancels the odd terms",
    statement=r"Off the minima the mean step of SAP along the valley has no term of first order in $\rho$: "
    r"it is $-\eta a'(z^2+\rho^2)/2$ on $f_i=a(y)z_i^2/2$ at $z_i=z$.",
    source=README + ", Drift of the sharpness-aware perturbation",
    origin="derived",
    kind="equality",
    relation=WithinInterval(0.12),
    observe=_observe_sign,
    expect=lambda setting: 1.0,
    domain={"rho": Uniform(0.01, 0.03), "off": Uniform(0.01, 0.02), "draws": Choice((40000,))},
    corners=({"rho": 0.02, "off": 0.01, "draws": 40000},),
    quick=0,
    full=10,
    controls=(
        Control("fixed sign", "the first-order term in the radius survives off the minima",
                observe=lambda s, rng: _observe_sign(s, rng, False)),
    ),
)  # fmt: skip


def _observe_d_power(setting, rng):
    d = np.array([2, 3, 4, 5, 6]) if setting["branch"] == "uncapped" else np.array([20, 30, 40, 60, 80])
    epsilon = 1e-3 if setting["branch"] == "uncapped" else 1e-2
    # the slope of h on the exponential tail is 1/d of a': the level is met later by a factor that is left out here
    steps = [_unit_steps(epsilon, int(k)) for k in d]
    return float(np.polyfit(np.log(d), np.log(steps), 1)[0])


def _unit_steps(epsilon, d):
    """Return the steps on a valley of h that does not depend on d, of flow time 1."""
    method = sharpness_aware({"kind": "exponential", "d": d}, epsilon)[0]
    return 1 / FlowStep(method.eta, method.rho, d).time


DIMENSION = Claim(
    id="ahn2024/dimension-exponents",
    title="the powers of d in the two branches",
    statement=r"At a fixed flow time of $h$ the steps fall like $d^{-4}$ for $\nu=d$ and like $d^{-1}$ for "
    r"$\nu=\varepsilon^{-1/3}$.",
    source=SOURCE,
    origin="derived",
    kind="rate",
    relation=Equal(atol=1e-9),
    observe=_observe_d_power,
    expect=lambda s: -4.0 if s["branch"] == "uncapped" else -1.0,
    corners=({"branch": "uncapped"}, {"branch": "capped"}),
    note="Formulas alone. The flow time itself depends on d through the normalised trace.",
    controls=(
        Control("branches exchanged", "the powers differ by three",
                expect=lambda s: -1.0 if s["branch"] == "uncapped" else -4.0),
    ),
)  # fmt: skip
