"""A radius or a step size beyond what the theory allows: the drift reverses, the run leaves the valley."""

import math

import numpy as np

from flatlab import ensemble, trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, Uniform
from flatlab.evidence.relations import AtMost, Equal
from flatlab.methods import RandomlySmoothed
from flatlab.objectives import Valley
from flatlab.objectives.valleys.profiles import Constant, Wave, profile_at
from flatlab.theory.escape import SphereAverage, WavyValley
from paper_checks.ahn2024._settings import README, gradient_at

SOURCE = README + ", Bessel law"
LEVEL, HEIGHT = 2.0, 1.0


def _mean_slope(setting, points=400):
    """Return the circle average of the gradient along the valley, at the bottom, in the plane."""
    objective = Valley(Wave(LEVEL, HEIGHT, setting["wavenumber"]), 1)
    w, rho = np.array([0.0, setting["y"]]), setting["multiple"] / setting["wavenumber"]
    angles = 2 * np.pi * (np.arange(points) + 0.5) / points
    return float(np.mean([gradient_at(objective, w + rho * np.array([math.cos(t), math.sin(t)]))[1] for t in angles]))


def _stated_slope(setting, bessel=True):
    profile = Wave(LEVEL, HEIGHT, setting["wavenumber"])
    slope, rho = profile_at(profile, setting["y"])[1], setting["multiple"] / setting["wavenumber"]
    valley = WavyValley(setting["wavenumber"], 1, 2)
    return valley.slope(rho, slope) if bessel else SphereAverage(rho, 2).drift * slope / 2


WAVES = {"wavenumber": Uniform(1, 8), "y": Uniform(-1, 1), "multiple": Uniform(0.2, 12)}

BESSEL = Claim(
    id="ahn2024/bessel-law",
    title="the drift on a wavy valley at any radius",
    statement=r"On $a(y)z^2/2$, $a=m+b\cos(ky+c)$, in the plane $\mathbb "
    r"E\,\partial_yf=\frac{\rho^2}{2}a'(y)\,J_1(k\rho)/(k\rho)$.",
    source=SOURCE,
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9, atol=1e-12),
    observe=lambda s, rng: _mean_slope(s),
    expect=_stated_slope,
    domain=WAVES,
    corners=tuple({"wavenumber": 6.0, "y": 0.1, "multiple": m} for m in (0.5, 3.0, 5.0, 8.0)),
    quick=4,
    full=100,
    note="At small radius the drift is half of the small-radius law's coefficient times a', as the trace is "
    "divided by d = 2.",
    controls=(
        Control("small-radius law", "the law has no change of sign", expect=lambda s: _stated_slope(s, False),
                change=lambda s: s if s["multiple"] > 1 else None),
    ),
)  # fmt: skip


def _observe_end(setting, rng, ratio=None):
    """Return the mean curvature where runs end, at a multiple of the radius of the sign change."""
    wavenumber = setting["wavenumber"]
    valley = WavyValley(wavenumber, 1, 2)
    rho = (ratio or setting["ratio"]) * valley.sign_flip_radius
    profile = Wave(LEVEL, HEIGHT, wavenumber)
    # where the slope is steepest, a quarter of a wave from the top
    starts = np.tile([0.0, math.pi / 2 / wavenumber], (setting["replicates"], 1))
    drift = abs(valley.slope(rho, wavenumber * HEIGHT))
    steps = math.ceil(setting["turns"] / (setting["eta"] * drift * wavenumber))
    ends = ensemble(RandomlySmoothed(setting["eta"], 0.05, rho, math.inf), Valley(profile, 1), starts, steps=steps,
                    seed=int(rng.integers(2**31)))  # fmt: skip
    return float(np.mean([profile_at(profile, end[-1])[0] for end in ends]))


_FLIP = {"wavenumber": 6.0, "ratio": 1.25, "eta": 0.002, "turns": 8.0, "replicates": 8}

FLIP = Claim(
    id="ahn2024/sign-flip",
    title="too large a radius climbs to a sharp minimum",
    statement=r"Past $k\rho=3.8317$, the first zero of $J_1$, random smoothing leaves the flattest place $a=m-b$ "
    r"and climbs.",
    source=SOURCE,
    origin="derived",
    kind="upper bound",
    relation=AtMost(),
    observe=lambda s, rng: 2 * LEVEL - _observe_end(s, rng),
    expect=lambda s: LEVEL - 0.3 * HEIGHT,
    domain={"wavenumber": Uniform(3, 8), "ratio": Uniform(1.2, 1.5), "eta": Choice((0.001,)), "turns": Choice((8.0,)),
            "replicates": Choice((8,))},
    corners=(_FLIP,),
    quick=0,
    full=12,
    note="Observed: 2m - a at the end, starting half way up at a = m. It is below m where the run has climbed.",
    controls=(
        Control("a radius below the zero", "there the run descends",
                observe=lambda s, rng: 2 * LEVEL - _observe_end(s, rng, 0.3)),
    ),
)  # fmt: skip


def _observe_growth(setting, rng, projected=None):
    """Return the factor by which |z| grows in a step, far above the noise."""
    projected = setting["projected"] if projected is None else projected
    method = RandomlySmoothed(setting["h"] / setting["curvature"], 0.1, 1e-9, math.inf, projected)
    start = np.array([0.6, 0.8, 0.0])
    path = trajectory(method, Valley(Constant(setting["curvature"]), 2), start, steps=12, rng=rng, keep_divergence=True)
    return float((np.linalg.norm(path[-1]) / np.linalg.norm(path[0])) ** (1 / 12))


def _expect_growth(setting, factor=None):
    factor = factor or (1 if setting["projected"] else 2)
    return abs(1 - factor * setting["h"])


EDGE = Claim(
    id="ahn2024/step-size-edge",
    title="the projection doubles the largest step size",
    statement=r"Off the minima $|z|$ is multiplied by $|1-\eta a|$ with the projection and by $|1-2\eta a|$ without: "
    r"the edges are $\eta a=2$ and $\eta a=1$.",
    source=README + ", Projection identity",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-5),
    observe=_observe_growth,
    expect=_expect_growth,
    domain={"h": Uniform(1.3, 3.0), "curvature": Uniform(0.5, 5), "projected": Choice((True, False))},
    corners=tuple({"h": h, "curvature": 2.0, "projected": way} for h in (0.2, 1.9, 2.1) for way in (True, False)),
    quick=2,
    full=40,
    controls=(
        Control("projection exchanged", "without it the gradient counts twice",
                observe=lambda s, rng: _observe_growth(s, rng, not s["projected"])),
    ),
)  # fmt: skip
