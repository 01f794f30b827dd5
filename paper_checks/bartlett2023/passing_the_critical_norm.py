r"""From far starts a step comes within $x$ of the norm that zeroes $w_1$ with a probability in proportion to $x$."""

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


def nearest(p, starts, method=None):
    """Return the least ``|1 - s* / s_t|`` of each run on its way into the ball."""
    critical, points, least = p.theory.critical_norm, starts, np.full(len(starts), np.inf)
    for _ in range(TrappingBall(p.theory, np.linalg.norm(starts * p.eigenvalues, axis=1).max()).entry + 1):
        norms = np.maximum(np.linalg.norm(points * p.eigenvalues, axis=1), 1e-290)
        least = np.minimum(least, np.abs(1 - critical / norms))
        points = ensemble(p.sam if method is None else method, p.objective, points, steps=1)
    return least


def order(case, rng, power=1):
    """Return the order in x of the share of runs that come within x; with ``power``, of that of the least distance."""
    p, radius = case
    draws = rng.standard_normal((REPLICATES * STARTS, p.start.size))
    lengths = radius * np.exp(rng.uniform(0.0, np.log(10), (len(draws), 1)))
    least = nearest(p, lengths * draws / np.linalg.norm(draws, axis=1, keepdims=True)) ** power
    sizes = SHARES * p.eta * p.eigenvalues[-1] / 2
    shares = np.mean(least.reshape(REPLICATES, STARTS, 1) < sizes, axis=1)
    return power_law_slope(sizes, shares)


CLAIM = Claim(
    id="bartlett2023/passing-the-critical-norm",
    title="how near far starts come to the norm that zeroes the first coordinate",
    statement=r"""Let $h<1$ and let $w_0$ have a uniform direction and a length drawn evenly, in its logarithm, from a
        decade where $s_0>s^*$. The probability that
        $\min_t|1-s^*/s_t|\le x$ is in proportion to $x$ for $x<h_d/2$, so that $\ln(1/|u_1|)$ has an exponential tail
        of rate 1 behind $s^*$.""",
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
    seconds=0.35,
    few="Each setting runs seventy-two thousand orbits.",
    note="Observed: the order in x, over five values from h_d / 4 down, from seventy-two thousand starts.",
    controls=(
        Control(
            "the square of the distance",
            "its order is a half",
            observe=lambda case, rng: order(case, rng, power=2),
        ),
    ),
)
