r"""A random start has $|w_{0,1}|\ge\sigma p\sqrt{\pi/2}$, or $Rp\sqrt{\pi/(2d)}$, with probability at least $1-p$."""

import math

import numpy as np
from scipy.special import betaincc

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform, Whole
from flatlab.evidence.intervals import proportion
from flatlab.evidence.relations import AtLeast, WithinInterval
from flatlab.theory.sam import gaussian_start_bound, sphere_start_bound

GAUSSIAN = {"failure": Uniform(0.05, 0.6)}
SPHERE = {**GAUSSIAN, "d": Whole(2, 100, log=True)}


def gaussian(s, rng, stretch=1):
    draws = np.abs(rng.standard_normal(s.draws))
    return proportion(int((draws >= stretch * gaussian_start_bound(1.0, s.failure)).sum()), s.draws)


def gaussian_law(s, stretch=1):
    return math.erfc(stretch * gaussian_start_bound(1.0, s.failure) / math.sqrt(2))


def sphere(s, rng, stretch=1):
    draws = rng.standard_normal((s.draws, s.d))
    first = np.abs(draws[:, 0]) / np.linalg.norm(draws, axis=1)
    return proportion(int((first >= stretch * sphere_start_bound(1.0, s.d, s.failure)).sum()), s.draws)


def sphere_law(s, stretch=1):
    size = stretch * sphere_start_bound(1.0, s.d, s.failure)
    return float(betaincc(0.5, (s.d - 1) / 2, min(size, 1.0) ** 2))


def law(name, title, statement, observe, expect, domain):
    return Claim(
        id=f"bartlett2023/{name}",
        title=title,
        statement=statement,
        source="Random starts",
        origin="derived",
        kind="probability",
        relation=WithinInterval(0.02),
        observe=observe,
        expect=expect,
        fixed={"draws": 100_000},
        domain=domain,
        corners=({name: {"failure": 0.6, "d": 2}[name] for name in domain},),  # where laws and dimensions differ most
        quick=5,
        full=200,
        seconds=0.03,
        controls=(
            Control("three times the size", "the constant is sharp", observe=lambda s, rng: observe(s, rng, stretch=3)),
            Control("the lemma as a law", "1 - p is less", expect=lambda s: 1 - s.failure, change={"failure": 0.6}),
        ),
    )


def bound(name, title, statement, exact, domain):
    """Return the claim that the exact probability is at least 1 - p."""
    return Claim(
        id=f"bartlett2023/{name}",
        title=title,
        statement=statement,
        source="Random starts",
        origin="derived",
        kind="lower bound",
        relation=AtLeast(tight_within=1.2),
        observe=lambda s, rng: exact(s),
        expect=lambda s: 1 - s.failure,
        domain=domain,
        quick=20,
        full=300,
        seconds=0.001,
        controls=(
            Control(
                "three times the size", "the density at 0 is too large", observe=lambda s, rng: exact(s, stretch=3)
            ),
        ),
    )


CLAIMS = (
    law(
        "gaussian-start",
        "first coordinate of a Gaussian start",
        r"""For $w_0\sim N(0,\sigma^2I)$, $|w_{0,1}|\ge\sigma p\sqrt{\pi/2}$ with probability
        $\operatorname{erfc}(p\sqrt\pi/2)$.""",
        gaussian,
        gaussian_law,
        GAUSSIAN,
    ),
    bound(
        "gaussian-start-bound",
        "a Gaussian start is away from the plane with probability 1 - p",
        r"""For $w_0\sim N(0,\sigma^2I)$ the probability of $|w_{0,1}|\ge\sigma p\sqrt{\pi/2}$ is at least $1-p$.""",
        gaussian_law,
        GAUSSIAN,
    ),
    law(
        "sphere-start",
        "first coordinate of a start on a sphere",
        r"""For $w_0$ uniform on the sphere of radius $R$ in $d\ge2$ dimensions, $w_{0,1}^2/R^2$ has the beta law
        with parameters $1/2$ and $(d-1)/2$, which gives the event $|w_{0,1}|\ge Rp\sqrt{\pi/(2d)}$ its probability.""",
        sphere,
        sphere_law,
        SPHERE,
    ),
    bound(
        "sphere-start-bound",
        "a start on a sphere is away from the plane with probability 1 - p",
        r"""For $w_0$ uniform on the sphere of radius $R$ in $d\ge2$ dimensions the probability of
        $|w_{0,1}|\ge Rp\sqrt{\pi/(2d)}$ is at least $1-p$.""",
        sphere_law,
        SPHERE,
    ),
)
