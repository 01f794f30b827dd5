"""A convex quadratic with a start for SAM, the ranges that its parameters are drawn from, and late iterates."""

import inspect
from typing import NamedTuple

import numpy as np

from flatlab import trajectory
from flatlab.evidence.domains import SEED, LogUniform, Uniform, Whole
from flatlab.methods import SAM
from flatlab.objectives import Quadratic
from flatlab.theory.sam import HiddenObjective, SAMOnQuadratic

FLATTEST = 0.03  # where a setting does not say
MOST_EFOLDS = 600.0  # double precision spans about 700
MOST_UPDATES = 2e8  # of coordinates in one run
OVERHEAD = 40  # what a step costs besides, in updates of a coordinate

DOMAIN = {
    "d": Whole(1, 2000, log=True),
    "h": Uniform(0.002, 1.998),
    "rho": LogUniform(1e-12, 1e12),
    "gap": LogUniform(1e-3, 0.9),
    "flat": LogUniform(1e-8, 0.9),
    "top": LogUniform(1e-6, 1e6),
    "scale": LogUniform(1e-6, 30.0),
    "seed": SEED,
}
SEVERAL = {**DOMAIN, "d": Whole(2, 2000, log=True)}
_PLAIN = {"d": 5, "h": 0.7, "rho": 0.1, "gap": 0.2, "flat": 0.1, "top": 3.0, "scale": 5.0, "seed": 1}
CORNERS = (
    {**_PLAIN, "h": 1e-3, "scale": 4e-4},
    {**_PLAIN, "h": 1.0},
    {**_PLAIN, "h": 1.999},
    {**_PLAIN, "gap": 1e-3},
    {**_PLAIN, "d": 200, "rho": 1e3},
    {**_PLAIN, "rho": 1e-3},
)
FEW = {**DOMAIN, "d": Whole(2, 12), "h": Uniform(0.02, 1.98)}
FEW_CORNERS = tuple({**corner, "d": min(corner["d"], 12)} for corner in CORNERS)
ANY_STEP = {**DOMAIN, "h": Uniform(0.002, 4.0)}
BEYOND = ({**CORNERS[0], "h": 2.0}, {**CORNERS[0], "h": 3.5})


class Problem(NamedTuple):
    """A quadratic in its eigenbasis with the hyper-parameters of SAM and a start."""

    eigenvalues: np.ndarray
    eta: float
    rho: float
    start: np.ndarray

    @property
    def theory(self):
        """The formulas of SAM on this quadratic."""
        return SAMOnQuadratic(self.eigenvalues, self.eta, self.rho)

    @property
    def h(self):
        """Step size times the largest eigenvalue."""
        return self.eta * self.eigenvalues[0]

    @property
    def radius(self):
        """Size a_1 of the top cycle."""
        return self.theory.cycle().radius

    @property
    def hidden(self):
        """The hidden objective J of SAM on this quadratic."""
        return HiddenObjective(self.theory)

    @property
    def gradient(self):
        """The gradient u_0 at the start."""
        return self.eigenvalues * self.start

    @property
    def objective(self):
        """The quadratic."""
        return Quadratic(self.eigenvalues)

    @property
    def sam(self):
        """SAM with this problem's step size and radius."""
        return SAM(self.eta, self.rho)

    def axis(self, index, length):
        """Return ``length`` times the unit vector along one coordinate."""
        point = np.zeros(self.eigenvalues.size)
        point[index] = length
        return point


def quadratic(*, d, h, rho, gap, top, scale, seed, flat=FLATTEST):
    """Return the :class:`Problem` of a setting.

    d : number of variables.
    h : step size times the largest eigenvalue; stability of the top cycle needs h < 2.
    rho : radius of the ascent step.
    gap : relative eigengap (lambda_1 - lambda_2) / lambda_1.
    top : largest eigenvalue.
    scale : size of the start, in units of rho.
    seed : draws the rest of the spectrum and the direction of the start.
    flat : lower end of the eigenvalues after the second, in units of the second; their logarithms are uniform.
    """
    rng = np.random.default_rng(seed)
    second = 1 - gap
    ratios = np.ones(d)
    if d > 1:
        ratios[1] = second
        ratios[2:] = second * np.sort(flat ** rng.uniform(0.0, 1.0, d - 2))[::-1]
    direction = rng.standard_normal(d)
    start = scale * rho * direction / np.linalg.norm(direction)
    return Problem(top * ratios, h / top, rho, start)


def quadratic_of(setting):
    """Return the :class:`Problem` of a setting that may hold further parameters."""
    names = inspect.signature(quadratic).parameters
    return quadratic(**{name: setting[name] for name in names if name in setting})


def without_first(*, first=0.0, **setting):
    """Return the :class:`Problem` of a setting, its start with the component ``first`` rho on e_1: none by default."""
    p = quadratic(**setting)
    start = p.start.copy()
    start[0] = first * p.rho
    return p._replace(start=start)


def gradients(p, steps, method=None):
    """Return the gradients without the bounce ``u_t = (-1)^t Lam w_t`` along a run, shape (steps + 1, d)."""
    path = trajectory(p.sam if method is None else method, p.objective, p.start, steps=steps)
    return np.where(np.arange(steps + 1) % 2, -1.0, 1.0)[:, None] * path * p.eigenvalues


def efolds_lost(p):
    """Return how many e-folds the component on e_1 may lose before its growth sets in.

    While |Lam w| is above b_1 that component shrinks by A_1 at every step, by a lot near the critical
    norm. The norm is taken to fall as slowly as it can, by ``1 - h_d`` a step.
    """
    norm, goal = np.linalg.norm(p.eigenvalues * p.start), p.theory.cycle().gradient_norm
    slowest = float(np.abs(1 - p.eta * p.eigenvalues).max())
    if norm <= goal or slowest == 0:
        return 0.0
    norms = norm * slowest ** np.arange(int(np.log(goal / norm) / np.log(slowest)) + 1)
    h = p.eta * p.eigenvalues[0]
    factors = np.abs(p.eta * p.rho * p.eigenvalues[0] ** 2 / norms + h - 1)
    return float(np.sum(-np.log(np.clip(factors, 1e-6, 1.0))))


def enough_steps(p, digits=60.0):
    """Return an even number of steps after which a run from the start has settled to rounding.

    The gradient first falls to the size it has on the cycle; then the component on e_1 must make up
    for what it has lost, past the second cycle; then the slowest mode loses twice ``digits`` e-folds.
    """
    distinct = SAMOnQuadratic(np.unique(p.eigenvalues)[::-1], p.eta)
    margin = max(-np.log(max(distinct.asymptotic_rate, 1e-300)), 1e-12)
    regrowth = (efolds_lost(p) + 30) / np.log(distinct.escape_factor(1)) if distinct.eigenvalues.size > 1 else 0.0
    return 2 * int(np.ceil((regrowth + 2 * digits / margin) / 2)) + 200


def late(p, method=None, steps=None):
    """Return three consecutive late iterates, shape (3, d)."""
    method = p.sam if method is None else method
    steps = enough_steps(p) if steps is None else steps
    settled = trajectory(method, p.objective, p.start, steps=steps, record_every=steps)[-1]
    return trajectory(method, p.objective, settled, steps=2)


def updates(p, digits=60.0):
    """Return how many updates of a coordinate a run costs in which the slowest mode loses twice ``digits`` e-folds."""
    distinct = SAMOnQuadratic(np.unique(p.eigenvalues)[::-1], p.eta)
    margin = max(-np.log(max(distinct.asymptotic_rate, 1e-300)), 1e-12)
    return 2 * digits / margin * (p.start.size + OVERHEAD)


def short(most=MOST_UPDATES):
    """Return the hypothesis that a run to the cycle is not too long."""
    return {f"a run to the cycle updates at most {most:g} coordinates": lambda s: updates(quadratic_of(s)) <= most}


STABLE = {"eta times the largest eigenvalue is below 2": lambda s: 0 < s["h"] < 2}
REACHES = {
    **STABLE,
    **short(),
    "the component on e_1 does not underflow on the way in": lambda s: efolds_lost(quadratic_of(s)) < MOST_EFOLDS,
}
