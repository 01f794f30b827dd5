r"""The series of the mean, its recursion in every dimension, and the three problems of the claim written out.

By "Sphere average" the term of order $2k$ of $\mathbb Ef(x+\rho g)$ is $\rho^{2k}\Delta^kf$ times
$(2k-1)!!/((2k)!\,d(d+2)\cdots(d+2k-2))$; from each to the next the factor is $1/(2(k+1)(d+2k))$, so that the first is
$\frac1{2d}$, and where $\Delta^2f$ is constant $\nabla$ leaves none beyond it. Written out are $\partial_u$ of
$(uv_j-sab_j)^2/2$, one entry of a product of vectors, and of $(R+u^2-v^2)^2/2$, one coefficient of a diagonal network
with entries $\pm1$, $R$ being the rest of the residual, of mean $R$ itself.
"""

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from flatlab.objectives import DiagonalNetwork, RankOne
from flatlab.theory.escape import SphereAverage
from paper_checks.ahn2024.enclosures._sphere import mean


def series(d, k, wrong=0):
    """Return the factors from a coefficient of the series to the next: of the double factorials, and simplified."""
    factor = (2 * k + 1) / ((2 * k + 1) * (2 * k + 2)) / (d + 2 * k)
    return {"next coefficient": (factor, 1 / (2 * (k + 1) * (d + 2 * k)) + wrong)}


def product(d, rho, u, v, target, wrong=0):
    """Return the mean of (U V - target) V, and gradient and drift, the trace having v^2 + u^2."""
    smoothed = mean(d, rho, (u, 1), (v, 2)) - target * mean(d, rho, (v, 1))
    return {"entry": (smoothed, (u * v - target) * v + rho**2 / (2 * d) * 2 * u + wrong)}


def network(d, rho, u, v, rest, wrong=0):
    """Return the mean of 2 (R + U^2 - V^2) U, and gradient and drift, the trace having 4 u^2 + 4 v^2."""
    smoothed = rest * mean(d, rho, (u, 1)) + mean(d, rho, (u, 3)) - mean(d, rho, (u, 1), (v, 2))
    return {"coefficient": (2 * smoothed, 2 * (rest + u**2 - v**2) * u + rho**2 / (2 * d) * 8 * u + wrong)}


def tie(p, observed, expected):
    d, (objective, w) = p.w.size, (p.objective, p.w)
    if isinstance(objective, DiagonalNetwork):
        a, k = objective.features, d // 2
        rest = a[:, 0] * (a[:, 1:] @ (w[1:k] ** 2 - w[k + 1 :] ** 2) - objective.labels)
        point = {"d": d, "rho": p.rho, "u": w[0], "v": w[k], "rest": rest.mean()}
        yield At("diagonal network", point, both("coefficient", observed[0], expected[0]))
    else:
        rank_one = isinstance(objective, RankOne)
        targets = objective.strength * objective.left[0] * objective.right if rank_one else np.ones(1)
        v = w[-targets.size :]
        # of the whole sum over j, what the other entries do not add
        others = sum(product(d, p.rho, w[0], *pair)["entry"][1] for pair in zip(v[1:], targets[1:]))
        point = {"d": d, "rho": p.rho, "u": w[0], "v": v[0], "target": targets[0]}
        yield At("product of vectors", point, both("entry", observed[0] - others, expected[0] - others))
    average = SphereAverage(p.rho, d)
    factor = average.bias / (average.drift / d * p.rho**2)
    yield At("series", {"d": d, "k": 1}, both("next coefficient", factor, factor))


ENCLOSURE = Enclosure(
    proves=r"the statement, for all $f$ with a convergent series, and for the three problems in all sizes",
    parts=(
        Identity("series", ("d", "k"), series, lambda *given: series(*given, wrong=1)),
        Identity(
            "product of vectors", ("d", "rho", "u", "v", "target"), product, lambda *given: product(*given, wrong=1)
        ),
        Identity("diagonal network", ("d", "rho", "u", "v", "rest"), network, lambda *given: network(*given, wrong=1)),
    ),
    tie=tie,
)
