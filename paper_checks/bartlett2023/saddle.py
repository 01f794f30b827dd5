r"""Off the top cycle a direction of curvature $l\le0$ has the factor $1+\eta|l|-(2-h)(l/\lambda_1)^2$."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform, Uniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.methods import GD, SAM
from flatlab.objectives import DenseQuadratic
from flatlab.theory.sam import TwoCycle


def saddle(d, h, rho, top, depth, seed):
    """Return spectrum with one flat and otherwise negative directions of size up to ``depth`` top, eta and rho."""
    others = -depth * top * np.random.default_rng(seed).uniform(0.1, 1.0, d - 2)
    return np.concatenate([[top, 0.0], others]), h / top, rho


def factors(case, rng, method=None):
    """Return the factors of tiny components in one step from the top cycle."""
    spectrum, eta, rho = case
    radius = TwoCycle(spectrum[0], eta, rho).radius
    reach = 1e-9 * radius / np.maximum(1.0, np.abs(spectrum / spectrum[0]))
    start = np.where(np.arange(spectrum.size) == 0, radius, reach)
    path = trajectory(method or SAM(eta, rho), DenseQuadratic(np.diag(spectrum)), start, steps=1)
    return path[1, 1:] / path[0, 1:]


def stated(case):
    (top, *others), eta, _ = case
    others = np.array(others)
    return 1 - eta * others - (2 - eta * top) * (others / top) ** 2


CLAIM = Claim(
    id="bartlett2023/zero-and-negative-curvature",
    title="the top cycle beside flat and negative directions",
    statement=r"""At the top cycle of a quadratic form with $h<2$ a direction of curvature $l\le0$ has the factor
        $1+\eta|l|-(2-h)(l/\lambda_1)^2$: 1 for $l=0$, above 1 for $|l|<b_1/\rho$, below 1 beyond.""",
    source="Zero and negative curvature",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9, atol=1e-9),
    problem=saddle,
    observe=factors,
    expect=stated,
    domain={
        "d": Whole(3, 20),
        "h": Uniform(0.01, 1.99),
        "rho": LogUniform(1e-12, 1e12),
        "top": LogUniform(1e-6, 1e6),
        "depth": LogUniform(1e-6, 10.0),
        "seed": SEED,
    },
    hypotheses={"eta times the largest eigenvalue is below 2": lambda s: s.h < 2},
    quick=20,
    full=300,
    seconds=0.002,
    note=r"""A component along such a direction grows under gradient descent. Under SAM it shrinks for
        $|l|>b_1/\rho$ and $(2-h)(l/\lambda_1)^2<2+\eta|l|$, where the factor is between -1 and 1. Beyond the second
        bound the factor is below -1, and it grows again.""",
    controls=(
        Control(
            "gradient descent",
            "its factor is 1 + eta |l|",
            observe=lambda case, rng: factors(case, rng, GD(case[1])),
            change=lambda s: {**s, "depth": max(s.depth, 0.3)},
        ),
    ),
)
