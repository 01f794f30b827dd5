"""The output is a random iterate: how often it is flat, and what the failure probability costs."""

import math
from functools import lru_cache

import numpy as np

from flatlab import hitting_time
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, Uniform
from flatlab.evidence.intervals import mean, power_law_slope, proportion
from flatlab.evidence.relations import ProbabilityAtLeast, WithinInterval
from flatlab.geometry.flatness import Flat, FlatnessExcess
from flatlab.methods import RandomlySmoothed
from flatlab.objectives import Product
from flatlab.simulation.trajectories import outputs, running
from flatlab.theory.escape import EscapeTheorem, HyperbolaPoint, flat_fraction
from paper_checks.ahn2024._settings import PAPER, README
from paper_checks.ahn2024._valleys import smoothed, times

START = (2.5, 0.4)  # on the hyperbola


def _problem(setting):
    """Return random smoothing on the hyperbola and the predicted first flat time."""
    epsilon = setting["epsilon"]
    p = EscapeTheorem(epsilon, 1.0, c_eta=0.25, c_rho=setting.get("c_rho", 0.5), c_gate=30.0)
    method = RandomlySmoothed(p.eta, 0.05, p.rho, p.gate)
    point = HyperbolaPoint(START[0] ** 2 - START[1] ** 2)
    return method, p.flow_step.steps(point.flow_time(epsilon))


def _length(setting):
    return math.ceil(_problem(setting)[1] / setting["delta"])


def _observe_share(setting, rng, change=None):
    method, _ = _problem(setting)
    method = method if change is None else change(method)
    flat = Flat(setting["epsilon"], math.sqrt(setting["epsilon"]))
    steps = _length(setting)
    shares = [
        running(method, Product(2), START, flat, checkpoints=[steps], rng=child).mean[0]
        for child in rng.spawn(setting["replicates"])
    ]
    return mean(shares)


SHARE = Claim(
    id="ahn2024/share-of-flat-iterates",
    title="the share of flat iterates",
    statement=r"On the hyperbola a run of $T=T_{\rm hit}/\delta$ steps has a share $1-T_{\rm hit}/T=1-\delta$ of "
    r"$(\varepsilon,\sqrt\varepsilon)$-flat iterates, $T_{\rm hit}$ the flow time in steps.",
    source=README + ", Random iterate and The hyperbola",
    origin="derived",
    kind="equality",
    relation=WithinInterval(0.03),
    observe=_observe_share,
    expect=lambda s: flat_fraction(_problem(s)[1], _length(s)),
    domain={"delta": Uniform(0.1, 0.6), "epsilon": Uniform(0.05, 0.2), "replicates": Choice((64,))},
    corners=tuple({"delta": delta, "epsilon": 0.1, "replicates": 24} for delta in (0.5, 0.2, 0.1)),
    quick=0,
    full=12,
    controls=(
        Control("gradient descent", "without a perturbation no iterate becomes flat",
                observe=lambda s, rng: _observe_share(s, rng, lambda m: m._replace(rho=0.0))),
        Control("half the hitting time", "the time to the first flat iterate is that of the flow",
                expect=lambda s: flat_fraction(_problem(s)[1] / 2, _length(s)),
                change=lambda s: {**s, "delta": 0.5}),
    ),
)  # fmt: skip


def _observe_output(setting, rng, factor=1.0):
    """Return the proportion of random outputs that are flat."""
    method, _ = _problem(setting)
    steps, level = max(1, math.ceil(factor * _length(setting))), math.sqrt(setting["epsilon"])
    flat = FlatnessExcess(setting["epsilon"], level)
    hits = 0
    for child in rng.spawn(setting["replicates"]):
        chosen = outputs(method, Product(2), START, steps=steps, rng=child).random
        hits += hitting_time(method, Product(2), chosen, flat, below=1.0, steps=0, rng=child) == 0
    return proportion(hits, setting["replicates"])


OUTPUT = Claim(
    id="ahn2024/random-output",
    title="a random iterate is flat with high probability",
    statement=r"An iterate drawn evenly from $x_1,\dots,x_T$ is $(\varepsilon,\sqrt\varepsilon)$-flat with probability "
    r"$1-O(\delta)$; at $T=T_{\rm hit}/\delta$ with probability $1-\delta$.",
    source=PAPER + ", Theorem 1 for the order; README, Random iterate",
    origin="derived",
    kind="probability",
    relation=ProbabilityAtLeast(width=0.3),
    observe=_observe_output,
    expect=lambda s: 1 - s["delta"],
    domain={"delta": Uniform(0.05, 0.5), "epsilon": Uniform(0.05, 0.2), "c_rho": Choice((0.8,)),
            "replicates": Choice((1500,))},
    corners=({"delta": 0.1, "epsilon": 0.2, "c_rho": 0.8, "replicates": 500},),
    quick=0,
    full=4,
    note="Probability over seeds and the drawn iterate together, with the exact binomial interval.",
    controls=(
        Control("a run of the hitting time", "until then hardly any iterate is flat",
                observe=lambda s, rng: _observe_output(s, rng, s["delta"])),
    ),
)  # fmt: skip

DELTAS = 0.8 * 1.5 ** -np.arange(5)


def _observe_delta(setting, rng, share=True):
    return power_law_slope(DELTAS, _steps_needed(tuple(setting.items()), int(rng.integers(2**31)), share))


@lru_cache(maxsize=8)
def _steps_needed(items, seed, share):
    """Return the run length at which a share delta of the iterates is not flat, shape (replicates, deltas)."""
    setting, columns = dict(items), []
    for k, delta in enumerate(DELTAS):
        here = {**setting, "kind": "ramp", "delta": float(delta)}
        found = times(here, setting["epsilon"], setting["replicates"], seed + k, by_distance=False).times
        columns.append(found / delta if share else found)
    return np.array(columns, dtype=float).T


DELTA = Claim(
    id="ahn2024/failure-probability-exponent",
    title="the exponent of the failure probability",
    statement=r"On the ramp the run length at which a share $\delta$ of the iterates is not flat grows like "
    r"$\delta^{-4}$: $\delta^{-3}$ from the parameters, $\delta^{-1}$ from the share.",
    source=PAPER + ", Theorem 1 (the exponent); attained: README, Random iterate",
    origin="derived",
    kind="rate",
    relation=WithinInterval(0.2),
    observe=_observe_delta,
    expect=lambda setting: -4.0,
    domain={"epsilon": Uniform(0.1, 0.2), "replicates": Choice((16,))},
    corners=({"epsilon": 0.2, "replicates": 16},),
    quick=0,
    full=3,
    note="Five values of delta from 0.8 to 0.16. The run length is the first flat time over delta, which counts every "
    "later iterate as flat; ahn2024/flat-stays-flat holds that against runs.",
    controls=(
        Control("hitting time alone", "the share adds one power", observe=lambda s, rng: _observe_delta(s, rng, False)),
    ),
)  # fmt: skip


def _observe_staying(setting, rng, start=None):
    """Return the share of flat iterates of runs that start flat."""
    here = {"kind": setting["kind"]}
    method, objective, first = smoothed(here, setting["epsilon"])
    if start is None:
        # where the flow of the trace has arrived: beyond the first flat point
        first = first.copy()
        first[-1] = {"strongly convex": 0.0, "exponential": 6.0, "power": 30.0, "ramp": -2.0 * first[-1]}[
            setting["kind"]
        ]
    flat = Flat(setting["epsilon"], math.sqrt(setting["epsilon"]))
    return min(
        float(running(method, objective, first, flat, checkpoints=[setting["steps"]], rng=child).mean[0])
        for child in rng.spawn(setting["replicates"])
    )


STAYING = Claim(
    id="ahn2024/flat-stays-flat",
    title="a flat start stays flat",
    statement=r"From a point with $|\nabla h|\ll\sqrt\varepsilon$ every iterate stays "
    r"$(\varepsilon,\sqrt\varepsilon)$-flat.",
    source=README + ", Random iterate",
    origin="derived",
    kind="equality",
    relation=WithinInterval(1e-3),
    observe=lambda s, rng: _exact(_observe_staying(s, rng)),
    expect=lambda setting: 1.0,
    domain={"kind": Choice(("strongly convex", "exponential", "power", "ramp")), "epsilon": Uniform(0.02, 0.05),
            "steps": Choice((100000,)), "replicates": Choice((8,))},
    corners=tuple({"kind": kind, "epsilon": 0.05, "steps": 20000, "replicates": 3}
                  for kind in ("strongly convex", "exponential", "power", "ramp")),
    quick=0,
    full=12,
    note="Observed: the smallest share of flat iterates among the runs.",
    controls=(
        Control("a sharp start", "until it has escaped it is not flat",
                observe=lambda s, rng: _exact(_observe_staying({**s, "steps": 2000}, rng, "sharp"))),
    ),
)  # fmt: skip


def _exact(number):
    return mean([number, number])
