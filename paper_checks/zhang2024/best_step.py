r"""On L1's instance the best fixed step size is $\eta C=2/(1+\sqrt{\nu T(4T-q)/(2q)})$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.theory.noise import best_step


def found(s, rng, measure="minimum"):
    return best_step(s.noise / s.T**2, s.T, "warm", measure).eta


def stated(s, share=1.0):
    """Return the stated step size, with ``share`` of the noise."""
    q = np.exp(2 * s.T * np.log1p(-1 / (2 * s.T)))
    return 2 / (1 + np.sqrt(share * s.noise * (4 - q / s.T) / (2 * q)))


CLAIM = Claim(
    id="zhang2024/best-step",
    title="the best fixed step size in closed form",
    statement=r"""Of all fixed step sizes in $(0,2/C)$ the least $\min_{1\le t\le T}E|\nabla F(W_t)|^2$ on the instance
        of L1 built against it is left by $\eta C=2/(1+\sqrt{\nu T(4T-q)/(2q)})$, $q=(1-\frac1{2T})^{2T}$, for $T\ge10$
        and $\nu T^2\le100$: without noise it tends to $2/C$.""",
    source="L1",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-5),
    observe=found,
    expect=stated,
    domain={"T": Whole(10, 100_000, log=True), "noise": LogUniform(1e-3, 100.0)},
    corners=({"T": 1000, "noise": 1e-3},),
    quick=4,
    full=200,
    seconds=0.068,
    note="``noise`` is nu T^2. Found by a search over step sizes.",
    controls=(
        Control(
            "read at the mean",
            "the mean over t has another best step",
            observe=lambda s, rng: found(s, rng, "mean"),
            change=lambda s: s if s.T == 1000 else None,
        ),
        Control("half the noise", "a longer step is best then", expect=lambda s: stated(s, 0.5)),
    ),
)
