"""What the claims beyond quadratics share: random curved problems, starts on the bounce, orders in rho.

A setting is a handful of plain numbers:

============  ===================================================================================
``h``         eta times the largest eigenvalue at the start
``profile``   shape of a ravine
``model``     activation of a least-squares problem F: R^d -> R^m
``d``, ``m``  its number of variables and of residuals
``seed``      draws the problems
============  ===================================================================================

An order is fitted over radii that keep ``a + rho`` at fixed shares of the length 1 on which these problems change;
its interval comes from independent random problems.
"""

from typing import NamedTuple

import numpy as np

from flatlab import trajectory
from flatlab.evidence.domains import SEED, Choice, Uniform, Whole
from flatlab.evidence.intervals import power_law_slope
from flatlab.geometry.bounce import BounceFrame, bounce_frame, bounce_start
from flatlab.methods import SAM
from flatlab.objectives import CubicQuartic, LeastSquares, Valley
from flatlab.objectives.valleys.profiles import NAMED, ScaledProfile, named_profile
from flatlab.theory.sam import BounceOffset, TwoCycle

PHENOMENON = "Bartlett, Long, Bousquet (2023), arXiv 2210.01513v2, abstract, for the phenomenon; "
PROFILES = tuple(NAMED)
REACHES = np.geomspace(0.01, 0.08, 6)  # a + rho, in units of the length on which the problems change
SHORT = np.geomspace(5e-4, 5e-3, 6)
POOLED = 3  # problems in one replicate: their errors are pooled, so that one that nearly vanishes does no harm
REPLICATES = 10
RAVINES = {"h": Uniform(0.05, 1.6), "profile": Choice(PROFILES), "seed": SEED}
RAVINE_CORNERS = (
    {"h": 0.05, "profile": "bowl", "seed": 1},
    {"h": 1.0, "profile": "wavy", "seed": 2},
)
CURVED = {
    "h": Uniform(0.05, 1.6),
    "model": Choice(("tanh", "cubic")),
    "d": Whole(6, 50, log=True),
    "m": Whole(2, 5),
    "seed": SEED,
}
CURVED_CORNERS = (
    {"h": 0.3, "model": "tanh", "d": 6, "m": 3, "seed": 1},
    {"h": 1.0, "model": "cubic", "d": 6, "m": 3, "seed": 2},
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

    def cycle(self, rho):
        """Return the two-cycle along v_1."""
        return TwoCycle(self.frame.sharpness, self.eta, rho)

    def offset(self, rho):
        """Return the offset of the bounce."""
        return BounceOffset(self.frame.eigenvalues, self.eta, rho)


def ravines(setting):
    """Return replicates of pooled starts: each replicate is one random ravine of the setting's profile."""
    rng = np.random.default_rng(setting["seed"])
    found = []
    for _ in range(REPLICATES):
        profile = ScaledProfile(named_profile(setting["profile"]), rng.uniform(0.5, 2.0), rng.uniform(0.8, 1.2))
        ravine = Valley(profile)
        starts = (
            profile.width * rng.choice([-1.0, 1.0]) * (rng.uniform(0.0, 0.4, POOLED) + 0.3 + 0.4 * np.arange(POOLED))
        )
        frames = [bounce_frame(ravine, [0.0, y]) for y in starts]
        found.append([Bounce(ravine, frame, setting["h"] / frame.sharpness) for frame in frames])
    return found


def curved(setting):
    """Return replicates of pooled least-squares problems; the spectrum at the minimum 0 is well separated."""
    return _replicates(setting, curved_problem)


def curved_problem(setting, rng):
    """Return one random least-squares problem whose Jacobian at 0 has singular values chosen beforehand."""
    d, m = setting["d"], setting["m"]
    eigenvalues = separated_spectrum(m, rng)
    jacobian = np.sqrt(eigenvalues)[:, None] * np.linalg.qr(rng.standard_normal((d, m)))[0].T
    features, shifts = rng.standard_normal((m, d)) / np.sqrt(d), rng.uniform(-0.9, 0.9, m)
    slopes = 1 - np.tanh(shifts) ** 2 if setting["model"] == "tanh" else 1 + shifts + shifts**2 / 2
    problem = LeastSquares(jacobian - slopes[:, None] * features, features, shifts, setting["model"])
    return Bounce(problem, bounce_frame(problem, np.zeros(d)), setting["h"])


def polynomials(setting, kernel=0):
    """Return replicates of pooled polynomials of degree four about the point 0."""
    return _replicates(setting, lambda setting, rng: polynomial(setting, rng, kernel))


def polynomial(setting, rng, kernel=0):
    """Return one random polynomial of degree four in d variables, with ``kernel`` flat directions at the point 0."""
    d = setting["d"]
    eigenvalues = np.concatenate([separated_spectrum(d - kernel, rng), np.zeros(kernel)])
    cubic, quartic = (symmetric(rng.standard_normal((d,) * order)) for order in (3, 4))
    problem = CubicQuartic(eigenvalues, cubic, quartic)
    return Bounce(problem, bounce_frame(problem, np.zeros(d)), setting["h"])


def separated_spectrum(count, rng):
    """Return ``count`` eigenvalues from the largest down: 1, the others between 0.2 and 0.75."""
    return np.concatenate([[1.0], np.sort(rng.uniform(0.2, 0.75, count - 1))[::-1]])


def _replicates(setting, draw):
    rng = np.random.default_rng(setting["seed"])
    return [[draw(setting, rng) for _ in range(POOLED)] for _ in range(REPLICATES)]


def symmetric(tensor):
    """Return the symmetric part of a tensor of order three or four."""
    order = tensor.ndim
    total = tensor
    for k in range(2, order + 1):  # each index in turn is exchanged with every earlier one
        total = total + sum(total.swapaxes(j, k - 1) for j in range(k - 1))
    return total / np.prod(range(1, order + 1))


def settled_pair(bounce, rho, method=None, count=2):
    """Return ``count`` neighbouring iterates after every normal mode has lost 32 e-folds."""
    spectrum = bounce.frame.eigenvalues[bounce.frame.eigenvalues > 0]
    factor = np.abs(BounceOffset(spectrum, bounce.eta, rho).multipliers).max()
    steps = 2 * int(np.ceil(16 / -np.log(max(factor, 1e-3)))) + 2
    method = SAM(bounce.eta, rho) if method is None else method
    start = bounce_start(bounce.frame, bounce.eta, rho)
    settled = trajectory(method, bounce.objective, start, steps=steps, record_every=steps)[-1]
    return trajectory(method, bounce.objective, settled, steps=count - 1)


def order_in_rho(replicates, error, reaches=REACHES, floor=0.0):
    """Return the order of an error in rho, with an interval over independent problems.

    Parameters
    ----------
    replicates : list of lists of Bounce
        The errors within one replicate are pooled in root mean square.
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
    values = [
        [np.sqrt(np.mean([np.sum(np.square(error(one, one.rho(reach)))) for one in pool])) for reach in reaches]
        for pool in replicates
    ]
    return power_law_slope(reaches, np.array(values), floor=floor)
