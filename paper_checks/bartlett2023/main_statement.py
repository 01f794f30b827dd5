r"""From a random start both errors are within a tolerance at every $t\ge N(p)$, with probability at least $1-p$."""

import numpy as np
from scipy.stats import binom

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform
from flatlab.evidence.intervals import LEVEL
from flatlab.evidence.relations import AtMost, Estimate
from flatlab.methods import GD
from paper_checks.bartlett2023.problems.convergence import quick_enough
from paper_checks.bartlett2023.problems.random_start import ON_SPHERE, sphere


def quantile(case, rng, method=None):
    """Return the (1 - p) quantile of the settling time over random starts, with its exact interval."""
    p, start, _, count = case
    draws = rng.standard_normal((count, p.eigenvalues.size))
    points = start.radius * draws / np.linalg.norm(draws, axis=1, keepdims=True)
    times = sorted(case.settling_times(points, method))
    share = 1 - start.failure_probability
    low, high = (int(end) for end in binom.ppf([(1 - LEVEL) / 2, (1 + LEVEL) / 2], count, share))
    return Estimate(times[int(np.ceil(share * count)) - 1], times[max(low - 1, 0)], times[min(high, count - 1)])


def least(case, rng, method=None):
    """Return the settling time of a start with the least first coordinate that the theorem allows."""
    p, start = case.p, case.start
    point = rng.standard_normal(p.eigenvalues.size)
    point[0] = start.leading / p.eigenvalues[0]
    point[1:] *= np.sqrt(max(start.radius**2 - point[0] ** 2, 0.0)) / np.linalg.norm(point[1:])
    return case.settling_times([point], method)[0]


CORNER = {"d": 2, "h": 1.3, "rho": 0.1, "gap": 0.3, "flat": 0.1, "top": 1.0, "norm": 0.6, "tolerance": 1e-3, "seed": 1}
N = r"""$N_A$ and $N_B$ are those of Theorem G with $s_0=\lambda_1R$, $|u_{0,1}|=\lambda_1Rp\sqrt{\pi/(2d)}$ and the S
    of $Re_d$, for the largest $\varepsilon=\gamma/2,\gamma/4,\dots$ whose tube Theorem L certifies. From step $T$ on
    both of its bounds in this tube are at most $\delta$."""
SHARED = {
    "source": ("What the authors state", "Random starts to the cycle"),
    "origin": "derived",
    "kind": "upper bound",
    "problem": sphere,
    "expect": lambda case: case.bound,
    "hypotheses": quick_enough(lambda **setting: sphere(**setting).p),
}
CLAIMS = (
    Claim(
        id="bartlett2023/main-statement",
        title="most random starts stay at the cycle from an explicit step on",
        statement=r"""Let $\lambda_1>\lambda_2$, $h<2$ and $w_0$ uniform on the sphere of radius $R$, for $h<1$ with
            $\lambda_1R<s^*$. With probability at least $1-p$ both $||u_{t,1}|/b_1-1|$ and the tangent of the angle to
            $e_1$ are at most a given $\delta$ at every step $t\ge N(p,\delta)=\lfloor N_A+N_B\rfloor+T$.""",
        relation=AtMost(tight_within=5),
        observe=quantile,
        fixed={"starts": 200},
        domain={**ON_SPHERE, "failure": Uniform(0.2, 0.6)},
        corners=({**CORNER, "failure": 0.5},),
        quick=1,
        full=40,
        seconds=0.08,
        few="Each setting runs two hundred orbits.",
        note=rf"Observed: the (1 - p) quantile over 200 starts of the first step from which on no error is larger. {N}",
        controls=(
            Control(
                "gradient descent",
                "it goes to the minimum, however long it runs",
                observe=lambda case, rng: quantile(case, rng, GD(case.p.eta)),
                change={**CORNER, "failure": 0.5},
            ),
        ),
        **SHARED,
    ),
    Claim(
        id="bartlett2023/least-first-coordinate",
        title="the same for the least first coordinate",
        statement=r"""From a start with $|w_0|=R$ and $|w_{0,1}|=Rp\sqrt{\pi/(2d)}$, the least on an event of
            probability at least $1-p$, both errors are at most $\delta$ at every step
            $t\ge N(p,\delta)=\lfloor N_A+N_B\rfloor+T$, for $p$ down to $10^{-100}$.""",
        relation=AtMost(tight_within=6),
        observe=least,
        domain={**ON_SPHERE, "failure": LogUniform(1e-100, 0.6)},
        corners=(
            {**CORNER, "failure": 1e-100},
            {**CORNER, "h": 1.7, "gap": 0.2, "tolerance": 1e-10, "failure": 0.5},  # most steps are for the tolerance
        ),
        quick=15,
        full=200,
        note=rf"Observed: the first step from which on no error is larger. {N}",
        controls=(
            Control(
                "gradient descent",
                "it goes to the minimum, however long it runs",
                observe=lambda case, rng: least(case, rng, GD(case.p.eta)),
                change={**CORNER, "failure": 0.5},
            ),
        ),
        **SHARED,
    ),
)
