"""Points that nobody prescribes are fixed ones: where block forms are compared, and where Lanczos iteration begins."""

import math

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform, Whole
from flatlab.evidence.relations import Close
from flatlab.geometry.curvature import start_vector
from flatlab.simulation.checking._blocks import columns_near


def drawn(*, d, scale, seed):
    """Return a point, and the seed of the checks."""
    return scale * np.random.default_rng(seed).uniform(-1, 1, d), seed


def chosen(p, shift=0):
    point, seed = p
    return [*columns_near(point, np.random.default_rng(seed + shift)).ravel(), *start_vector(point.size + shift)]


def defined(p):
    point, seed = p
    z, reach = np.random.default_rng(seed).standard_normal((3, point.size)), max(1, *map(abs, point)) / 10
    rows = [(w, w + reach * z[1, k], w + reach * z[2, k]) for k, w in enumerate(point)]
    return [*(entry for row in rows for entry in row), *(math.cos(1 + k * math.sqrt(k)) for k in range(point.size))]


CLAIM = Claim(
    id="laboratory/chosen-points",
    title="points that are chosen once",
    statement=r"""Block forms are compared at $w$ and at two points $w+\frac1{10}\max(1,\lVert w\rVert_\infty)Z$, with
        $Z$ the second and the third vector of the generator's next normal numbers; Lanczos iteration begins at
        $\cos(1+k^{3/2})$, $k=0,\dots,d-1$.""",
    source="Chosen points",
    origin="derived",
    kind="equality",
    relation=Close(rtol=1e-12),
    problem=drawn,
    observe=lambda p, rng: chosen(p),
    expect=defined,
    domain={"d": Whole(2, 40), "scale": LogUniform(0.01, 100.0), "seed": SEED},
    quick=6,
    full=200,
    seconds=0.001,
    controls=(
        Control(
            "another seed",
            "other points are chosen",
            observe=lambda p, rng: [*chosen(p, 1)[: 3 * p[0].size], *chosen(p)[3 * p[0].size :]],
        ),
        Control(
            "from the second entry on",
            "the iteration begins elsewhere",
            observe=lambda p, rng: [*chosen(p)[: 3 * p[0].size], *chosen(p, 1)[3 * p[0].size + 1 :]],
        ),
    ),
)
