r"""What the flow keeps on each test problem; with it the minima have one point for each choice of signs.

Product: $x^2-y^2$ for any two coordinates, $q$ the product of the others; at the end the product of all is 1, and it
rises with each square. Valley and risk: $F(y)-u$ with $F'=2a/a'$, $u=|z|^2/2$, and $u=0$ at the end. Rank one:
$|u|^2-|v|^2$, of which each entry $uv-m$ keeps its part, and $|u||v|=s$ at the end. Diagonal network, with $r$ the mean
of residuals times entries of $A$: $uv$, while $\log(u/v)$ has the slope $-4r$, in the range of $A^\top$.
"""

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from flatlab.evidence.enclosures.formula import Dual
from flatlab.geometry.limit_map import closed_limit
from flatlab.objectives import DiagonalNetwork, Product, RankOne
from paper_checks.ahn2024.problems.attracted import attracted


def slope(loss, kept, *point):
    """Return how fast a function changes along the flow of a loss: minus the product of the two gradients."""
    axes = [[Dual(x, int(i == j)) for j, x in enumerate(point)] for i in range(len(point))]
    return -1 * sum(loss(*axis).slope * kept(*axis).slope for axis in axes)


def difference(x, y):
    return x**2 - y**2


def product(x, y, q, kept=difference):
    return {
        "slope": (slope(lambda x, y: (x * y * q - 1) ** 2 / 2, kept, x, y), 0),
        "kept": (kept(x, y), (x - y) * (x + y)),
    }


def rank_one(u, v, m, kept=difference):
    flow = slope(lambda u, v: (u * v - m) ** 2 / 2, kept, u, v)
    return {"slope": (flow, 0), "kept, of one coordinate": (kept(u, v), (u - v) * (u + v))}


def network(u, v, r, part=4):
    """Return the slopes of uv and of log(u/v) where those of the loss are 2 u r and - 2 v r."""
    du, dv = -2 * u * r, 2 * v * r
    return {"slope": (du * v + u * dv, 0), "slope of log(u/v)": (du / u - dv / v, -part * r), "kept": (u * v, v * u)}


def valley(a, rise, z, part=2):
    """Return what one coordinate z adds to the slope of F(y) - u, F' = 2a / a'."""
    dy, dz = -rise * z**2 / 2, -a * z
    return {"slope": (part * a / rise * dy - z * dz, 0)}


def tie(p, observed, expected):
    yield At("valley", {"a": 1.0, "rise": 1.0, "z": 1.0}, both("slope", 0, 0))
    others = [attracted(name, 1) for name in ("triple product", "rank one", "network")]
    for objective, w, ends in ((*p, (observed, expected)), *((*o, [closed_limit(*o)] * 2) for o in others)):
        still = both("slope", 0, 0)
        if isinstance(objective, Product):
            kept = both("kept", *(end[0] ** 2 - end[1] ** 2 for end in ends))
            yield At("product", {"x": w[0], "y": w[1], "q": float(np.prod(w[2:]))}, still | kept)
        elif isinstance(objective, RankOne):
            u, v = np.split(w, [objective.left.size])
            signs = np.repeat([1, -1], [u.size, v.size])
            rest = u[1:] @ u[1:] - v[1:] @ v[1:]
            kept = both("kept, of one coordinate", *(signs @ end**2 - rest for end in ends))
            m = objective.strength * objective.left[0] * objective.right[0]
            yield At("rank one", {"u": u[0], "v": v[0], "m": m}, still | kept)
        elif isinstance(objective, DiagonalNetwork):
            k = w.size // 2
            kept = both("kept", *(end[0] * end[k] for end in ends)) | both("slope of log(u/v)", -4, -4)
            yield At("network", {"u": w[0], "v": w[k], "r": 1.0}, still | kept)


def wrong(x, y):
    return x**2 + y**2


ENCLOSURE = Enclosure(
    proves="that the flow keeps, on every test problem, what determines the stated limit among the minima, up to signs",
    measured="that the flow converges, and the signs",
    parts=(
        Identity("product", ("x", "y", "q"), product, lambda *given: product(*given, kept=wrong)),
        Identity("rank one", ("u", "v", "m"), rank_one, lambda *given: rank_one(*given, kept=wrong)),
        Identity("network", ("u", "v", "r"), network, lambda *given: network(*given, part=2)),
        Identity("valley", ("a", "rise", "z"), valley, lambda *given: valley(*given, part=1)),
    ),
    tie=tie,
    rtol=1e-6,
)
