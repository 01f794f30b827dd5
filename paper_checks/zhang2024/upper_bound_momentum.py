r"""With momentum $E|\nabla F(W_t)|^2\le A+\sqrt{A^2+2(1+\mu)CD^2V/(kT)}$, $A=\frac{1+\mu}{1-\mu}CD^2/T$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform, Uniform, Whole
from flatlab.evidence.relations import AtMost
from paper_checks.zhang2024.problems.momentum_run import MomentumRun

NOISY = {"C": 1.0, "gap": 1.0, "k": 1, "nu": 0.1, "weight": 0.01, "condition": 2.0, "seed": 1}
QUIET = {**NOISY, "nu": 1e-4, "T": 100}


def first(p, factor=None):
    """Return A, or C D^2/T times another factor."""
    return ((1 + p.mu) / (1 - p.mu) if factor is None else factor) * p.C * p.gap / p.T


def bound(p, factor=None):
    a = first(p, factor)
    return a + np.sqrt(a**2 + 2 * (1 + p.mu) * p.C * p.gap * p.variance / p.T)


CLAIM = Claim(
    id="zhang2024/upper-bound-momentum",
    title="upper bound with momentum, quadratics",
    statement=r"""NSO with heavy-ball momentum $\mu$ from rest and
        $\frac{1-\mu}\eta=\frac c2+\sqrt{\frac{c^2}4+(1+\mu)CVT/(2kD^2)}$, $c=\frac{1+\mu}{1-\mu}C$, has
        $E|\nabla F(W_t)|^2 \le A+\sqrt{A^2+2(1+\mu)CD^2V/(kT)}$, $A=cD^2/T$, $V=\sigma^2+C^2H(P)$, $t$ uniform on
        $1..T$.""",
    source="Momentum in the upper bound",
    origin="derived",
    kind="upper bound",
    relation=AtMost(tight_within=1.1),
    problem=MomentumRun,
    observe=lambda p, rng: p.mean(p.step),
    expect=bound,
    domain={
        "C": LogUniform(0.1, 10.0),
        "gap": LogUniform(0.1, 10.0),
        "T": Whole(1, 500, log=True),
        "k": Whole(1, 3),
        "nu": LogUniform(1e-6, 3.0),
        "weight": LogUniform(0.01, 3.0),
        "mu": Uniform(0.0, 0.99),
        "condition": LogUniform(1.0, 1000.0),
        "seed": SEED,
    },
    corners=(
        *({**NOISY, "T": 500, "mu": mu} for mu in (0.0, 0.5, 0.9)),
        {**QUIET, "mu": 0.9},
    ),
    quick=6,
    full=200,
    note=r"""One run of the method with its weight noise on fresh coordinates: every path has the same lengths. No
        instance is known here that needs the factor $1+\mu$ under the root.""",
    controls=(
        Control(
            "step size of plain NSO",
            "the noise is that of a step 1/(1 - mu) times as long",
            observe=lambda p, rng: p.mean(p.step / (1 - p.mu)),
            change={**NOISY, "T": 500, "mu": 0.95},
        ),
        Control(
            "step size without its limit",
            "the momentum is not stable beyond 2(1 + mu)/C",
            observe=lambda p, rng: p.mean(p.unlimited),
            change={**QUIET, "T": 10, "mu": 0.5},
        ),
        Control(
            "noise left out of the bound",
            "the terms without it fall as 1/T",
            expect=lambda p: 2 * first(p),
            change={**NOISY, "T": 500, "mu": 0.5},
        ),
        Control(
            "the root alone",
            "at the longest step the gap is travelled in T steps or more",
            expect=lambda p: bound(p, factor=0),
            change={**QUIET, "mu": 0.9},
        ),
        Control(
            "1/(1 - mu) in place of (1 + mu)/(1 - mu)",
            "at the longest step both factors are needed",
            expect=lambda p: bound(p, factor=1 / (1 - p.mu)),
            change={**QUIET, "nu": 1e-6, "mu": 0.95},
        ),
    ),
)
