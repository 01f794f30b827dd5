r"""With the theorem's parameters and $|\nabla h|=\sqrt\varepsilon$ a step lowers $h$ by the order $\varepsilon^3$."""

import math

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform
from flatlab.evidence.intervals import power_law_slope
from flatlab.evidence.relations import WithinInterval
from flatlab.methods import RandomlySmoothed
from flatlab.simulation.trajectories import restarts
from flatlab.theory.escape import EscapeTheorem
from paper_checks.ahn2024.problems.many_limits import exponential


def observe(s, rng, shrink_radius=True):
    """Return the exponent of the mean drop in the tolerance."""
    tolerances = 0.2 * 1.8 ** -np.arange(5)
    drops = np.empty((s.replicates, 5))
    for k, epsilon in enumerate(tolerances):
        c_rho = 0.3 if shrink_radius else 0.3 / math.sqrt(epsilon)
        p = EscapeTheorem(epsilon, s.delta, c_eta=0.05, c_rho=c_rho)
        objective, w, trace = exponential(-math.log(1.5 * math.sqrt(epsilon)))
        method = RandomlySmoothed(p.eta, 0.1, p.rho, math.inf)
        for r in range(s.replicates):
            ends = restarts(method, objective, w, count=s.draws, rng=rng)
            drops[r, k] = np.mean(trace(w[None]) - trace(ends))
    return power_law_slope(tolerances, drops)


CLAIM = Claim(
    id="ahn2024/decrease-order",
    title="the decrease per step is of order epsilon cubed",
    statement=r"""With the reconstructed parameters, $\delta$ fixed and $|\nabla h|=\sqrt\varepsilon$, a step lowers $h$
        by the order $\varepsilon^3$, which is that of Lemma 2.""",
    source=("What the paper states", "Parameters of the smoothed perturbation"),
    origin="reconstructed",
    kind="rate",
    relation=WithinInterval(0.2),
    observe=observe,
    expect=3,
    fixed={"draws": 2000, "replicates": 12},
    domain={"delta": Uniform(0.4, 1.0)},
    corners=({"delta": 1.0, "draws": 400},),
    quick=0,
    full=3,
    note="""Slope over five tolerances, one decade, with Student's interval over the replicates. Lemma 2 has the order
        epsilon^3 delta^3 as a lower bound while the point is not flat.""",
    controls=(
        Control("radius kept", "it must shrink as well", observe=lambda s, rng: observe(s, rng, shrink_radius=False)),
    ),
)
