r"""Behind a gate of $m$ times the gradient at rest the share of perturbed steps keeps the mean of $f$ constant."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import WithinInterval
from flatlab.geometry.flatness import Perturbed
from flatlab.methods import RandomlySmoothed
from flatlab.objectives import Valley
from flatlab.objectives.valleys.profiles import Constant
from flatlab.simulation.trajectories import running
from flatlab.theory.escape import SmoothingAtRest
from paper_checks.ahn2024.enclosures.tight_gate import ENCLOSURE

BEGUN, STEPS = 1000, 16_000


def observe(s, rng, part=1.0):
    """Return the mean share of perturbed steps of runs from the gate; plain steps have a ``part`` of their size."""
    eta, n, found = s.load / s.curvature, s.n, []
    gate = s.multiple * SmoothingAtRest(eta, s.rho, s.curvature, n, n + 1).gradient
    method, valley = RandomlySmoothed(eta, part * s.plain * eta, s.rho, gate), Valley(Constant(s.curvature), n)
    for child in rng.spawn(s.replicates):
        start = np.append(child.standard_normal(n), 0.0)
        start *= gate / s.curvature / np.linalg.norm(start)
        means = running(method, valley, start, Perturbed(gate), checkpoints=[BEGUN, STEPS], rng=child).mean
        found.append((STEPS * means[1] - BEGUN * means[0]) / (STEPS - BEGUN))
    return mean(found) if np.ptp(found) > 0 else found[0]  # all steps are perturbed behind a gate beyond the domain


def expect(s):
    """Return the share at which the mean of |z|^2 is constant: it rises inside the gate and falls outside."""
    inside, outside, square = s.load * (2 - s.load), s.plain * s.load * (2 - s.plain * s.load), s.multiple**2
    return outside * square / (inside * (1 - square) + outside * square)


CLAIM = Claim(
    id="ahn2024/tight-gate",
    title="a tight gate leaves steps unperturbed",
    statement=r"""On $a|z|^2/2$ behind a gate $\varepsilon_0=m\,(\mathbb E|\nabla f|^2)^{1/2}$, $m<1$ of the gradient at
        rest, the share of perturbed steps is $b'm^2/(b(1-m^2)+b'm^2)$, $b=\eta a(2-\eta a)$, $b'=\eta'a(2-\eta'a)$, to
        leading order in $\eta a$ and $\eta'a$: $m^2$ where $\eta'=\eta$.""",
    source="What the gate must cover",
    origin="derived",
    kind="equality",
    relation=WithinInterval(rtol=0.06),
    observe=observe,
    expect=expect,
    fixed={"replicates": 32},
    domain={
        "n": Whole(2, 8),
        "load": LogUniform(0.0005, 0.0015),
        "plain": Uniform(0.5, 2.0),
        "curvature": Uniform(1, 5),
        "rho": LogUniform(0.01, 0.1),
        "multiple": Uniform(0.45, 0.75),
    },
    corners=({"n": 2, "load": 0.0015, "plain": 1.0, "curvature": 4.0, "rho": 0.05, "multiple": 0.5},),
    quick=1,
    full=120,
    seconds=0.11,
    few="32 runs of 16 000 steps, to average over the returns to the gate",
    note="""load is eta a, plain is eta'/eta. A rate measured behind such a gate is not that of the algorithm analysed:
        `escape_times` gives a warning with the share.""",
    controls=(
        Control(
            "plain steps of a tenth",
            "it takes them longer to come back within the gate",
            observe=lambda s, rng: observe(s, rng, part=0.1),
            change=lambda s: {**s, "replicates": 10} if s.load == 0.0015 else None,
        ),
    ),
    enclosure=ENCLOSURE,
)
