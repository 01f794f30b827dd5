"""About an isolated minimum there is nowhere to drift: the bounce centre settles at an offset."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, Uniform, Whole
from flatlab.evidence.relations import WithinInterval
from flatlab.geometry.bounce import bounce_frame
from flatlab.objectives import IsolatedRavine
from flatlab.objectives.valleys.profiles import Ramp
from flatlab.theory.sam import BounceOffset
from paper_checks.bartlett2023._drift_settings import (
    POOLED,
    REPLICATES,
    STABLE,
    Bounce,
    order_in_rho,
    polynomials,
    settled_pair,
)

REACHES = np.geomspace(0.003, 0.03, 6)


def _problems(setting):
    if setting["family"] == "polynomial":
        return polynomials(setting)
    rng = np.random.default_rng(setting["seed"])

    def draw():
        slope = rng.choice([-1.0, 1.0]) * rng.uniform(0.3, 1.5)
        ravine = IsolatedRavine(Ramp(1.0, slope), rng.uniform(0.1, 0.7))
        return Bounce(ravine, bounce_frame(ravine, np.zeros(2)), setting["h"])

    return [[draw() for _ in range(POOLED)] for _ in range(REPLICATES)]


def _offset_error(bounce, rho, *, stated=BounceOffset.settled, iterate=False, plain=False):
    frame = bounce.frame
    pair = settled_pair(bounce, rho)
    tau = frame.eigenvectors.T @ frame.tau
    offset = stated(bounce.offset(rho), tau)
    if plain:
        offset *= ((2 - bounce.eta * frame.sharpness) / 2) ** 2
    place = pair[0] if iterate else pair.mean(axis=0)
    return frame.eigenvectors.T @ (place - frame.minimum) - offset


def _order(**breach):
    return lambda setting, rng: order_in_rho(
        _problems(setting), lambda one, rho: _offset_error(one, rho, **breach), REACHES
    )


ISOLATED_MINIMUM = Claim(
    id="bartlett2023/isolated-minimum",
    title="offset of the bounce centre from an isolated minimum",
    statement=r"The settled centre $(w_t+w_{t+1})/2$ lies at $z+e$ with "
    r"$e_i=-c_i\tau_i/(1-m_i)$ in the eigenbasis, up to $O(\rho^4)$.",
    source="README, Isolated minimum",
    origin="derived",
    kind="rate",
    relation=WithinInterval(0.25),
    observe=_order(),
    expect=lambda setting: 4.0,
    domain={"family": Choice(("ravine", "polynomial")), "d": Whole(3, 4), "h": Uniform(0.1, 1.5), "seed": SEED},
    corners=({"family": "ravine", "d": 2, "h": 0.5, "seed": 1}, {"family": "polynomial", "d": 3, "h": 1.2, "seed": 2}),
    hypotheses=STABLE,
    quick=1,
    full=40,
    controls=(
        Control("iterates in place of the centre", "they are a away", observe=_order(iterate=True)),
        Control("amplitude correction dropped", "an error of order 2 remains", observe=_order(plain=True)),
        Control(
            "minimiser of the penalised loss",
            "its offset -(a + rho)^2 tau_i / (2 l_i) is the limit of slow directions only",
            observe=_order(stated=BounceOffset.slow),
        ),
    ),
)
