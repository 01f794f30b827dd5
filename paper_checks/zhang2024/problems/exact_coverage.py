"""Instances of the PAC-Bayes bounds whose failure probability is an exact binomial sum.

The posterior stays at the prior, W = W_0, so nothing is paid for distance. On the *shells* a sample is a row of J
independent bits of mean p, and the loss at a point w is the bit of the shell in which |w| lies. In high dimension each
of J noise levels stays in its own shell: J independent tests, all of risk p. On the *draws* the loss is decided by the
draw of w alone, with mean p on every sample.

p is set just above the bound that the outcome ``k0`` successes gives, so that the bound fails for k0 and fewer.
"""

from typing import NamedTuple

import numpy as np
from scipy.stats import binom

from flatlab.theory.noise import GaussianPosterior

EXACT_DRAWS = 20_000  # all with one loss, so that next to nothing is paid for draws
EXACT_SAMPLES = 10**9  # so that next to nothing is paid for the sample
LARGER = 1 + 1e-9


class Shells(NamedTuple):
    """n samples, J posteriors, the confidence delta, and the outcome k0 as a share of n."""

    n: int
    J: int
    delta: float
    outcome: float

    @property
    def grid(self):
        """J noise levels, each twice the one before."""
        return 2.0 ** np.arange(self.J)

    def rule(self, paid=None, delta=None, draws=1e-3):
        """Return the bound as a function of the number of losses; ``paid`` of the J posteriors are in its grid."""
        grid, posterior = self.grid[:paid], GaussianPosterior(self.n, 0.0)

        def bound(k):
            losses = np.full(EXACT_DRAWS, k / self.n)
            return posterior.rigorous_bound(losses, 1.0, grid, delta or self.delta, draws, looks=len(grid))

        return bound

    def failure(self, bound, trials=None, tests=None):
        """Return the probability that ``bound`` is below the risk for one of the J posteriors at least."""
        trials = self.n if trials is None else trials
        k0 = int(self.outcome * trials)
        p = bound(k0) * LARGER
        one = binom.cdf(k0, trials, p) if p < 1 else 0.0
        return -np.expm1((self.J if tests is None else tests) * np.log1p(-one)) if one < 1 else 1.0


class Draws(NamedTuple):
    """m draws of each of J posteriors, the confidence delta' of the draws, and the outcome k0 as a share of m."""

    m: int
    J: int
    delta: float
    outcome: float

    def rule(self, looks=None, copies=1):
        """Return the bound as a function of the number of losses; ``copies`` counts every draw so many times."""
        posterior, grid = GaussianPosterior(EXACT_SAMPLES, 0.0), 2.0 ** np.arange(self.J)

        def bound(k):
            losses = np.repeat(np.arange(self.m) < k, copies).astype(float)
            return posterior.rigorous_bound(losses, 1.0, grid, 0.5, self.delta, looks=looks or self.J)

        return bound

    def failure(self, bound):
        """Return the probability that ``bound`` is below the mean for one of the J posteriors at least."""
        return Shells(self.m, self.J, self.delta, self.outcome).failure(bound)
