r"""Distance and certificate as runs read them at every step are those at the limit of the gradient flow."""

import math

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform
from flatlab.evidence.relations import Equal
from flatlab.geometry.flatness import Certificate, Flat, FlatnessExcess, distance_and_certificate
from flatlab.geometry.limit_map import flatness, limit_map
from flatlab.objectives import Product, Valley, ValleyRisk, hessian
from flatlab.objectives.observables import observe as observed
from flatlab.objectives.valleys.profiles import ExponentialTail, Parabola

PROBLEMS = ("parabola", "exponential", "risk", "hyperbola")


def place(s):
    """Return an objective and a point at about the distance ``off`` from its minima."""
    rng = np.random.default_rng(s.seed)
    if s.problem == "hyperbola":
        x = rng.uniform(0.5, 3)
        across = np.array([1 / x, x]) / math.hypot(x, 1 / x)
        return Product(2), np.array([x, 1 / x]) + s.off * across
    profile = Parabola(rng.uniform(0.5, 2), rng.uniform(0.5, 3)) if s.problem == "parabola" else ExponentialTail()
    z = rng.standard_normal(3)
    return (ValleyRisk if s.problem == "risk" else Valley)(profile, 3), np.append(
        s.off * z / np.linalg.norm(z), rng.uniform(0.3, 1.5)
    )


def limit_readings(s):
    """Return distance, certificate twice and trace, and whether the point is flat for a tolerance above and one below.

    Then the larger of both over their tolerances, where one tolerance is twice and the other four times the reading.
    """
    objective, w = place(s)
    found = flatness(objective, w)
    distance, slope = found.distance, found.certificate
    flat = [float(found.by_distance(share * distance, 2 * slope)) for share in (1.01, 0.99)]
    return distance, slope, slope, found.trace, *flat, 0.5, 0.5


def cheap_readings(s, rng, measure=distance_and_certificate):
    objective, w = place(s)
    distance, slope = measure(objective, w)
    flat = [observed(Flat(share * distance, 2 * slope), objective, w) for share in (1.01, 0.99)]
    excess = [observed(FlatnessExcess(a * distance, b * slope), objective, w) for a, b in ((2, 4), (4, 2))]
    trace = np.trace(hessian(objective, limit_map(objective, w))) / w.size
    return distance, slope, observed(Certificate(), objective, w), trace, *flat, *excess


def at_the_point(objective, w):
    """Return the distance across the valley, and the certificate at the same place along it, with no flow."""
    across = np.append(np.zeros(w.size - 1), w[-1])
    return float(np.linalg.norm(w - across)), distance_and_certificate(objective, across)[1]


CLAIM = Claim(
    id="ahn2024/flat-by-distance",
    title="runs read distance and certificate where the flow ends",
    statement=r"""At a distance of at most $0.03$ the readings $|x-\Phi(x)|$ and $|\nabla h(\Phi(x))|$ of every step are
        those of the limit of the gradient flow, and a point is flat by them just where both are within tolerance.""",
    source=("Two readings of the definition", "Limit map and certificate"),
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-10),
    observe=cheap_readings,
    expect=limit_readings,
    domain={"problem": Choice(PROBLEMS), "off": LogUniform(1e-4, 0.03), "seed": SEED},
    corners=tuple({"problem": name, "off": 0.01, "seed": 1} for name in PROBLEMS),
    quick=3,
    full=200,
    seconds=0.006,
    note="""Along a valley the cheap limit is one midpoint step, of error cubic in the squared distance. Observed
        besides: 1 for a tolerance of 1.01 of the distance, 0 for one of 0.99.""",
    controls=(
        Control(
            "the point across the valley, without the flow",
            "the flow moves along the valley as well, by a part of the squared distance",
            observe=lambda s, rng: cheap_readings(s, rng, at_the_point),
            change=lambda s: None if s.problem == "hyperbola" else {**s, "off": 0.02},
        ),
    ),
)
