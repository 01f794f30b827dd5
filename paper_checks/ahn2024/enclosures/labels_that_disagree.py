r"""The length of a step from the minimum, for a quadratic $p$, and that the two samples' gradients cancel there.

Moved by $m=\sigma\rho$ along $\hat g$ the residual is $r+|g|m+\hat g^\top H\hat gm^2/2$, $r=\pm b$. The gradient of $p$
is $|g|+\hat g^\top H\hat gm$ along $\hat g$, the slope of the residual, and $m$ times the rest of $H\hat g$ across it.
"""

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from flatlab.evidence.enclosures.formula import Dual


def step(size, bend, rest, b, m, half=2):
    """Return the squared move over eta of one sample, and the sum of both samples' gradients at the minimum."""
    residual = Dual(b, 0) + size * Dual(m, 1) + bend * Dual(m, 1) ** 2 / 2
    move = (residual * residual / 2).slope ** 2 + (residual.value * m * rest) ** 2
    model, square = b + size * m + bend * m**2 / half, size**2 + 2 * size * bend * m + m**2 * (bend**2 + rest**2)
    return {"squared move": (move, model**2 * square), "both samples": (b * size + (-b) * size, 0)}


def tie(s, observed, expected):
    rng = np.random.default_rng(s.seed)
    row, w = rng.choice([-1.0, 1.0], s.k), rng.uniform(0.5, 1.5, 2 * s.k)
    curvatures = 2 * np.concatenate([row, -row])
    size, unit = np.linalg.norm(curvatures * w), curvatures * w / np.linalg.norm(curvatures * w)
    bend = unit @ (curvatures * unit)
    point = {"size": size, "bend": bend, "rest": np.linalg.norm(curvatures * unit - bend * unit)}
    moves = [point | {"b": b, "m": m} for b in (-s.gap, s.gap) for m in (-s.rho, s.rho)]
    moves.sort(key=lambda each: step(**each)["squared move"][1])
    for each, seen, stated in zip((moves[0], moves[-1]), observed, expected):
        yield At("step", each, both("squared move", seen**2, stated**2) | both("both samples", 0, 0))


OF = ("size", "bend", "rest", "b", "m")
ENCLOSURE = Enclosure(
    proves=r"the statement, for all quadratic $p$, $b$, $\rho$ and $\eta$",
    parts=(Identity("step", OF, step, lambda *given: step(*given, half=1)),),
    tie=tie,
    rtol=1e-5,
)
