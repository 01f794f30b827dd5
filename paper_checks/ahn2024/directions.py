r"""Random smoothing draws uniformly from the sphere: $(u\cdot g)^2$ has the law $\mathrm{Beta}(1/2,(d-1)/2)$."""

import numpy as np
from scipy.stats import beta

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.sequences import DrawnFrom
from flatlab.methods import RandomlySmoothed
from flatlab.objectives import Valley
from flatlab.objectives.valleys.profiles import Constant
from flatlab.simulation.trajectories import restarts


def moves(s, rng):
    """Return the moves of one step from a minimum over -eta a rho, along a direction across that is drawn."""
    method = RandomlySmoothed(s.eta, 1.0, s.rho, 1e9)
    ends = restarts(method, Valley(Constant(s.curvature), s.n), np.zeros(s.n + 1), count=s.draws, rng=rng)
    along = rng.standard_normal(s.n)
    return -ends[:, :-1] @ along / (np.linalg.norm(along) * s.eta * s.curvature * s.rho)


def gaussian(s, rng):
    return rng.standard_normal(s.draws) / np.sqrt(s.n + 1)


def corner(s, rng):
    """Return coordinates of points with equal entries of either sign, which have the same second moments."""
    return rng.choice([-1.0, 1.0], s.draws) / np.sqrt(s.n + 1) * (1 + 1e-9 * rng.standard_normal(s.draws))


def law(s):
    """Return the distribution function of a coordinate of a point drawn uniformly from the sphere in R^(n+1)."""
    square = beta(0.5, s.n / 2)
    return lambda x: (1 + np.sign(x) * square.cdf(np.minimum(x**2, 1.0))) / 2


CLAIM = Claim(
    id="ahn2024/directions",
    title="the directions of random smoothing are even on the sphere",
    statement=r"""From a minimum of $a|z|^2/2$ in $\mathbb R^d$ a step of random smoothing moves $u\cdot z$, $|u|=1$, by
        $-\eta a\rho\,u\cdot g$ with $g$ even on the unit sphere: $(u\cdot g)^2$ has the law
        $\mathrm{Beta}(1/2,(d-1)/2)$ for every $u$.""",
    source="Sphere average",
    origin="derived",
    kind="equality",
    relation=DrawnFrom(),
    observe=moves,
    expect=law,
    fixed={"draws": 20_000},
    domain={"n": Whole(2, 7), "eta": LogUniform(0.01, 0.5), "rho": LogUniform(1e-3, 1.0), "curvature": Uniform(0.5, 2)},
    corners=({"n": 2, "eta": 0.1, "rho": 0.1, "curvature": 1.0},),
    controls=(
        Control("Gaussian directions", "of the same mean square, with longer tails", observe=gaussian, change={"n": 2}),
        Control("corners of a cube", "of the same mean square, and all of one size", observe=corner),
    ),
    full=199,
    seconds=0.01,
)
