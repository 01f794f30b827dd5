"""Random curved problems with a bounce of SAM across a minimum, and orders in rho of errors on them.

An order is fitted over radii that keep ``a + rho`` at fixed shares of the length 1 on which these problems change;
its interval comes from independent random problems.
"""

from typing import NamedTuple

import numpy as np

from flatlab import trajectory
from flatlab.evidence.domains import SEED, Choice, LogUniform, Uniform, Whole
from flatlab.evidence.intervals import power_law_slope
from flatlab.geometry.bounce import BounceFrame, bounce_frame, bounce_start
from flatlab.methods import SAM
from flatlab.objectives import CubicQuartic, LeastSquares, Valley
from flatlab.objectives.valleys.named_profiles import NAMED, named_profile
from flatlab.objectives.valleys.profiles import ScaledProfile
from flatlab.theory.sam import BounceOffset, TwoCycle

PROFILES = tuple(NAMED)
DISTANCES = np.geomspace(0.01, 0.08, 6)  # a + rho, in units of the length on which the problems change
SHORT = np.geomspace(5e-4, 5e-3, 6)
POOLED = 3  # problems in one replicate: their errors are pooled, so that one that nearly vanishes does no harm
REPLICATES = 10
MANY = "an order is measured on thirty problems and several radii"
RAVINES = {"h": Uniform(0.05, 1.99), "profile": Choice(PROFILES), "seed": SEED}
RAVINE_CORNERS = ({"h": 0.05, "profile": "bowl", "seed": 1}, {"h": 1.0, "profile": "wavy", "seed": 2})
SEPARATED = {
    "h": Uniform(0.05, 1.6),
    "model": Choice(("tanh", "cubic")),
    "d": Whole(6, 50, log=True),
    "m": Whole(2, 5),
    "seed": SEED,
}
CURVED = {**SEPARATED, "h": Uniform(0.05, 1.99), "gap": LogUniform(1e-3, 0.5), "slow": LogUniform(1e-3, 0.5)}
CURVED_CORNERS = (
    {"h": 0.3, "model": "tanh", "d": 6, "m": 3, "seed": 1},
    {"h": 1.0, "model": "cubic", "d": 6, "m": 3, "seed": 2},
)
NEAR_TWO = {"h": 1.99, "model": "tanh", "d": 6, "m": 4, "gap": 1e-3, "slow": 1e-3, "seed": 3}


class Bounce(NamedTuple):
    """An objective with a minimum, and the step size of a setting; methods other than SAM are given as objects."""

    objective: NamedTuple
    frame: BounceFrame
    eta: float

    @property
    def h(self):
        """Step size times the largest eigenvalue at the minimum."""
        return self.eta * self.frame.sharpness

    @property
    def spectrum(self):
        """The eigenvalues above 0."""
        return self.frame.eigenvalues[self.frame.eigenvalues > 0]

    @property
    def rank(self):
        """Rank of the Hessian at the minimum."""
        return self.frame.minimum.size - self.frame.kernel_dimension

    def rho(self, reach):
        """Return the radius at which ``a + rho`` is ``reach``."""
        return reach * (2 - self.h) / 2

    def start(self, rho):
        """Return the point ``z + a v_1`` of the bounce."""
        return bounce_start(self.frame, self.eta, rho)

    def path(self, rho, steps, method=None, every=1, start=None):
        """Return every ``every``-th iterate of a run started on the bounce, or at ``z + rho start``."""
        method = SAM(self.eta, rho) if method is None else method
        w = self.start(rho) if start is None else self.frame.minimum + rho * start
        return trajectory(method, self.objective, w, steps=steps, record_every=every)

    def late(self, rho, steps, method=None, count=2, start=None):
        """Return ``count`` neighbouring iterates after ``steps`` steps."""
        last = self.path(rho, steps, method, every=steps, start=start)[-1]
        return trajectory(SAM(self.eta, rho) if method is None else method, self.objective, last, steps=count - 1)

    def settling_steps(self):
        """Return an even number of steps in which every normal mode of the bounce loses 32 e-folds."""
        factor = np.abs(BounceOffset(self.spectrum, self.eta, 1.0).multipliers).max()
        return 2 * int(np.ceil(16 / -np.log(max(factor, 1e-3)))) + 2

    def settled(self, rho, count=2):
        """Return ``count`` neighbouring iterates of a settled bounce."""
        return self.late(rho, self.settling_steps(), count=count)

    def cycle(self, rho):
        """Return the two-cycle along v_1."""
        return TwoCycle(self.frame.sharpness, self.eta, rho)

    def offset(self, rho):
        """Return the offset of the bounce."""
        return BounceOffset(self.frame.eigenvalues, self.eta, rho)


def ravines(*, h, profile, seed):
    """Return replicates of pooled starts: each replicate is one random ravine of a profile."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(REPLICATES):
        drawn = ScaledProfile(named_profile(profile), rng.uniform(0.5, 2.0), rng.uniform(0.8, 1.2))
        ravine = Valley(drawn)
        starts = drawn.width * rng.choice([-1.0, 1.0]) * (rng.uniform(0.0, 0.4, POOLED) + 0.3 + 0.4 * np.arange(POOLED))
        frames = [bounce_frame(ravine, [0.0, y]) for y in starts]
        found.append([Bounce(ravine, frame, h / frame.sharpness) for frame in frames])
    return found


def replicates(draw, seed, pooled=POOLED):
    """Return replicates of pooled bounces, each of them ``draw(rng)``."""
    rng = np.random.default_rng(seed)
    return [[draw(rng) for _ in range(pooled)] for _ in range(REPLICATES)]


def curved(*, seed, pooled=POOLED, **setting):
    """Return replicates of pooled :func:`curved_problem`."""
    return replicates(lambda rng: curved_problem(rng, **setting), seed, pooled)


def curved_problem(rng, *, h, model, d, m, gap=None, slow=None):
    """Return a random least-squares problem F: R^d -> R^m with activation ``model``, at its minimum 0.

    The singular values of its Jacobian there are chosen beforehand, by :func:`separated_spectrum`.
    """
    eigenvalues = separated_spectrum(m, rng, gap, slow)
    jacobian = np.sqrt(eigenvalues)[:, None] * np.linalg.qr(rng.standard_normal((d, m)))[0].T
    features, shifts = rng.standard_normal((m, d)) / np.sqrt(d), rng.uniform(-0.9, 0.9, m)
    slopes = 1 - np.tanh(shifts) ** 2 if model == "tanh" else 1 + shifts + shifts**2 / 2
    problem = LeastSquares(jacobian - slopes[:, None] * features, features, shifts, model)
    return Bounce(problem, bounce_frame(problem, np.zeros(d)), h)


def polynomial(rng, *, h, d, kernel=0):
    """Return a random polynomial of degree four in d variables, with ``kernel`` flat directions at the point 0."""
    eigenvalues = np.concatenate([separated_spectrum(d - kernel, rng), np.zeros(kernel)])
    cubic, quartic = (symmetric(rng.standard_normal((d,) * order)) for order in (3, 4))
    problem = CubicQuartic(eigenvalues, cubic, quartic)
    return Bounce(problem, bounce_frame(problem, np.zeros(d)), h)


def separated_spectrum(count, rng, gap=None, slow=None):
    """Return ``count`` eigenvalues from the largest down: 1, the others between 0.2 and 0.75.

    If given, the smallest of them is ``slow`` and the second ``1 - gap``.
    """
    others = np.sort(rng.uniform(0.2, 0.75, count - 1))[::-1]
    if slow is not None:
        others[-1:] = slow
    if gap is not None:
        others[:1] = 1 - gap
    return np.concatenate([[1.0], others])


def symmetric(tensor):
    """Return the symmetric part of a tensor of order three or four."""
    order = tensor.ndim
    total = tensor
    for k in range(2, order + 1):  # each index in turn is exchanged with every earlier one
        total = total + sum(total.swapaxes(j, k - 1) for j in range(k - 1))
    return total / np.prod(range(1, order + 1))


def order_in_rho(replicates, error, reaches=DISTANCES, floor=0.0):
    """Return the order of ``error(bounce, rho)`` in rho, with an interval over independent problems.

    The error is a number or a vector; errors within one replicate are pooled in root mean square, those at or below
    ``floor`` are rounding. ``reaches`` are values of ``a + rho``.
    """
    return pooled_order(replicates, lambda one: [error(one, one.rho(reach)) for reach in reaches], reaches, floor)


def pooled_order(replicates, errors, reaches, floor=0.0):
    """Return the order that :func:`order_in_rho` returns, with ``errors(bounce)`` the errors at all radii."""
    squares = [[[np.sum(np.square(error)) for error in errors(one)] for one in pool] for pool in replicates]
    return power_law_slope(reaches, np.sqrt(np.mean(squares, axis=1)), floor=floor)


def common_order(replicates, error, reaches, floor=0.0):
    """Return the order in ``a + rho`` of the size of ``error(bounce, rho)`` over all problems together, above a floor.

    Together, as two terms of a single problem may cancel near one of the radii.
    """
    found = [[np.linalg.norm(error(one, one.rho(reach))) for reach in reaches] for pool in replicates for one in pool]
    sizes = np.linalg.norm(found, axis=0) / np.sqrt(len(found))
    kept = sizes > floor
    return np.polyfit(np.log(reaches[kept]), np.log(sizes[kept]), 1)[0]
