"""Momentum: its stationary noise, and whether it beats the rate on the lower bound's instance."""

import numpy as np

from flatlab import running, trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.relations import AtLeast, Equal
from flatlab.methods import NSO, HeavyBall
from flatlab.objectives import FreshNoise, Quadratic
from flatlab.objectives.observables import SquaredGradientNorm
from flatlab.theory.noise import HeavyBallOnQuadratic, NoisyDescent


def _radius(setting):
    law = HeavyBallOnQuadratic(setting["h"] * (1 + setting["mu"]), 1.0, 0.0, setting["mu"])
    return float(np.abs(np.linalg.eigvals(law.transition)).max())


def _eta(setting):
    return setting["h"] * (1 + setting["mu"]) / setting["C"]


def _fresh_variance(setting, rng, mu=None):
    """Squared length of all fresh coordinates after the transient, and SciPy's covariance, over the formula."""
    c, eta, k = setting["C"], _eta(setting), setting["k"]
    steps = int(np.ceil(30 / -np.log(_radius(setting))))
    method = HeavyBall(NSO(eta, setting["s"], k), setting["mu"] if mu is None else mu)
    objective = FreshNoise(Quadratic(np.full(k * steps, c)), setting["sigma"], 0)
    end = trajectory(method, objective, np.zeros(k * steps), steps=steps, record_every=steps, rng=rng)[-1]
    law = HeavyBallOnQuadratic(eta, c, setting["sigma"] ** 2 / k, setting["mu"])
    return [end @ end / law.second_moment, law.lyapunov_covariance[0, 0] / law.second_moment]


def _first_order(setting):
    """Return plain SGD at eta/(1 - mu) over the formula with momentum."""
    c = setting["C"]
    law = HeavyBallOnQuadratic(_eta(setting), c, 1.0, setting["mu"])
    step = law.effective_step
    return [step / (c * max(2 - step * c, 1e-9)) / law.second_moment, 1.0]


STATIONARY = Claim(
    id="zhang2024/momentum-stationary",
    title="stationary noise under momentum",
    statement=r"On curvature $C$ with noise variance $v$: $C^2E\,w^2 = C\eta v(1+\mu)/((1-\mu)(2(1+\mu)-\eta C))$.",
    source="README, Momentum",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9),
    observe=_fresh_variance,
    expect=lambda setting: 1.0,
    domain={
        "C": LogUniform(0.1, 10.0),
        "h": Uniform(0.05, 1.9),
        "mu": Uniform(0.0, 0.9),
        "sigma": LogUniform(0.1, 10.0),
        "s": LogUniform(0.01, 1.0),
        "k": Whole(1, 3),
    },
    corners=tuple({"C": 1.0, "h": 0.3, "mu": mu, "sigma": 1.0, "s": 0.1, "k": 1} for mu in (0.0, 0.5, 0.9)),
    hypotheses={"the transient ends within 600 steps": lambda s: _radius(s) <= 0.95},
    quick=4,
    full=100,
    note="One run of the method on fresh coordinates: its squared length is the variance, without sampling error. "
    "The step "
    "is h(1+mu)/C. Second witness: scipy.linalg.solve_discrete_lyapunov.",
    controls=(
        Control(
            "momentum left out",
            "plain SGD with the same step has less noise",
            change=lambda s: {**s, "mu": max(s["mu"], 0.3)},
            observe=lambda s, rng: _fresh_variance(s, rng, mu=0.0),
        ),
        Control(
            "effective step",
            "SGD at eta/(1 - mu) agrees to first order in eta only",
            expect=_first_order,
            change=lambda s: {**s, "mu": max(s["mu"], 0.3)},
        ),
    ),
)


def _arguments(setting):
    c, gap, k, steps = setting["C"], setting["gap"], setting["k"], setting["T"]
    return NoisyDescent(c, gap, float(np.sqrt(setting["nu"] * k * steps * c * gap)), steps, k)


def _against_momentum(setting, rng, still=False):
    """Largest value over the slow curvature of min over 1..T of E|grad|^2, in units of D sqrt(C sigma^2/(kT)).

    The noisy direction starts in the stationary law of (w, M), or with M = 0 where ``still``.
    """
    c, gap, sigma, steps, k = _arguments(setting)
    eta, mu = _eta(setting), setting["mu"]
    law = HeavyBallOnQuadratic(eta, c, sigma**2 / k, mu)
    law = law._replace(variance=law.variance * min(1.0, 2 * gap / (c * law.second_moment)))
    noise = np.full(steps, law.squared_gradient)
    if still:
        start = law.covariance * [[1, 0], [0, 0]]
        noise = np.array([c**2 * law.covariance_after(t, start)[0, 0] for t in range(1, steps + 1)])
    rest = gap - c * law.second_moment / 2
    found = []
    for share in np.geomspace(0.2, 5.0, 13):
        kappa = min(c, share / (2 * law.effective_step * steps))
        start = [np.sqrt(2 * max(rest, 0.0) / kappa)]
        method = HeavyBall(NSO(eta, 0.0, k), mu)
        if still:
            path = trajectory(method, Quadratic([kappa]), start, steps=steps, rng=rng)[1:, 0]
            found.append(np.min((kappa * path) ** 2 + noise))
        else:
            slow = running(method, Quadratic([kappa]), start, SquaredGradientNorm(), checkpoints=[steps], rng=rng)
            found.append(slow.minimum[0] + noise[0])
    return max(found) / _arguments(setting).unit


def _expect_constant(setting):
    return _arguments(setting).warm_quadratic / _arguments(setting).unit


NO_GAIN = Claim(
    id="zhang2024/momentum-gains-nothing",
    title="momentum does not beat the lower bound's instance",
    statement=r"From the stationary law of $(w, M)$, with the slow curvature chosen against $(\eta,\mu)$, no "
    r"$(\eta,\mu)$ was found below L1: $\min_t E|\nabla F|^2\ge[\sqrt{2q}-q\sqrt\nu/4]\,D\sqrt{C\sigma^2/(kT)}$.",
    source="README, Momentum; that the lower bound extends to momentum: the authors' poster, not proved here",
    origin="reconstructed",
    kind="lower bound",
    relation=AtLeast(tight_within=1.05),
    observe=_against_momentum,
    expect=_expect_constant,
    domain={
        "C": LogUniform(0.1, 10.0),
        "gap": LogUniform(0.1, 10.0),
        "T": Whole(50, 2000, log=True),
        "k": Whole(1, 8),
        "nu": LogUniform(1e-3, 1.0),
        "mu": Uniform(0.0, 0.99),
        "h": LogUniform(1e-4, 1.9),
    },
    corners=tuple(
        {"C": 1.0, "gap": 1.0, "T": 1000, "k": 1, "nu": 0.01, "mu": mu, "h": 0.0086 * (1 - mu) / (1 + mu)}
        for mu in (0.0, 0.5, 0.9)
    ),
    quick=20,
    full=1000,
    note="Measured, not proved. The random settings search for a counterexample; the corners sit at the best step "
    "size.",
    controls=(
        Control(
            "momentum starts at zero",
            "from M = 0 the noise first falls, and the best iterate profits",
            observe=lambda s, rng: _against_momentum(s, rng, still=True),
            change=lambda s: {**s, "T": 30, "mu": 0.99, "h": 0.05, "nu": 1.0},
        ),
        Control(
            "noise at half its stationary value",
            "the instance is built on the stationary noise",
            everywhere=False,
            observe=lambda s, rng: _against_momentum({**s, "nu": s["nu"] / 4}, rng) / 2,
        ),
    ),
)
