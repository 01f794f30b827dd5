r"""While a run lasts, numbers below $2^{-1022}$ are zero: the run $w_t=(-\frac12)^tw_0$ ends there."""

from typing import NamedTuple

import numpy as np

from flatlab import ensemble, trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.relations import Equal
from flatlab.methods import GD
from flatlab.objectives import Quadratic

SMALLEST = 1022  # 2**-1022 is the smallest normal number


class Halving(NamedTuple):
    """Gradient descent with step size 3/2 from 2**-exponent; the second coordinate stays where it is."""

    exponent: int
    T: int

    @property
    def run(self):
        return {"method": GD(1.5), "objective": Quadratic([1.0, 0.0])}

    @property
    def start(self):
        return np.array([2.0**-self.exponent, 1.0])


def observe(p, rng):
    """Return the end of a run, alone and in a block, and half of the smallest normal number, taken outside of it."""
    alone = trajectory(**p.run, start=p.start, steps=p.T, record_every=p.T)[-1, 0]
    block = ensemble(**p.run, starts=p.start[None], steps=p.T)[0, 0]
    return alone, block, np.ldexp(1.0, -SMALLEST) / 2


def expect(p):
    last = p.exponent + p.T
    end = (-1) ** p.T * 2.0**-last if last <= SMALLEST else 0.0
    return end, end, 2.0 ** -(SMALLEST + 1)


def gradual(p, rng):
    """Return what NumPy gives, which lets numbers become denormal."""
    w = p.start[0]
    for _ in range(p.T):
        w = w - 1.5 * w
    return w, w, np.ldexp(1.0, -SMALLEST) / 2


def flushed_outside(p, rng):
    alone, block, _ = observe(p, rng)
    return alone, block, 0.0


CLAIM = Claim(
    id="laboratory/denormals",
    title="numbers below 2.2e-308 are zero in a run",
    statement=r"""From $w_0=2^{-e}$ gradient descent with $\eta\lambda=\frac32$ is at $(-1)^T2^{-e-T}$ after $T$ steps
        if $e+T\le1022$ and at 0 otherwise; outside the run $2^{-1022}/2$ stays $2^{-1023}$.""",
    source="Denormal numbers",
    origin="derived",
    kind="equality",
    relation=Equal(),
    problem=Halving,
    observe=observe,
    expect=expect,
    domain={"exponent": Whole(900, 1022), "T": Whole(1, 20_000, log=True)},
    corners=tuple({"exponent": 1000, "T": T} for T in (1, 22, 23, 24)),
    quick=4,
    full=200,
    seconds=0.0015,
    note="Powers of two leave no rounding. Long runs are compiled, short ones interpreted.",
    controls=(
        Control(
            "gradual underflow",
            "NumPy keeps denormal numbers",
            observe=gradual,
            change=lambda s: {**s, "T": min(s["T"], 1074 - s.exponent)} if s["T"] > 1022 - s.exponent else None,
        ),
        Control("the mode stays on", "half the smallest number would be zero outside", observe=flushed_outside),
    ),
)
