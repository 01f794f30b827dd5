r"""On the nonconvex well $\sum w_i^2/(1+w_i^2)$ the mean of $|\nabla F(W_t)|^2$ falls as $T^{-1/2}$ and $k^{-1/2}$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.intervals import power_law_slope
from flatlab.evidence.relations import WithinInterval
from paper_checks.zhang2024.problems.well import DOMAIN, replicated

STEPS = (400, 1000, 2500, 6250, 15_625)
PAIRS = (1, 2, 4, 8, 16)
RUNS = {400: 8, 1000: 4}  # copies in each replicate: means over few steps, or of few pairs, scatter most and cost least
RUNS_OF_PAIRS = {1: 4, 2: 2}
T = 3200


def slope_in_steps(case, rng, eta=None):
    well, seed, replicates = case
    values = [well.means(T, seed, replicates, eta, RUNS.get(T, 1)) for T in STEPS]
    return power_law_slope(STEPS, np.transpose(values))


def slope_in_pairs(case, rng, shared=False):
    well, seed, replicates = case
    wells = [well._replace(k=k, shared=shared) for k in PAIRS]
    values = [one.means(T, seed, replicates, copies=RUNS_OF_PAIRS.get(one.k, 1)) for one in wells]
    return power_law_slope(PAIRS, np.transpose(values))


CLAIMS = (
    Claim(
        id="zhang2024/nonconvex-rate-in-steps",
        title="the root of 1/T on a nonconvex well",
        statement=r"""On $\sum w_i^2/(1+w_i^2)$ the mean of $|\nabla F(W_t)|^2$ over $t\le T$ falls as $T^{-1/2}$, for
            the pair and for one point.""",
        source="Rates on a nonconvex well",
        origin="measured",
        kind="rate",
        relation=WithinInterval(tolerance=0.04),
        problem=replicated,
        observe=slope_in_steps,
        expect=-0.5,
        fixed={"replicates": 36},
        domain=DOMAIN,
        quick=1,
        full=4,
        seconds=0.75,
        few="31575 steps for each of 36 replicates",
        note=f"""T = {STEPS[0]} to {STEPS[-1]}; the slope of each replicate, interval from their spread. The 1/T term
            and the transient move it by .02.""",
        controls=(
            Control(
                "a step size that does not shrink",
                "the noise floor does not fall with T",
                change={"replicates": 8},
                observe=lambda case, rng: slope_in_steps(case, rng, eta=0.3),
            ),
        ),
    ),
    Claim(
        id="zhang2024/nonconvex-rate-in-pairs",
        title="the root of 1/k on a nonconvex well",
        statement=r"""On $\sum w_i^2/(1+w_i^2)$ at fixed $T$, with independent samples, the mean of $|\nabla F(W_t)|^2$
            over $t\le T$ falls as $k^{-1/2}$.""",
        source="Rates on a nonconvex well",
        origin="measured",
        kind="rate",
        relation=WithinInterval(tolerance=0.04),
        problem=replicated,
        observe=slope_in_pairs,
        expect=-0.5,
        fixed={"replicates": 36},
        domain=DOMAIN,
        quick=1,
        full=4,
        seconds=0.75,
        few="115200 pairs or points for each of 36 replicates",
        note=f"T = {T}, k = 1 to {PAIRS[-1]}.",
        controls=(
            Control(
                "one sample for all",
                "then k averages weight noise only",
                change={"replicates": 12, "sigma": 2.0},
                observe=lambda case, rng: slope_in_pairs(case, rng, shared=True),
            ),
        ),
    ),
)
