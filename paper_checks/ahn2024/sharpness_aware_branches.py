r"""SAP has two branches: at $d\ge\varepsilon^{-1/3}$ it takes one power of $1/\varepsilon$ fewer than below."""

from functools import partial

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, Uniform
from flatlab.evidence.relations import Estimate, WithinInterval
from paper_checks.ahn2024.problems.valleys import DECADE, Sweep

SOURCE = ("What the paper states", "Parameters of the sharpness-aware perturbation", "Exponents")
BOTH = ("exponential", "ramp")
sweep = partial(Sweep, sap=True)


def around(change, ratio, **setting):
    """Return sweeps just below and just above a tolerance."""
    low, high = 0.95 * change, 1.02 * change * ratio**4
    return tuple(sweep(largest=largest, ratio=ratio, **setting) for largest in (low, high))


def bend(sweeps, rng):
    """Return the slope below the change of branch less the slope above it, with the sum of the half-widths."""
    below, above = (each.slope(rng) for each in sweeps)
    half = (below.high - below.low + above.high - above.low) / 2
    centre = below.value - above.value
    return Estimate(centre, centre - half, centre + half)


CLAIMS = (
    Claim(
        id="ahn2024/uncapped-branch",
        title="sharpness-aware steps in a low dimension",
        statement=r"""For $d<\varepsilon^{-1/3}$, $\nu=d$: the slope of $\log T$ in $\log\varepsilon$ is that of the
            flow times, $-2.5$ on the exponential valley and $-3$ on the ramp as $\varepsilon\to0$.""",
        source=SOURCE,
        origin="derived",
        kind="rate",
        relation=WithinInterval(0.1),
        problem=sweep,
        observe=lambda p, rng: p.slope(rng),
        expect=lambda p: p.predicted_slope,
        fixed={"d": 3, "largest": 0.03, "ratio": DECADE, "replicates": 16},
        domain={"kind": Choice(BOTH), "c_eta": Uniform(0.2, 0.35)},
        corners=tuple({"kind": kind, "largest": 0.036, "replicates": 10, "c_eta": 0.45} for kind in BOTH),
        quick=0,
        full=6,
        controls=(
            Control("the other branch", "one power of the tolerance fewer", expect=lambda p: p.predicted_slope + 1),
        ),
    ),
    Claim(
        id="ahn2024/capped-branch",
        title="sharpness-aware steps in a high dimension",
        statement=r"""For $d\ge\varepsilon^{-1/3}$, $\nu=\varepsilon^{-1/3}$: one power of $1/\varepsilon$ fewer,
            $-1.5$ on the exponential valley and $-2$ on the ramp as $\varepsilon\to0$.""",
        source=SOURCE,
        origin="derived",
        kind="rate",
        relation=WithinInterval(0.1),
        problem=sweep,
        observe=lambda p, rng: p.slope(rng),
        expect=lambda p: p.predicted_slope,
        fixed={"d": 6, "largest": 0.1, "ratio": DECADE, "replicates": 24, "c_rho": 0.5},
        domain={"kind": Choice(BOTH), "c_eta": Uniform(0.03, 0.05)},
        corners=tuple({"kind": kind, "replicates": 16, "c_eta": 0.05} for kind in BOTH),
        quick=0,
        full=8,
        controls=(
            Control("the other branch", "one power of the tolerance more", expect=lambda p: p.predicted_slope - 1),
            Control("random smoothing's exponent", "the ramp takes it to the power -3", expect=-3),
        ),
    ),
    Claim(
        id="ahn2024/branch-bend",
        title="the exponent bends where the branch changes",
        statement=r"On the ramp the slope of $\log T$ in $\log\varepsilon$ changes by $-1$ at $\varepsilon=d^{-3}$.",
        source=SOURCE,
        origin="derived",
        kind="rate",
        relation=WithinInterval(0.25),
        problem=around,
        observe=bend,
        expect=-1,
        fixed={"kind": "ramp", "d": 3, "change": 1 / 27, "ratio": 1.5, "replicates": 32, "c_rho": 0.4},
        domain={"c_eta": Uniform(0.05, 0.1)},
        corners=({"replicates": 16, "c_eta": 0.3, "c_rho": 0.5},),
        quick=0,
        full=3,
        note="Five tolerances on either side. Step size and radius are continuous at the change.",
        controls=(
            Control("no bend", "a single power law", expect=0),
            Control("away from the change", "within one branch the slope is one", change={"d": 6}),
        ),
    ),
)
