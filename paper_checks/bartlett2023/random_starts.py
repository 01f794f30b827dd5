r"""A random start has $|w_{0,1}|\ge\sigma p\sqrt{\pi/2}$, or $Rp\sqrt{\pi/(2d)}$, with probability at least $1-p$."""

import math

import numpy as np
from scipy.special import betaincc

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.intervals import proportion
from flatlab.evidence.relations import AtLeast, WithinInterval
from flatlab.theory.sam import gaussian_start_bound, sphere_start_bound

GAUSSIAN = {"failure": Uniform(0.05, 0.6), "size": LogUniform(1e-3, 1e3)}  # sigma or R
SPHERE = {**GAUSSIAN, "d": Whole(2, 100, log=True)}


def gaussian_bound(s):
    return gaussian_start_bound(s.size, s.failure)


def gaussian(s, rng):
    return share(s.size * rng.standard_normal(s.draws), gaussian_bound(s))


def gaussian_law(s):
    return math.erfc(gaussian_bound(s) / (s.size * math.sqrt(2)))


def sphere_bound(s):
    return sphere_start_bound(s.size, s.d, s.failure)


def sphere(s, rng):
    draws = rng.standard_normal((s.draws, s.d))
    return share(s.size * draws[:, 0] / np.linalg.norm(draws, axis=1), sphere_bound(s))


def sphere_law(s):
    return float(betaincc(0.5, (s.d - 1) / 2, (sphere_bound(s) / s.size) ** 2))


def share(first, bound):
    return proportion(int((np.abs(first) >= bound).sum()), first.size)


def laplace_size(s):
    """Return the mean size of independent Laplace coordinates of the same mean square length."""
    return s.size / math.sqrt(2 * s.get("d", 1))


def claims_of(name, start, statement, event, observe, exact, bound, domain):
    """Return the claims that the event has the exact probability, and that this is at least 1 - p."""
    shared = {"source": "Random starts", "origin": "derived", "domain": domain}
    other, why = "Laplace coordinates", "their density at 0 is higher"
    return (
        Claim(
            id=f"bartlett2023/{name}",
            title=f"first coordinate of {start}",
            statement=statement,
            kind="probability",
            relation=WithinInterval(0.02),
            observe=observe,
            expect=exact,
            fixed={"draws": 100_000},
            corners=({key: {"failure": 0.6, "size": 1.0, "d": 2}[key] for key in domain},),  # where laws differ most
            quick=5,
            full=200,
            seconds=0.03,
            controls=(
                Control(other, why, lambda s, rng: share(rng.laplace(scale=laplace_size(s), size=s.draws), bound(s))),
                Control("the lemma as a law", "1 - p is less", expect=lambda s: 1 - s.failure, change={"failure": 0.6}),
            ),
            **shared,
        ),
        Claim(
            id=f"bartlett2023/{name}-bound",
            title=f"{start} is away from the plane with probability 1 - p",
            statement=f"For {event} is at least $1-p$.",
            kind="lower bound",
            relation=AtLeast(tight_within=1.2),
            observe=lambda s, rng: exact(s),
            expect=lambda s: 1 - s.failure,
            quick=20,
            full=300,
            seconds=0.001,
            note=f"Observed: the exact probability, which bartlett2023/{name} compares with draws.",
            controls=(Control(other, why, lambda s, rng: math.exp(-bound(s) / laplace_size(s))),),
            **shared,
        ),
    )


CLAIMS = (
    *claims_of(
        "gaussian-start",
        "a Gaussian start",
        r"""For $w_0\sim N(0,\sigma^2I)$, $|w_{0,1}|\ge\sigma p\sqrt{\pi/2}$ with probability
        $\operatorname{erfc}(p\sqrt\pi/2)$.""",
        r"$w_0\sim N(0,\sigma^2I)$ the probability of $|w_{0,1}|\ge\sigma p\sqrt{\pi/2}$",
        gaussian,
        gaussian_law,
        gaussian_bound,
        GAUSSIAN,
    ),
    *claims_of(
        "sphere-start",
        "a start on a sphere",
        r"""For $w_0$ uniform on the sphere of radius $R$ in $d\ge2$ dimensions, $w_{0,1}^2/R^2$ has the beta law
        with parameters $1/2$ and $(d-1)/2$, which gives the event $|w_{0,1}|\ge Rp\sqrt{\pi/(2d)}$ its probability.""",
        r"""$w_0$ uniform on the sphere of radius $R$ in $d\ge2$ dimensions the probability of
        $|w_{0,1}|\ge Rp\sqrt{\pi/(2d)}$""",
        sphere,
        sphere_law,
        sphere_bound,
        SPHERE,
    ),
)
