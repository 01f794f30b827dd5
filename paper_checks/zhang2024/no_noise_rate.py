r"""Without noise the slow quadratic against $\eta=1/C$ leaves $qCD^2/T$, $q=(1-1/(2T))^{2T}$, whatever k."""

from typing import NamedTuple

import numpy as np

from flatlab import running
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.relations import Equal
from flatlab.methods import NSO
from flatlab.objectives import Quadratic
from flatlab.objectives.observables import SquaredGradientNorm
from paper_checks.zhang2024.problems.descent import PLAIN, SCALES

TIMES = (100, 316, 1000, 3162, 10_000)


class Slow(NamedTuple):
    """The quadratic kappa C w^2/2, kappa = 1/(2T), from the gap D^2, and k pairs at eta = 1/C."""

    C: float
    gap: float
    k: int

    def last(self, T, rng):
        """Return the squared gradient after T steps."""
        curvature = self.C / (2 * T)
        objective, start = Quadratic([curvature]), [np.sqrt(2 * self.gap / curvature)]
        run = NSO(1 / self.C, 0.0, self.k)
        return running(run, objective, start, SquaredGradientNorm(), checkpoints=[T], rng=rng).last[0]

    @property
    def stated(self):
        """The stated q C D^2/T at the last T."""
        T = TIMES[-1]
        return (1 - 1 / (2 * T)) ** (2 * T) * self.C * self.gap / T


def slope_and_last(p, rng, floor=0.0):
    """Return the slope in T of the squared gradient, and its last value; ``floor`` C D^2/sqrt(T) is added."""
    values = [p.last(T, rng) + floor * p.C * p.gap / np.sqrt(T) for T in TIMES]
    return [np.polyfit(np.log(TIMES), np.log(values), 1)[0], values[-1]]


CLAIM = Claim(
    id="zhang2024/no-noise-rate",
    title="without noise the rate is 1/T, whatever k",
    statement=r"""For $\sigma=0$ the slow quadratic against $\eta=1/C$ falls as $1/T$, as the upper bound
        $4CD^2/(3T)$ does: it leaves $qCD^2/T$ for every $k$.""",
    source=("Without noise", "L1"),
    origin="derived",
    kind="rate",
    relation=Equal(rtol=0.02),
    problem=Slow,
    observe=slope_and_last,
    expect=lambda p: [-1, p.stated],
    domain={**SCALES, "k": Whole(1, 8)},
    corners=({**PLAIN, "k": 4},),
    quick=4,
    full=200,
    note=f"Observed: the slope in T, and the squared gradient at T = {TIMES[-1]}.",
    controls=(
        Control(
            "a noise floor",
            "a floor of a tenth of C D^2/sqrt(T) bends the slope",
            observe=lambda p, rng: slope_and_last(p, rng, floor=0.1),
        ),
        Control("square root", "the root belongs to the noise", expect=lambda p: [-0.5, p.stated]),
    ),
)
