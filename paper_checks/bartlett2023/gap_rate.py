r"""$1-|m_2|$ is of the order of the relative eigengap $g$, and so the time to converge is of the order $1/g$."""

from functools import partial

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform, Whole
from flatlab.evidence.intervals import power_law_slope
from flatlab.evidence.relations import WithinInterval
from paper_checks.bartlett2023.problems.on_the_cycle import SIZES, Start, on_the_cycle, steps

GAPS = tuple(0.03 / 2**k for k in range(6))


def order_in_gap(s, rng, count=steps):
    """Return the slope of the time against the gap; replicates differ in h."""
    rest = {name: s[name] for name in ("rho", "top", "seed", "flat", "d", "third")}
    times = [
        [count(on_the_cycle(h=h, gap=gap, **rest), rng) for gap in GAPS] for h in rng.uniform(0.1, 1.9, s.replicates)
    ]
    return power_law_slope(GAPS, times)


def steps_off_the_second(start, rng):
    """Count the steps of a start that has no component on e_2."""
    point = start.p.start.copy()
    point[1] = 0.0
    return steps(Start(start.p._replace(start=point)), rng)


CLAIM = Claim(
    id="bartlett2023/gap-rate",
    title="time is inverse to the eigengap",
    statement=r"""The time to converge grows as $1/g$ with the relative eigengap $g$ falling to 0 and the other
        eigenvalues between $0.3\lambda_2$ and $0.6\lambda_2$.""",
    source="Multipliers of a two-cycle",
    origin="derived",
    kind="rate",
    relation=WithinInterval(tolerance=0.06),
    observe=order_in_gap,
    expect=-1,
    fixed={"replicates": 24, "third": 0.6},
    domain={**SIZES, "seed": SEED, "flat": LogUniform(0.5, 1.0), "d": Whole(2, 50, log=True)},
    quick=5,
    full=200,
    seconds=0.06,
    note="""Observed: the steps in which the tangent of the angle to e_1 falls from 1e-2 to 1e-8. Six gaps from 0.03
        down to 0.001; the tolerance covers the second order in the gap. With eigenvalues that are nearer than the gap
        to the second, or with flat ones, the law would begin at smaller gaps.""",
    controls=(
        Control("square root of the gap", "the rate is first order in the gap", expect=-0.5),
        Control(
            "start without a component along e_2",
            "the third eigenvalue sets the time, whatever the gap",
            observe=partial(order_in_gap, count=steps_off_the_second),
            change={"d": 3},
        ),
    ),
)
