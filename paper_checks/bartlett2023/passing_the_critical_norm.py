r"""From far starts a step comes within $x$ of the norm that zeroes $w_1$ with a probability of first order in $x$."""

import numpy as np

from flatlab import ensemble
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform, Uniform, Whole
from flatlab.evidence.intervals import power_law_slope
from flatlab.evidence.relations import WithinInterval
from flatlab.theory.sam import TrappingBall
from paper_checks.bartlett2023.problems.quadratic import quadratic

SHARES = 0.5 ** np.arange(1, 6)  # of h_d / 2, below which at most one step of an orbit comes that near
REPLICATES, STARTS = 60, 1200


def far(far, **setting):
    """Return a quadratic and the least length of starts, at which the gradient is at least ``far`` s*."""
    p = quadratic(scale=1.0, **setting)
    return p, far * p.theory.critical_norm / p.eigenvalues[-1]


def nearest(p, starts):
    """Return the least ``|1 - s* / s_t|`` of each run on its way into the ball."""
    critical, points, least = p.theory.critical_norm, starts, np.full(len(starts), np.inf)
    for _ in range(TrappingBall(p.theory, np.linalg.norm(starts * p.eigenvalues, axis=1).max()).entry + 1):
        norms = np.maximum(np.linalg.norm(points * p.eigenvalues, axis=1), 1e-290)
        least = np.minimum(least, np.abs(1 - critical / norms))
        points = ensemble(p.sam, p.objective, points, steps=1)
    return least


def even(p, radius, draws, rng):
    """Return starts in the directions of draws, their lengths in a decade from ``radius`` on."""
    lengths = radius * np.exp(rng.uniform(0.0, np.log(10), (len(draws), 1)))
    return lengths * draws / np.linalg.norm(draws, axis=1, keepdims=True)


def piled_up(p, radius, draws, rng):
    """Return starts in the same directions whose gradients have a density that is infinite at s*."""
    beyond = p.eta * p.eigenvalues[-1] / 2 * rng.uniform(0.0, 1.0, (len(draws), 1)) ** 2
    return p.theory.critical_norm * (1 + beyond) * draws / np.linalg.norm(draws * p.eigenvalues, axis=1, keepdims=True)


def order(case, rng, starts=even):
    """Return the order in x of the share of runs that come within x."""
    p, radius = case
    least = nearest(p, starts(p, radius, rng.standard_normal((REPLICATES * STARTS, p.start.size)), rng))
    sizes = SHARES * p.eta * p.eigenvalues[-1] / 2
    shares = np.mean(least.reshape(REPLICATES, STARTS, 1) < sizes, axis=1)
    return power_law_slope(sizes, shares)


CLAIM = Claim(
    id="bartlett2023/passing-the-critical-norm",
    title="how near far starts come to the norm that zeroes the first coordinate",
    statement=r"""Let $h<1$ and let $w_0$ have a uniform direction and a length drawn evenly, in its logarithm, from a
        decade where $s_0>s^*$. The probability of $\min_t|1-s^*/s_t|\le x$ grows with $x$ to the power 1 from
        $h_d/64$ to $h_d/4$.""",
    source="Random starts to the cycle",
    origin="measured",
    kind="rate",
    relation=WithinInterval(0.2),
    problem=far,
    observe=order,
    expect=1,
    domain={
        "d": Whole(2, 10),
        "h": Uniform(0.2, 0.9),
        "rho": LogUniform(1e-6, 1e6),
        "gap": LogUniform(0.05, 0.7),
        "flat": Uniform(0.3, 0.9),
        "top": LogUniform(1e-3, 1e3),
        "far": LogUniform(1.5, 30.0),
        "seed": SEED,
    },
    quick=1,
    full=40,
    seconds=0.18,
    few="Each setting runs seventy-two thousand orbits.",
    note="Observed: the power, over five values of x, from seventy-two thousand starts.",
    controls=(
        Control(
            "starts that pile up at the critical norm",
            "the law of the start decides: the power is a half",
            observe=lambda case, rng: order(case, rng, piled_up),
        ),
    ),
)
