r"""What the projection takes from the drift is the part of $\nabla h$ along $\nabla f$, and that is 0.

$h$ is a function of what the flow keeps, and the gradient of each such quantity is orthogonal to $\nabla f$: the parts
of `limit-map`. With $\nabla h$ and $w$ split along $\nabla f$ and across it, the projection changes their product by
that of the first parts.
"""

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.ahn2024.enclosures import limit_map
from paper_checks.ahn2024.problems.gradients import gradient_at


def taken(f, along, across, w, beside, part=1):
    projected = w - part * (w * f) * f / f**2
    return {"change of the product": (along * projected + across * beside - (along * w + across * beside), -along * w)}


def tie(case, observed, expected):
    (objective, w), vector = case
    downhill = gradient_at(objective, w)
    part = vector @ downhill / (np.linalg.norm(vector) * np.linalg.norm(downhill))
    cosine, share = observed
    point = {"f": 1.0, "along": cosine, "across": 1.0, "w": part, "beside": 0.0}
    yield At("projection", point, both("change of the product", share, expected))
    minimum = case[0].minimum
    yield from limit_map.tie(case[0], minimum, minimum)


ENCLOSURE = Enclosure(
    proves="the statement, on every test problem",
    parts=(
        Identity("projection", ("f", "along", "across", "w", "beside"), taken, lambda *given: taken(*given, part=2)),
        *limit_map.ENCLOSURE.parts,
    ),
    tie=tie,
    rtol=1e-6,
)
