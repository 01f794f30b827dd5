r"""At a saddle with $|l|>b_1/\rho$ in all directions but $e_1$ the bounce holds SAM, where gradient descent leaves."""

from typing import NamedTuple

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform, Uniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.methods import GD, SAM
from flatlab.objectives import DenseQuadratic
from flatlab.theory.sam import TwoCycle

NEAR = 1e-2  # tangent of the angle to e_1 at the start
EFOLDS = 40
MOST_EFOLDS = 300  # of growth: the squares of the coordinates stay finite


class Saddle(NamedTuple):
    """A spectrum with one positive curvature, the hyper-parameters of SAM, and a start near the top cycle."""

    spectrum: np.ndarray
    eta: float
    rho: float
    start: np.ndarray

    @property
    def few_steps(self):
        """Number of steps in which gradient descent grows by ``MOST_EFOLDS`` e-folds, ``steps`` at most."""
        return min(self.steps, int(MOST_EFOLDS / np.log1p(self.eta * np.abs(self.spectrum[1:]).max())))

    @property
    def steps(self):
        """Number of steps in which every factor at the cycle shrinks an error by ``EFOLDS`` e-folds."""
        top, others = self.spectrum[0], self.spectrum[1:]
        factors = 1 - self.eta * others - (2 - self.eta * top) * (others / top) ** 2
        slowest = np.abs(np.append(factors, 1 - self.eta * top)).max()
        return int(EFOLDS / -np.log(slowest)) + 1


def saddle(d, h, rho, top, least, seed):
    """Return a :class:`Saddle`, its negative curvatures between two bounds, ``least`` of the way from each or more."""
    rng = np.random.default_rng(seed)
    low, high = h / (2 - h), (h + np.sqrt(h**2 + 8 * (2 - h))) / (2 * (2 - h))
    sizes = low + (high - low) * rng.uniform(least, 1 - least, d - 1)
    others = rng.standard_normal(d - 1) / sizes
    start = TwoCycle(top, h / top, rho).radius * np.append(1.0, NEAR * others / np.linalg.norm(sizes * others))
    return Saddle(top * np.append(1.0, -sizes), h / top, rho, start)


def distance(p, steps, method):
    """Return the distance of a late iterate from the cycle over its radius."""
    run = trajectory(method, DenseQuadratic(np.diag(p.spectrum)), p.start, steps=steps, record_every=steps)
    end = run[-1] / p.start[0]
    return np.hypot(abs(end[0]) - 1, np.linalg.norm(end[1:]))


CLAIM = Claim(
    id="bartlett2023/held-at-a-saddle",
    title="the bounce holds SAM at a saddle",
    statement=r"""Let all curvatures but $\lambda_1$ be negative, $|l|>b_1/\rho$ and $(2-h)(l/\lambda_1)^2<2+\eta|l|$.
        From near the top cycle SAM converges to it; gradient descent leaves.""",
    source="Zero and negative curvature",
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-9),
    problem=saddle,
    observe=lambda p, rng: distance(p, p.steps, SAM(p.eta, p.rho)),
    expect=0,
    domain={
        "d": Whole(2, 12),
        "h": Uniform(0.02, 1.98),
        "rho": LogUniform(1e-6, 1e6),
        "top": LogUniform(1e-3, 1e3),
        "least": Uniform(0.1, 0.4),
        "seed": SEED,
    },
    hypotheses={"eta times the largest eigenvalue is below 2": lambda s: s.h < 2},
    quick=10,
    full=200,
    seconds=0.002,
    note="Observed: the distance from the cycle, over its radius, when the slowest mode has lost forty e-folds.",
    controls=(
        Control(
            "gradient descent", "its factor is 1 + eta |l|", observe=lambda p, rng: distance(p, p.few_steps, GD(p.eta))
        ),
    ),
)
