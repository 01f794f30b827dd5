r"""The noise that the perturbation leaves across the valley adds $\eta a(n-1)/(n(2-\eta a))$ to the drift along it."""

from functools import partial

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.relations import WithinInterval
from paper_checks.ahn2024.enclosures.own_noise import ENCLOSURE
from paper_checks.ahn2024.problems.level_ramp import LevelRamp

DOMAIN = {"epsilon": LogUniform(0.01, 0.3), "delta": Uniform(0.2, 1.0), "n": Whole(2, 8)}

CLAIMS = (
    Claim(
        id="ahn2024/own-noise",
        title="the noise of random smoothing adds to its drift, and tells step size from radius",
        statement=r"""With $\eta=c\delta\varepsilon$ and $\rho=\delta\sqrt\varepsilon$ random smoothing drifts along a
            ravine at $\frac{c\delta^3\varepsilon^2}2h'$ times $1+\eta a(n-1)/(n(2-\eta a))$, for every $\eta a<2$.""",
        source=("Noise in the iterate", "Parameters of the smoothed perturbation"),
        origin="derived",
        kind="equality",
        relation=WithinInterval(0.01, rtol=0.03),
        problem=LevelRamp,
        observe=lambda p, rng: p.excess(rng),
        expect=lambda p: p.stated,
        fixed={"replicates": 40},
        domain={**DOMAIN, "load": Uniform(0.2, 1.5)},
        corners=({"epsilon": 0.1, "delta": 0.5, "n": 4, "load": 1.0},),
        quick=2,
        full=120,
        seconds=0.073,
        few="40 runs of 10 000 steps",
        note="Step size times squared radius sets the drift, the step size alone the excess; load is eta a.",
        controls=(
            Control(
                "another radius at the same product",
                "a quarter of the step size has less than a third of the excess",
                observe=lambda p, rng: p.excess(rng, wider=2.0),
                change=lambda s: {**s, "replicates": 16} if s.load == 1.0 else None,
            ),
            Control(
                "no projection",
                "the noise along the gradient returns, and the gradient counts twice",
                observe=lambda p, rng: p.excess(rng, projected=False),
                change=lambda s: {**s, "load": 0.6, "n": 3, "replicates": 16} if s.load == 1.0 else None,
            ),
        ),
        enclosure=ENCLOSURE,
    ),
    Claim(
        id="ahn2024/own-noise-of-samples",
        title="the noise of sharpness-aware steps adds as much, and tells step size from radius",
        statement=r"""With $\eta=c\nu\delta\varepsilon$ and $\rho=\nu\delta\sqrt\varepsilon$,
            $\nu=\min\{d,\varepsilon^{-1/3}\}$, SAP drifts on the risk form of a ravine at
            $\frac{c\nu^3\delta^3\varepsilon^2}2a'$ times $1+\eta a(n-1)/(n(2-\eta a))$, to leading order in
            $\eta a$.""",
        source=("Noise in the iterate", "Parameters of the sharpness-aware perturbation"),
        origin="derived",
        kind="equality",
        relation=WithinInterval(0.004, rtol=0.06),
        problem=partial(LevelRamp, samples=True),
        observe=lambda p, rng: p.excess(rng),
        expect=lambda p: p.stated,
        fixed={"replicates": 48},
        domain={**DOMAIN, "load": Uniform(0.1, 0.2)},
        corners=({"epsilon": 0.1, "delta": 0.5, "n": 4, "load": 0.15},),
        quick=1,
        full=120,
        seconds=0.07,
        few="48 runs of 10 000 steps",
        controls=(
            Control(
                "another radius at the same product",
                "a quarter of the step size has a quarter of the excess",
                observe=lambda p, rng: p.excess(rng, wider=2.0),
                change=lambda s: {**s, "replicates": 16} if s.load == 0.15 else None,
            ),
            Control(
                "full batches",
                "they leave no noise, and drift n times more slowly",
                observe=lambda p, rng: p.excess(rng, batch=p.n),
                change=lambda s: {**s, "replicates": 16} if s.load == 0.15 else None,
            ),
        ),
    ),
)
