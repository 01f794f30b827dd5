r"""The projection takes the term of first order off the largest rise of $f$ in a step, as a quadratic shows exactly."""

import math
from typing import NamedTuple

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.methods import RandomlySmoothed
from flatlab.objectives import Quadratic
from flatlab.simulation.trajectories import restarts
from flatlab.theory.escape import StepCost
from paper_checks.ahn2024.enclosures.cost_ratio import ENCLOSURE

DRAWN = 20  # directions besides the worst one


class QuadraticStep(NamedTuple):
    """A step on beta|x|^2/2; ``load`` is beta eta, ``share`` the length of the gradient over beta rho."""

    d: int
    beta: float
    load: float
    share: float
    rho: float

    @property
    def cost(self):
        """The cost of a step whose perturbation has the length beta rho."""
        s = self.beta * self.rho
        return StepCost(self.load / self.beta, self.beta, s, self.share * s)

    @property
    def unit(self):
        """The largest rise of a projected step from the minimum, beta eta^2 s^2/2."""
        return self.cost._replace(gradient_norm=0.0).projected

    def rise(self, rng, projected, worst=True):
        """Return the largest rise of f over some drawn u and, if ``worst``, over the u at which it is largest of all.

        That u is opposite to the gradient, with the projection orthogonal to it. It is the direction which a generator
        draws; the point is chosen to match.
        """
        eta, seed = self.cost.eta, int(rng.integers(2**31))
        method = RandomlySmoothed(eta, eta, self.rho, math.inf, projected)
        u = np.random.default_rng(seed).standard_normal(self.d)
        place = -u
        if projected:
            other = rng.standard_normal(self.d)
            place = other - other @ u / (u @ u) * u
        x = self.share * self.rho * place / np.linalg.norm(place)
        runs = [(DRAWN, rng), (1, np.random.default_rng(seed))] if worst else [(DRAWN, rng)]
        ends = [restarts(method, Quadratic([self.beta] * self.d), x, count=n, rng=draws) for n, draws in runs]
        moved = np.concatenate(ends) - x
        return float((moved * (moved + 2 * x)).sum(axis=1).max() * self.beta / 2 / self.unit)

    def rises(self, rng, worst=True):
        """Return the largest rise of f without the projection and with it."""
        return self.rise(rng, False, worst), self.rise(rng, True, worst)

    @property
    def stated(self):
        """The stated rises; without the projection v contains the gradient itself."""
        worst = self.cost._replace(perturbation_norm=(1 - self.share) * self.cost.perturbation_norm)
        return worst.unprojected / self.unit, self.cost.projected / self.unit


CLAIM = Claim(
    id="ahn2024/cost-ratio",
    title="how much the projection saves",
    statement=r"""On $\beta|x|^2/2$, $\beta\eta\le1/2$, the largest rise of $f$ in a step over all $u$, in units of
        $\beta\eta^2s^2/2$, is $\frac{2g(s-2g)}{\beta\eta s^2}+\frac{(s-2g)^2}{s^2}$ without the projection and
        $1-\frac{(2-\beta\eta)g^2}{\beta\eta s^2}$ with it, $g=|\nabla f|$, $s=\beta\rho$: at a gate
        $g=\gamma\sqrt\eta\rho$ of order $1/\sqrt\eta$, and at most 1.""",
    source="Cost of one step",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9, atol=1e-8),
    problem=QuadraticStep,
    observe=lambda p, rng: p.rises(rng),
    expect=lambda p: p.stated,
    domain={
        "d": Whole(2, 9),
        "beta": LogUniform(0.3, 30),
        "load": LogUniform(1e-3, 0.5),
        "share": Uniform(0.0, 0.9),
        "rho": LogUniform(1e-3, 1.0),
    },
    corners=tuple({"d": 5, "beta": 2.0, "load": 1e-3, "share": share, "rho": 0.05} for share in (0.0, 0.03, 0.25)),
    quick=3,
    full=197,
    seconds=0.0025,
    note="""Observed: the change of f itself in a step of the method, the fall by the gradient included. The largest of
        the u at which it is attained and of twenty drawn ones; share is g/s, load beta eta.""",
    controls=(
        Control(
            "projection exchanged",
            "with it the rise is at most 1, without it of first order",
            observe=lambda p, rng: p.rises(rng)[::-1],
            change=lambda s: s if 0.02 < s.share < 0.4 else None,
        ),
        Control(
            "drawn directions only",
            "none is the worst",
            observe=lambda p, rng: p.rises(rng, worst=False),
            change=lambda s: s if s.share > 0 else None,
        ),
        Control(
            "the rise by the perturbation alone",
            "a projected step falls by the gradient as well",
            expect=lambda p: (p.stated[0], 1.0),
            change=lambda s: s if s.share > 0.02 else None,
        ),
    ),
    enclosure=ENCLOSURE,
)
