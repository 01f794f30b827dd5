"""SAM on a convex quadratic settles into a two-cycle across the direction of largest curvature."""

import numpy as np

from flatlab import ensemble
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.intervals import proportion
from flatlab.evidence.relations import Equal, ProbabilityAtLeast
from flatlab.methods import GD, USAM
from flatlab.theory.sam import USAMOnQuadratic
from paper_checks.bartlett2023._settings import (
    CORNERS,
    DOMAIN,
    PAPER,
    REACHES,
    SEVERAL,
    enough_steps,
    late,
    problem,
)


def _zero(setting):
    return 0.0


def _cycle_errors(p, points):
    """Return how far late iterates are from the cycle and from having period two, in units of a_1."""
    target = p.axis(0, p.radius)
    distance = min(np.linalg.norm(points[0] - target), np.linalg.norm(points[0] + target))
    return [distance / p.radius, np.linalg.norm(points[2] - points[0]) / p.radius]


def _observe_cycle(setting, rng):
    p = problem(setting)
    return _cycle_errors(p, late(p))


def _observe_gd_cycle(setting, rng):
    p = problem(setting)
    return _cycle_errors(p, late(p, GD(p.eta)))


def _observe_usam_cycle(setting, rng):
    p = problem(setting)
    stable_rho = (2 / p.eta - p.eigenvalues[0]) / (2 * p.eigenvalues[0] ** 2)
    assert p.eta < USAMOnQuadratic(p.eigenvalues, stable_rho).threshold
    return _cycle_errors(p, late(p, USAM(p.eta, stable_rho)))


def _observe_without_first(setting, rng):
    p = problem(setting)
    start = p.start.copy()
    start[0] = 0.0
    return _cycle_errors(p, late(p, start=start))


TWO_CYCLE = Claim(
    id="bartlett2023/two-cycle",
    title="SAM converges to a two-cycle",
    statement=r"On a convex quadratic SAM converges to the two-cycle $\pm a_1 e_1$ with $a_1 = \rho h/(2-h)$, $h = "
    r"\eta\lambda_1 < 2$.",
    source=PAPER + "; radius: README, Theorem A",
    origin="quoted",
    kind="equality",
    relation=Equal(atol=1e-10),
    observe=_observe_cycle,
    expect=_zero,
    domain=DOMAIN,
    corners=CORNERS,
    hypotheses=REACHES,
    quick=12,
    full=300,
    note="Observed: distance to the cycle and to period two after the transient, in units of its radius. "
    "The abstract states the cycle; its radius is derived here. A far start on an ill-conditioned quadratic can "
    "lose more than "
    "700 e-folds of its component on e_1 on the way in, which underflows in double precision; such settings are "
    "left out.",
    controls=(
        Control("gradient descent", "GD goes to the minimum, at distance 1 from the cycle", observe=_observe_gd_cycle),
        Control("no normalisation", "USAM below its threshold goes to the minimum", observe=_observe_usam_cycle),
        Control(
            "start without a component along e_1",
            "the first coordinate stays zero, so the cycle lies along another axis",
            observe=_observe_without_first,
            change=lambda s: s if s["d"] > 1 else None,
        ),
    ),
)


def _observe_cosine(setting, rng, start=None):
    p = problem(setting)
    point = late(p, start=start)[0]
    return abs(point[0]) / np.linalg.norm(point)


def _observe_cosine_without_first(setting, rng):
    start = problem(setting).start.copy()
    start[0] = 0.0
    return _observe_cosine(setting, rng, start)


DIRECTION = Claim(
    id="bartlett2023/largest-curvature",
    title="the bounce is along the largest curvature",
    statement=r"The iterates turn into the direction of largest curvature: $|\cos\angle(w_t, e_1)| \to 1$.",
    source=PAPER,
    origin="quoted",
    kind="equality",
    relation=Equal(atol=1e-12),
    observe=_observe_cosine,
    expect=lambda setting: 1.0,
    domain=SEVERAL,
    corners=CORNERS,
    hypotheses=REACHES,
    quick=8,
    full=200,
    controls=(
        Control(
            "start without a component along e_1",
            "the bounce is along the second axis",
            observe=_observe_cosine_without_first,
        ),
    ),
)


def _observe_amplitude(setting, rng):
    p = problem(setting)
    return np.linalg.norm(late(p), axis=1).mean()


def _radius(setting):
    return problem(setting).radius


def _radius_with(formula):
    return lambda setting: formula(setting["h"], setting["rho"])


AMPLITUDE = Claim(
    id="bartlett2023/amplitude",
    title="amplitude of the two-cycle",
    statement=r"The cycle has radius $a_1 = \rho\,\eta\lambda_1/(2-\eta\lambda_1)$.",
    source="README, Stationary points of J",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-12),
    observe=_observe_amplitude,
    expect=_radius,
    domain=DOMAIN,
    corners=CORNERS,
    hypotheses=REACHES,
    quick=12,
    full=300,
    controls=(
        Control("sign", "2 + h in place of 2 - h", expect=_radius_with(lambda h, rho: rho * h / (2 + h))),
        Control("factor two", "twice the radius", expect=_radius_with(lambda h, rho: 2 * rho * h / (2 - h))),
        Control(
            "rho squared",
            "the radius is linear in rho",
            expect=_radius_with(lambda h, rho: rho**2 * h / (2 - h)),
            change=lambda s: s if abs(s["rho"] - 1) > 1e-6 else None,
        ),
        Control(
            "ascent point",
            "a_1 + rho is where the gradient is taken, not where the iterate is",
            expect=_radius_with(lambda h, rho: 2 * rho / (2 - h)),
        ),
    ),
)


def _observe_share(setting, rng, method=None):
    """Share of Gaussian starts whose run ends on the top cycle."""
    p = problem(setting)
    trials = setting["starts"]
    size = p.eigenvalues.size
    starts = setting["scale"] * p.rho * rng.standard_normal((trials, size)) / np.sqrt(size)
    ends = ensemble(p.sam if method is None else method(p), p.objective, starts, steps=enough_steps(p))
    target = p.axis(0, p.radius)
    distance = np.minimum(np.linalg.norm(ends - target, axis=1), np.linalg.norm(ends + target, axis=1))
    return proportion(int((distance < 1e-8 * p.radius).sum()), trials)


MOST_STARTS = Claim(
    id="bartlett2023/most-starts",
    title="almost every start reaches the top cycle",
    statement=r"Let $h<2$ and $\lambda_1>\lambda_2$. A start drawn from a density converges to $\pm a_1e_1$ with "
    r"probability 1.",
    source=PAPER + " (most random starts); README, Theorem A",
    origin="derived",
    kind="probability",
    relation=ProbabilityAtLeast(width=0.25),
    observe=_observe_share,
    expect=lambda setting: 1.0,
    domain={**SEVERAL, "starts": Whole(100, 100)},
    corners=tuple(
        {"d": d, "h": h, "rho": 0.1, "gap": 0.1, "top": 1.0, "scale": 3.0, "seed": 5, "starts": 400}
        for d, h in ((2, 0.5), (10, 1.5), (50, 0.3), (200, 1.0))
    ),
    hypotheses=REACHES,
    quick=4,
    full=12,
    note="One run that ends elsewhere refutes it. The abstract says most random starts; the exceptional set is "
    "described "
    "exactly by bartlett2023/exceptional-starts.",
    controls=(
        Control(
            "gradient descent",
            "GD ends at the minimum",
            observe=lambda s, rng: _observe_share(s, rng, lambda p: GD(p.eta)),
        ),
        Control(
            "repeated top eigenvalue",
            "the limit is then any point of a sphere, not a fixed pair",
            change=lambda s: {**s, "gap": 0.0},
        ),
    ),
)
