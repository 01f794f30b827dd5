r"""A random start has $|w_{0,1}|\ge\sigma p\sqrt{\pi/2}$, or $Rp\sqrt{\pi/(2d)}$, with probability at least $1-p$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform, Whole
from flatlab.evidence.intervals import proportion
from flatlab.evidence.relations import ProbabilityAtLeast
from flatlab.theory.sam import gaussian_start_bound, sphere_start_bound

FAILURE = Uniform(0.05, 0.6)


def gaussian(s, rng, stretch=1):
    """Return the share of Gaussian starts whose first coordinate reaches the stated size."""
    draws = np.abs(rng.standard_normal(s.draws))
    return proportion(int((draws >= stretch * gaussian_start_bound(1.0, s.failure)).sum()), s.draws)


def sphere(s, rng, stretch=1):
    draws = rng.standard_normal((s.draws, s.d))
    first = np.abs(draws[:, 0]) / np.linalg.norm(draws, axis=1)
    return proportion(int((first >= stretch * sphere_start_bound(1.0, s.d, s.failure)).sum()), s.draws)


def three_times(observe):
    return Control(
        "three times the size",
        "the constant is sharp for small p in high dimension, and loose by less than 2 in the plane",
        observe=lambda s, rng: observe(s, rng, stretch=3),
    )


CLAIMS = (
    Claim(
        id="bartlett2023/gaussian-start",
        title="first coordinate of a Gaussian start",
        statement=r"""For $w_0\sim N(0,\sigma^2I)$, $|w_{0,1}|\ge\sigma p\sqrt{\pi/2}$ with probability at least
            $1-p$.""",
        source="Random starts",
        origin="derived",
        kind="probability",
        relation=ProbabilityAtLeast(),
        observe=gaussian,
        expect=lambda s: 1 - s.failure,
        fixed={"draws": 20_000},
        domain={"failure": FAILURE},
        quick=3,
        full=30,
        controls=(three_times(gaussian),),
    ),
    Claim(
        id="bartlett2023/sphere-start",
        title="first coordinate of a start on a sphere",
        statement=r"""For $w_0$ uniform on the sphere of radius $R$ in $d\ge2$ dimensions,
            $|w_{0,1}|\ge Rp\sqrt{\pi/(2d)}$ with probability at least $1-p$.""",
        source="Random starts",
        origin="derived",
        kind="probability",
        relation=ProbabilityAtLeast(),
        observe=sphere,
        expect=lambda s: 1 - s.failure,
        fixed={"draws": 20_000},
        domain={"failure": FAILURE, "d": Whole(2, 100, log=True)},
        quick=3,
        full=30,
        controls=(three_times(sphere),),
    ),
)
