r"""On $f=(a+by)\lvert z\rvert_4^4$ all minima have one certificate, and random smoothing still moves."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import WithinInterval
from flatlab.methods import RandomlySmoothed
from flatlab.simulation.ensembles import ensemble
from paper_checks.ahn2024.problems.level_bottom import LevelBottom

RUNS, STEPS = 40, 4000


def falls(s, rng, power=4, part=1.0, steps=STEPS):
    """Return the falls of y in units of eta rho^4 b a step, from y = 0 on the minima; part is that of the radius."""
    objective = LevelBottom(1.0, s.slope, s.across, power)
    method = RandomlySmoothed(s.load / s.rho**2, 1.0, part * s.rho, np.inf)
    starts = np.zeros((RUNS, s.across + 1))
    ends = ensemble(method, objective, starts, steps=steps, seed=int(rng.integers(2**32)))
    return -ends[:, -1] / (steps * method.eta * s.slope * s.rho**4)


CLAIM = Claim(
    id="ahn2024/no-curvature",
    title="minima without curvature are all flat, and random smoothing still tells them apart",
    statement=r"""On $f=(a+by)\sum_{i\le k}z_i^4$, $d=k+1$, where the inequality of Polyak and Łojasiewicz fails, every
        minimum has trace 0 and the flow of the trace stands still. Random smoothing lowers $y$ in the mean by
        $\frac{3k}{d(d+2)}\eta\rho^4b$ a step to leading order in $\eta a\rho^2$.""",
    source="Where Theorem 2 does not apply",
    origin="derived",
    kind="equality",
    relation=WithinInterval(rtol=0.05),
    observe=lambda s, rng: mean(falls(s, rng)),
    expect=lambda s: 3 * s.across / ((s.across + 1) * (s.across + 3)),
    domain={
        "across": Whole(1, 6),
        "slope": Uniform(0.3, 1.0),
        "rho": LogUniform(0.01, 0.1),
        "load": LogUniform(1e-4, 2e-3),
    },
    corners=({"across": 3, "slope": 1.0, "rho": 0.1, "load": 1e-3},),
    quick=5,
    full=199,
    seconds=0.025,
    note=r"Observed: the mean fall of $y$ a step over $\eta\rho^4b$, $a=1$. load is $\eta a\rho^2$.",
    controls=(
        Control(
            "a quadratic bottom",
            "the inequality holds there, and the drift is that of the trace, of order rho squared",
            observe=lambda s, rng: mean(falls(s, rng, power=2, steps=200)),
            change={"rho": 0.1, "load": 1e-3},  # small steps for a curvature of 2
        ),
        Control(
            "the flow of the trace",
            "it has nothing to follow",
            expect=0.0,
        ),
        Control(
            "gradient descent",
            "without a perturbation a minimum is left by nothing",
            observe=lambda s, rng: falls(s, rng, part=0.0, steps=200).max(),
        ),
    ),
)
