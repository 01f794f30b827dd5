r"""What one sample adds to the mean perturbation along a tangent $t$ and to the gradient of the trace.

At a minimum $p_i=0$ and $\nabla p_i=g_i$ with $g_i\cdot t=0$. Moved by $m=\pm\rho$ along $\hat g_i$ the model is
$|g_i|m+\hat g_i^\top H_i\hat g_im^2/2+\dots$ and its gradient along $t$ is $\hat g_i^\top H_itm+\dots$; the next terms
of both are third derivatives, which no quadratic model has. The trace of $\nabla^2p_i^2/2$ is
$|\nabla p_i|^2+p_i\,\mathrm{tr}H_i$. Both sides of the statement are means over $i$.
"""

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from flatlab.evidence.enclosures.formula import Dual

OF = ("size", "bend", "along", "third", "twist", "rho")


def sample(size, bend, along, third, twist, rho, part=1):
    """Return the mean of p grad p . t, and the drift with what third derivatives add to it, over rho^2.

    size is |g|; bend and along are g . H g and g . H t for the unit g, third and twist those of the third derivative.
    """
    moved = [(size * m + bend * m**2 / 2 + third * m**3 / 6) * (along * m + twist * m**2 / 2) for m in (rho, -rho)]
    drift = part * (Dual(size, along) ** 2).slope / 2  # of p tr H the slope along t is 0, as g . t = 0
    return {"drift / rho^2": (sum(moved) / (2 * rho**2), drift + rho**2 * (bend * twist / 4 + third * along / 6))}


def own(models, tangent, rho, drifts):
    """Return the point of the first sample, and of n times a drift along t what the other samples do not add."""
    sizes = np.linalg.norm(models.gradients, axis=1)
    units = models.gradients / sizes[:, None]
    bent = np.einsum("ij,ijk->ik", units, models.hessians)
    alongs, none = bent @ tangent, np.zeros(sizes.size)
    fields = zip(sizes, (bent * units).sum(axis=1), alongs, none, none)
    point: dict[str, float] = dict(zip(OF, (*next(fields), rho)))
    return point, [sizes.size * drift / rho**2 - sizes[1:] @ alongs[1:] for drift in drifts]


def tie(p, observed, expected):
    tangent = p.along / np.linalg.norm(p.along)
    point, numbers = own(p.objective, tangent, p.rho, (observed @ tangent, expected @ tangent))
    yield At("sample", point, both("drift / rho^2", *numbers))


SAMPLE = Identity("sample", OF, sample, lambda *given: sample(*given, part=2))
ENCLOSURE = Enclosure(
    proves=r"""the statement, for squared loss and all $n$ and $d$: at every $\rho$ for quadratic models, for others to
        leading order in $\rho$, with the next term of order $\rho^4$""",
    parts=(SAMPLE,),
    tie=tie,
    rtol=1e-8,
)
