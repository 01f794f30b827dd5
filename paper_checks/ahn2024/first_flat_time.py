r"""The first flat time of random smoothing is the flow time of $h=\mathrm{tr}\circ\Phi/d$ over $\eta\rho^2/2$."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, LogUniform, Uniform
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import WithinInterval
from paper_checks.ahn2024.problems.valleys import KINDS, Sweep, escape

SOURCE = ("Exponents", "Flow times of four valleys", "Parameters of the smoothed perturbation")


def runs(replicates, **setting):
    return escape(**setting), replicates


def observe_time(case, rng):
    p, replicates = case
    return mean(p.times(replicates, int(rng.integers(2**31))).times)


def half_radius(case, rng):
    p, replicates = case
    narrow = p._replace(method=p.method._replace(rho=p.method.rho / 2), steps=4 * p.steps)
    return observe_time((narrow, replicates), rng)


CLAIMS = (
    Claim(
        id="ahn2024/escape-exponent",
        title="steps to a flat point against the tolerance",
        statement=r"""The first flat time $T$ of random smoothing with the reconstructed parameters follows the flow of
            $h=\overline{\mathrm{tr}}\circ\Phi$: the slope of $\log T$ in $\log\varepsilon$ is that of
            (flow time until $|\nabla h|=\sqrt\varepsilon$)$/(\eta\rho^2/2)$.""",
        source=SOURCE,
        origin="derived",
        kind="rate",
        relation=WithinInterval(0.1),
        problem=Sweep,
        observe=lambda p, rng: p.slope(rng),
        expect=lambda p: p.predicted_slope,
        fixed={"largest": 0.2, "ratio": 1.5, "count": 5, "replicates": 32},
        domain={"kind": Choice(KINDS), "c_eta": Uniform(0.15, 0.25)},
        quick=1,
        full=16,
        seconds=0.4,
        few="five tolerances over a factor of five, 32 runs each",
        note="""Expected: the slope of the closed-form flow times at the same tolerances. The asymptotic slopes are -2,
            -2.5, -2.833 and -3 for the strongly convex, the exponential, the power and the ramp valley.""",
        controls=(
            Control(
                "radius kept",
                "a radius that does not shrink with the tolerance changes the exponent by one",
                problem=lambda **setting: Sweep(**{**setting, "radius": 0.3, "replicates": 8}),
            ),
        ),
    ),
    Claim(
        id="ahn2024/escape-time",
        title="steps to a flat point are the flow time",
        statement=r"""At small $\varepsilon$ the first flat time $T$ of random smoothing with the reconstructed
            parameters is the flow time of $h$ until $|\nabla h|=\sqrt\varepsilon$, divided by $\eta\rho^2/2$.""",
        source=SOURCE,
        origin="derived",
        kind="equality",
        relation=WithinInterval(rtol=0.05),
        problem=runs,
        observe=observe_time,
        expect=lambda case: case[0].steps,
        fixed={"replicates": 16},
        domain={"kind": Choice(KINDS), "c_eta": Uniform(0.15, 0.3), "epsilon": LogUniform(0.0125, 0.05)},
        corners=tuple({"kind": kind, "epsilon": 0.05, "c_eta": 0.25} for kind in KINDS),
        quick=1,
        full=16,
        seconds=0.1,
        few="16 runs of up to a million steps",
        controls=(
            Control(
                "half the radius",
                "the drift is quadratic in it",
                observe=half_radius,
                change=lambda s: s if s.kind == "strongly convex" else None,
            ),
        ),
    ),
)
