r"""Past $k\rho=3.8317$, the first zero of $J_1$, random smoothing climbs a wavy valley towards its sharpest place."""

import math

import numpy as np

from flatlab import ensemble
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform
from flatlab.evidence.relations import AtLeast
from flatlab.methods import RandomlySmoothed
from flatlab.objectives import Valley
from flatlab.objectives.valleys.profiles import Wave, profile_at
from flatlab.theory.escape import WavyValley

LEVEL, HEIGHT = 2.0, 1.0


def observe(s, rng):
    """Return the mean curvature where runs end, at a multiple of the radius of the sign change."""
    valley, profile = WavyValley(s.wavenumber, 1, 2), Wave(LEVEL, HEIGHT, s.wavenumber)
    rho, seed = s.ratio * valley.sign_flip_radius, int(rng.integers(2**31))
    # where the slope is steepest, a quarter of a wave from the top
    starts = np.tile([0.0, math.pi / 2 / s.wavenumber], (s.replicates, 1))
    drift = abs(valley.slope(rho, s.wavenumber * HEIGHT))
    steps = math.ceil(s.turns / (s.eta * drift * s.wavenumber))
    ends = ensemble(RandomlySmoothed(s.eta, 0.05, rho, math.inf), Valley(profile, 1), starts, steps=steps, seed=seed)
    return np.mean([profile_at(profile, end[-1])[0] for end in ends])


CLAIM = Claim(
    id="ahn2024/sign-flip",
    title="too large a radius climbs to a sharp minimum",
    statement=r"""At $1.2$ to $1.5$ times the radius $k\rho=3.8317$, the first zero of $J_1$, random smoothing on
        $a=m+b\cos(ky)$ climbs: runs that start at $a=m$ end above $a=m+0.3\,b$ in the mean.""",
    source="Bessel law",
    origin="measured",
    kind="lower bound",
    relation=AtLeast(),
    observe=observe,
    expect=LEVEL + 0.3 * HEIGHT,
    fixed={"eta": 0.001, "turns": 8.0, "replicates": 8},
    domain={"wavenumber": Uniform(3, 8), "ratio": Uniform(1.2, 1.5)},
    corners=({"wavenumber": 6.0, "ratio": 1.25, "eta": 0.002},),
    quick=4,
    full=199,
    seconds=0.019,
    note="Contradicts the reading that random smoothing lowers the trace at any radius: its law is that of small ones.",
    controls=(Control("a radius below the zero", "there the run descends", change={"ratio": 0.3}),),
)
