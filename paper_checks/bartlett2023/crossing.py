r"""Past the place where $\lambda_1$ meets $\lambda_2$ a perturbed bounce keeps both within $O(\rho)$ of each other."""

from itertools import pairwise, permutations
from typing import NamedTuple

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform, Uniform
from flatlab.evidence.intervals import power_law_slope
from flatlab.evidence.relations import WithinInterval
from flatlab.methods import SAM
from flatlab.objectives import CubicQuartic
from flatlab.theory.sam import TwoCycle
from paper_checks.bartlett2023.problems.quadratic import STABLE

DISTANCES = np.geomspace(0.015, 0.06, 5)  # a + rho
REPLICATES = 40
TIME, MET = 0.8, 0.3  # eta rho^2 t of a run, and when every pair of eigenvalues has met


class Pair(NamedTuple):
    """Two ravines ``(a_1(y_1) x_1^2 + a_2(y_2) x_2^2) / 2`` with quadratic a_i, variables (x_1, x_2, y_1, y_2)."""

    levels: np.ndarray
    slopes: np.ndarray
    bends: np.ndarray

    @property
    def objective(self):
        """The pair as a polynomial of degree four."""
        cubic, quartic = np.zeros((4,) * 3), np.zeros((4,) * 4)
        for i in (0, 1):
            for place in set(permutations((i, i, i + 2))):
                cubic[place] = self.slopes[i]
            for place in set(permutations((i, i, i + 2, i + 2))):
                quartic[place] = self.bends[i]
        return CubicQuartic([*self.levels, 0.0, 0.0], cubic, quartic)

    def eigenvalues(self, points):
        """Return a_1 and a_2 under points, shape (n, 2)."""
        y = points[:, 2:]
        return self.levels + self.slopes * y + self.bends * y**2 / 2


def pairs(h, kick, below, seed):
    """Return random pairs whose second eigenvalue starts lower by up to ``below``, with h and the size of the kicks."""
    rng = np.random.default_rng(seed)
    drawn = [
        Pair(np.array([1.0, 1 - below * rng.uniform(0.5, 1.0)]), rng.uniform(0.7, 1.3, 2), rng.uniform(0.5, 1.5, 2))
        for _ in range(REPLICATES)
    ]
    return drawn, h, kick


def apart(pair, h, kick, reach, rng):
    """Return the largest distance of the two eigenvalues after they have met; x_2 is kicked every 4 / reach steps."""
    rho, block = reach * (2 - h) / 2, int(4 / reach)
    radius, objective = TwoCycle(1.0, h, rho).radius, pair.objective
    blocks = int(TIME / (h * rho**2 * block))
    points = np.zeros((blocks + 1, 4))
    points[0, 0] = radius
    for before, after in pairwise(points):
        kicked = before + np.array([0.0, kick * radius * rng.standard_normal(), 0.0, 0.0])
        after[:] = trajectory(SAM(h, rho), objective, kicked, steps=block, record_every=block)[-1]
    late = points[int(MET / TIME * blocks) :]
    return np.abs(np.diff(pair.eigenvalues(late), axis=1)).max()


def order(kicked=True, replicates=REPLICATES):
    def observe(case, rng):
        drawn, h, kick = case[0][:replicates], *case[1:]
        found = [[apart(pair, h, kicked * kick, reach, rng) for reach in DISTANCES] for pair in drawn]
        return power_law_slope(DISTANCES, found)

    return observe


CLAIM = Claim(
    id="bartlett2023/eigenvalues-fall-together",
    title="past their meeting the two leading eigenvalues stay together",
    statement=r"""On two ravines side by side, with kicks across the bounce of a fixed small share of its amplitude
        every $4/(a+\rho)$ steps, SAM lowers $\lambda_1$ until it meets $\lambda_2$; from then on they differ by
        $O(\rho)$.""",
    source=("Drift flow", "Eigenvalues that meet"),
    origin="measured",
    kind="rate",
    relation=WithinInterval(0.25),
    problem=pairs,
    observe=order(),
    expect=1,
    domain={"h": Uniform(0.3, 1.0), "kick": LogUniform(1e-3, 1e-2), "below": Uniform(0.05, 0.1), "seed": SEED},
    hypotheses=STABLE,
    quick=1,
    full=20,
    seconds=0.95,
    few="forty pairs of ravines, each followed at five radii through the meeting",
    note="""Observed: the order in rho of the largest difference after the meeting. A bounce along one of the two
        directions alone would lower its eigenvalue alone, as without kicks.""",
    controls=(
        Control(
            "no kicks",
            "the bounce stays in its direction and lowers the first alone: order 0",
            observe=order(kicked=False, replicates=10),
        ),
    ),
)
