"""What the claims beyond quadratics share: random curved problems, starts on the bounce, orders in rho.

A setting is a handful of plain numbers:

============  ===================================================================================
``h``         eta times the largest eigenvalue at the start
``profile``   shape of a ravine
``model``     activation of a least-squares problem F: R^d -> R^m
``d``, ``m``  its number of variables and of residuals
``problems``  number of random problems, the replicates of a fitted order
``seed``      draws the problems
============  ===================================================================================

Orders are fitted over radii that keep ``a + rho`` at fixed shares of the length 1 on which these problems change.
"""

from typing import NamedTuple

import numpy as np

from flatlab import trajectory
from flatlab.bounce import BounceFrame, bounce_frame, bounce_start
from flatlab.domains import SEED, Choice, Uniform, Whole
from flatlab.methods import SAM
from flatlab.objectives import CubicQuartic, LeastSquares, Ravine
from flatlab.rates import power_law_slope
from flatlab.theory.drift import effective_step

PHENOMENON = "the phenomenon: Bartlett, Long, Bousquet (2023), arXiv 2210.01513v2, abstract; "
PROFILES = ("bowl", "double-well", "wavy", "slope", "hill")
REACHES = np.geomspace(0.003, 0.03, 6)  # a + rho, in units of the length on which the problems change
RAVINES = {"h": Uniform(0.05, 1.6), "profile": Choice(PROFILES), "problems": Whole(12, 12), "seed": SEED}
CURVED = {
    "h": Uniform(0.05, 1.6),
    "model": Choice(("tanh", "cubic")),
    "d": Whole(5, 12),
    "m": Whole(2, 4),
    "problems": Whole(12, 12),
    "seed": SEED,
}
CURVED_CORNERS = (
    {"h": 0.02, "model": "tanh", "d": 6, "m": 3, "problems": 12, "seed": 1},
    {"h": 1.0, "model": "cubic", "d": 6, "m": 3, "problems": 12, "seed": 2},
    {"h": 0.5, "model": "cubic", "d": 50, "m": 10, "problems": 6, "seed": 3},
)
STABLE = {"eta times the largest eigenvalue is below 2": lambda setting: 0 < setting["h"] < 2}


class Bounce(NamedTuple):
    """An objective with a minimum, and the step size of a setting."""

    objective: tuple
    frame: BounceFrame
    eta: float

    def rho(self, reach):
        """Return the radius at which ``a + rho`` is ``reach``."""
        return reach * (2 - self.eta * self.frame.sharpness) / 2

    def path(self, rho, steps, method=None):
        """Return every iterate of SAM started on the bounce ``z + a v_1``."""
        start = bounce_start(self.frame, self.eta, rho)
        return trajectory(SAM(self.eta, rho) if method is None else method, self.objective, start, steps=steps)

    def step_on_sharpness(self, rho):
        """Return eta_eff."""
        return float(effective_step(self.frame.sharpness, self.eta, rho))


def ravines(setting):
    """Return one list of ravine problems for each replicate: several starts on one random ravine."""
    rng = np.random.default_rng(setting["seed"])
    found = []
    for _ in range(setting["problems"]):
        ravine = Ravine(setting["profile"], rng.uniform(0.5, 2.0), rng.uniform(0.8, 1.2))
        starts = ravine.width * rng.choice([-1.0, 1.0]) * rng.uniform(0.2, 1.6, 6)
        frames = [bounce_frame(ravine, [0.0, y]) for y in starts]
        found.append([Bounce(ravine, frame, setting["h"] / frame.sharpness) for frame in frames])
    return found


def curved(setting):
    """Return random least-squares problems whose Jacobian at the minimum 0 has a chosen, well separated spectrum."""
    rng = np.random.default_rng(setting["seed"])
    d, m = setting["d"], setting["m"]
    found = []
    for _ in range(setting["problems"]):
        eigenvalues = np.concatenate([[1.0], np.sort(rng.uniform(0.2, 0.75, m - 1))[::-1]])
        jacobian = np.sqrt(eigenvalues)[:, None] * np.linalg.qr(rng.standard_normal((d, m)))[0].T
        features, shifts = rng.standard_normal((m, d)) / np.sqrt(d), rng.uniform(-0.9, 0.9, m)
        slopes = 1 - np.tanh(shifts) ** 2 if setting["model"] == "tanh" else 1 + shifts + shifts**2 / 2
        problem = LeastSquares(jacobian - slopes[:, None] * features, features, shifts, setting["model"])
        found.append(Bounce(problem, bounce_frame(problem, np.zeros(d)), setting["h"]))
    return found


def generic_polynomials(setting, kernel=0):
    """Return random polynomials of degree four in d variables, with ``kernel`` flat directions at the point 0."""
    rng = np.random.default_rng(setting["seed"])
    d = setting["d"]
    found = []
    for _ in range(setting["problems"]):
        eigenvalues = np.concatenate([[1.0], np.sort(rng.uniform(0.2, 0.75, d - 1 - kernel))[::-1], np.zeros(kernel)])
        cubic, quartic = (symmetric(rng.standard_normal((d,) * order)) for order in (3, 4))
        problem = CubicQuartic(eigenvalues, cubic, quartic)
        found.append(Bounce(problem, bounce_frame(problem, np.zeros(d)), setting["h"]))
    return found


def symmetric(tensor):
    """Return the symmetric part of a tensor of order three or four."""
    order = tensor.ndim
    total = tensor
    for k in range(2, order + 1):  # each index in turn is exchanged with every earlier one
        total = total + sum(total.swapaxes(j, k - 1) for j in range(k - 1))
    return total / np.prod(range(1, order + 1))


def order_in_rho(replicates, error, reaches=REACHES, floor=0.0):
    """Return the order of an error in rho, with an interval over independent problems.

    Parameters
    ----------
    replicates : list
        Of a :class:`Bounce`, or of lists of them whose errors are pooled in root mean square.
    error : callable
        ``error(bounce, rho)`` is a number or a vector.
    reaches : ndarray
        Values of ``a + rho``.
    floor : float
        Errors at or below are rounding.

    Returns
    -------
    Estimate
    """
    values = []
    for replicate in replicates:
        members = replicate if isinstance(replicate, list) else [replicate]
        values.append(
            [np.sqrt(np.mean([np.sum(error(one, one.rho(reach)) ** 2) for one in members])) for reach in reaches]
        )
    return power_law_slope(reaches, np.array(values), floor=floor)
