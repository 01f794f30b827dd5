r"""No $(\eta,\mu)$ was found below L1 on a quadratic whose slow curvature is chosen against $(\eta,\mu)$."""

from typing import NamedTuple

import numpy as np

from flatlab import running, trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.relations import AtLeast
from flatlab.methods import NSO, HeavyBall
from flatlab.objectives import FreshNoise, Quadratic
from flatlab.objectives.observables import SquaredGradientNorm
from flatlab.theory.noise import HeavyBallOnQuadratic, NoisyDescent
from paper_checks.zhang2024.problems.descent import SCALES, noisy_descent


class MomentumDescent(NamedTuple):
    """A descent by momentum mu with the step h(1+mu)/C."""

    h: float
    mu: float
    descent: NoisyDescent

    @property
    def law(self):
        """The stationary law of (w, M) on curvature C, its noise lowered where it would cost more than the gap."""
        c, gap, sigma, _, k = self.descent
        law = HeavyBallOnQuadratic(self.h * (1 + self.mu) / c, c, sigma**2 / k, self.mu)
        return law._replace(variance=law.variance * min(1.0, 2 * gap / (c * law.second_moment)))


def momentum_descent(mu, h, **setting):
    return MomentumDescent(h, mu, noisy_descent(**setting))


def largest(p, rng, still=False):
    """Return the largest value over the slow curvature of min over 1..T of E|grad F|^2; M = 0 at first if ``still``."""
    c, gap, _, steps, _ = p.descent
    law = p.law
    noise = np.full(steps, law.squared_gradient)
    if still:
        start = law.covariance * [[1, 0], [0, 0]]
        noise = np.array([c**2 * law.covariance_after(t, start)[0, 0] for t in range(1, steps + 1)])
    method, rest = HeavyBall(NSO(law.eta, 0.0, p.descent.pairs), p.mu), gap - c * law.second_moment / 2
    found = []
    for share in np.geomspace(0.2, 5.0, 13):
        kappa = min(c, share / (2 * law.effective_step * steps))
        slow, start = FreshNoise(Quadratic([kappa]), 0.0, 0), [np.sqrt(2 * max(rest, 0.0) / kappa)]  # a silent oracle
        if still:
            path = trajectory(method, slow, start, steps=steps, rng=rng)[1:, 0]
            found.append(np.min((kappa * path) ** 2 + noise))
        else:
            least = running(method, slow, start, SquaredGradientNorm(), checkpoints=[steps], rng=rng).minimum[0]
            found.append(least + noise[0])
    return max(found)


def half_the_noise(p, rng):
    return largest(p._replace(descent=p.descent._replace(sigma=p.descent.sigma / 2)), rng)


CLAIM = Claim(
    id="zhang2024/momentum-gains-nothing",
    title="momentum does not beat the lower bound's instance",
    statement=r"""From the stationary law of $(w, M)$, with the slow curvature chosen against $(\eta,\mu)$, no
        $(\eta,\mu)$ was found below L1: $\min_t E|\nabla F|^2\ge[\sqrt{2q}-q\sqrt\nu/4]\,D\sqrt{C\sigma^2/(kT)}$.""",
    source=("Momentum", "What the authors state"),
    origin="measured",
    kind="lower bound",
    relation=AtLeast(tight_within=1.05),
    problem=momentum_descent,
    observe=largest,
    expect=lambda p: p.descent.warm_quadratic,
    domain={
        **SCALES,
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
    note="""Measured, not proved; the authors' poster says that the lower bound extends to momentum. The random
        settings search for a counterexample; the corners sit at the best step size.""",
    controls=(
        Control(
            "momentum starts at zero",
            "from M = 0 the noise first falls, and the best iterate profits",
            observe=lambda p, rng: largest(p, rng, still=True),
            change={"T": 30, "mu": 0.99, "h": 0.05, "nu": 1.0},
        ),
        Control(
            "noise at half its stationary value",
            "the instance is built on the stationary noise",
            everywhere=False,
            observe=half_the_noise,
            change=lambda s: s if s.nu == 0.01 else None,  # the corners
        ),
    ),
)
