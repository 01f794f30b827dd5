r"""In the tube of Theorem L $|u|$ differs from $b_1$ by at most $\delta b_1$, $\delta=(1+D)\sqrt{1+r_0^2}-1$."""

from typing import NamedTuple

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.theory.sam import LocalTube, SAMOnQuadratic

DRAWS = 40


class Tube(NamedTuple):
    """A tube in d dimensions around the top cycle of SAM with h = eta l_1 and b_1 = rho h / (2 - h)."""

    d: int
    h: float
    radial_error: float
    tangent: float

    @property
    def theory(self):
        sam = SAMOnQuadratic(np.linspace(1.0, 0.5, self.d), self.h, 0.1)
        return LocalTube(sam, self.radial_error, self.tangent)

    @property
    def radius(self):
        """D = max(d_0, (2 - h) r_0^2 / (2 (1 - q))), q = |1 - h|."""
        return max(self.radial_error, (2 - self.h) * self.tangent**2 / (2 * (1 - abs(1 - self.h))))


def farthest(p, rng, sine=False):
    """Return the largest ||u|/b_1 - 1| over drawn points of the tube and at its two edges.

    sine : r_0 limits the sine of the angle, not its tangent.
    """
    b = 0.1 * p.h / (2 - p.h)
    radial = np.append(rng.uniform(-1, 1, DRAWS), [-1.0, 1.0])
    turned = np.append(rng.uniform(0, 1, DRAWS), [1.0, 1.0]) * p.tangent
    turned /= np.sqrt(1 - turned**2) if sine else 1.0
    points = rng.standard_normal((radial.size, p.d))
    points[:, 0] = b * (1 + p.radius * radial)
    across = np.linalg.norm(points[:, 1:], axis=1)
    points[:, 1:] *= (turned * np.abs(points[:, 0]) / across)[:, None]
    return np.max(np.abs(np.linalg.norm(points, axis=1) / b - 1))


PLAIN = {"d": 3, "h": 1.3, "radial_error": 0.1, "tangent": 0.3}
CLAIM = Claim(
    id="bartlett2023/norm-in-the-tube",
    title="how far the norm is from the cycle's in the tube",
    statement=r"""Let $h<2$ and $D=\max(d_0,\frac{(2-h)r_0^2}{2(1-|1-h|)})$. Where $||u_1|/b_1-1|\le D$ and the tangent
        of the angle to $e_1$ is at most $r_0$, the largest $||u|/b_1-1|$ is $\delta=(1+D)\sqrt{1+r_0^2}-1$.""",
    source="Theorem L: local convergence with explicit constants",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9),
    problem=Tube,
    observe=farthest,
    expect=lambda p: p.theory.norm_radius,
    domain={
        "d": Whole(2, 20),
        "h": Uniform(0.05, 1.95),
        "radial_error": LogUniform(1e-3, 1.0),
        "tangent": LogUniform(1e-3, 2.0),
    },
    corners=(PLAIN, {**PLAIN, "h": 0.4, "tangent": 1.0}),
    quick=6,
    full=200,
    seconds=0.001,
    note="Observed: the largest over 40 drawn points of the tube and two of its edge.",
    controls=(
        Control(
            "the sine at most r_0",
            "the tangent of the angle is then larger",
            observe=lambda p, rng: farthest(p, rng, sine=True),
            change=PLAIN,
        ),
    ),
)
