r"""Where the inequality of Polyak and Łojasiewicz fails the closing descent takes $1/\varepsilon^2$ steps."""

import math

import numpy as np

from flatlab import hitting_time
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform
from flatlab.evidence.relations import Equal
from flatlab.methods import GD
from flatlab.objectives import Quadratic, SeparableQuartic
from flatlab.objectives.observables import Distance

MOST = 3000


def first_time(s, rng, quadratic=False):
    """Return the first step within epsilon of the minimum at 0, from excess epsilon away."""
    start, eta = np.array([s.excess * s.epsilon]), s.load / (s.excess * s.epsilon) ** 2 / 4
    objective = Quadratic(4 * start**2) if quadratic else SeparableQuartic(np.ones(1))  # equal at the start
    steps = hitting_time(GD(eta), objective, start, Distance(np.zeros(1)), below=s.epsilon, steps=MOST)
    return float(steps) if steps >= 0 else math.inf


def stated(s):
    return (s.excess**2 - 1) / (2 * s.load)


CLAIM = Claim(
    id="ahn2024/flat-bottom",
    title="without the inequality of Polyak and Łojasiewicz the closing descent is long",
    statement=r"""On $f=z^4$, where $|\nabla f|^2\ge2\mu f$ fails for every $\mu>0$, gradient descent from
        $z_0$ comes within $\varepsilon$ in $(\varepsilon^{-2}-z_0^{-2})/(8\eta)$ steps to leading order in
        $\eta z_0^2$: of the order $\varepsilon^{-2}$, where $O(\log1/\varepsilon)$ steps are stated under the
        inequality.""",
    source=("Where Theorem 2 does not apply", "Closing gradient descent"),
    origin="derived",
    kind="equality",
    relation=Equal(rtol=0.05),
    observe=first_time,
    expect=stated,
    domain={"epsilon": LogUniform(1e-6, 0.1), "excess": LogUniform(3.0, 12.0), "load": Uniform(0.05, 0.1)},
    corners=({"epsilon": 0.01, "excess": 10.0, "load": 0.1},),
    quick=5,
    full=199,
    seconds=0.002,
    note=r"excess is $z_0/\varepsilon$, load $4\eta z_0^2$.",
    controls=(
        Control(
            "a quadratic",
            "the inequality holds, and the distance falls by the same factor in every step",
            observe=lambda s, rng: first_time(s, rng, quadratic=True),
        ),
    ),
)
