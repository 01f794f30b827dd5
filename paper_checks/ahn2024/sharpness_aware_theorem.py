r"""Theorem 2 with reconstructed sizes and closing descent, in both branches of $\nu=\min\{d,\varepsilon^{-1/3}\}$."""

from functools import partial

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, LogUniform, Uniform, Whole
from flatlab.evidence.relations import AtMost, WithinInterval
from paper_checks.ahn2024.problems.whole_theorem import (
    FAR,
    SHARE,
    VALLEYS,
    closed_shares,
    full_batches,
    in_units,
    one_run,
    sharpness_aware,
)

SOURCE = ("What the paper states", "Parameters of the sharpness-aware perturbation", "The theorems run as stated")
DOMAIN = {
    "epsilon": LogUniform(0.03, 0.1),
    "delta": LogUniform(0.45, 0.8),
    "d": Whole(3, 8),
    "c_eta": Uniform(0.15, 0.3),
    "c_rho": Uniform(0.8, 1.0),
}
PLAIN = {"epsilon": 0.04, "delta": 0.7, "d": 4, "c_eta": 0.25, "c_rho": 1.0}
CELLS = tuple({"epsilon": e, "d": d, "delta": b} for e, d, b in ((0.1, 2, 0.5), (0.04, 3, 0.6), (0.04, 6, 0.6)))
GRID = tuple({"epsilon": 0.1 / 1.3**i, "delta": 0.8 / 1.3**k, "d": 3} for i in range(5) for k in range(5))


def unscaled(p, rng):
    return in_units(p, one_run(p._replace(method=p.method._replace(rho=p.delta * p.epsilon**0.5)), rng, part=1.0))


CLAIMS = (
    Claim(
        id="ahn2024/sharpness-aware-theorem",
        title="sharpness-aware steps find a flat point as Theorem 2 says",
        statement=r"""With the reconstructed $\eta=c\nu\delta\varepsilon$, $\rho=c'\nu\delta\sqrt\varepsilon$,
            $\varepsilon_0=c''\sqrt\eta\rho$, $\nu=\min\{d,\varepsilon^{-1/3}\}$, and
            $T=\lceil Cd^{-1}\varepsilon^{-2}\max\{1,1/(d^3\varepsilon)\}\delta^{-4}\rceil$, one $C$ for all valleys, an
            iterate of SAP drawn evenly is $(\varepsilon,\sqrt\varepsilon)$-flat after the closing descent with
            probability at least $1-\delta$, by distance and by cost, and by cost before it too.""",
        source=(*SOURCE, "Closing gradient descent"),
        origin="reconstructed",
        kind="upper bound",
        relation=AtMost(tight_within=1.4),
        problem=sharpness_aware,
        observe=closed_shares,
        expect=lambda p: p.delta,
        fixed={"replicates": 10},
        domain={"kind": Choice(VALLEYS), **DOMAIN},
        hypotheses=FAR,
        corners=({"kind": "ramp", **PLAIN}, {"kind": "power", **PLAIN}),
        quick=1,
        full=40,
        seconds=0.19,
        few="ten runs, each closed from a hundred iterates",
        note="Observed: the share that is not flat of some 400 iterates a run, and of 100 after the closing descent.",
        controls=(
            Control(
                "no closing descent",
                "the loop stays farther away",
                observe=partial(one_run, part=0.0),
                change={"epsilon": 0.04, "delta": 0.75, "d": 6},
            ),
            Control(
                "full batches",
                "they lose the gain",
                observe=lambda p, rng: one_run(full_batches(p), rng, part=1.0),
                change=lambda s: s if s.kind == "ramp" else None,
            ),
            Control(
                "half of the steps",
                "the ramp needs them",
                problem=partial(sharpness_aware, fewer=2.0),
                change=lambda s: {**s, "delta": 0.55} if s.kind == "ramp" else None,
            ),
        ),
    ),
    Claim(
        id="ahn2024/sharpness-aware-theorem-exponents",
        title="the powers of all three parameters in Theorem 2",
        statement=r"""On the ramp with the reconstructed parameters the first flat time is
            $2K\max\{1,1/(d^3\varepsilon)\}/(cc'^2d\,\varepsilon^2\delta^3)$, $K/\varepsilon$ the flow time, and of $T$
            iterates the share $2K\delta/(cc'^2C)$ is not flat.""",
        source=SOURCE,
        origin="derived",
        kind="equality",
        relation=WithinInterval(rtol=0.06),
        problem=partial(sharpness_aware, "ramp"),
        observe=lambda p, rng: in_units(p, closed_shares(p, rng)),
        expect=(1, SHARE, SHARE, SHARE),
        fixed={"replicates": 15, "c_eta": 0.03, "c_rho": 1.0},
        domain={"epsilon": LogUniform(0.04, 0.1), "delta": LogUniform(0.5, 0.8), "d": Whole(2, 6)},
        corners=CELLS,
        full_corners=GRID,
        quick=1,
        full=40,
        seconds=0.22,
        few="fifteen runs, each closed from a hundred iterates",
        note="""Observed: the iterates that are not flat over the stated first flat time, and their shares of delta: by
            distance and by cost after the closing descent, by cost before it. The full budget has a grid of 5 by 5.""",
        controls=(
            Control(
                "full batches",
                "n samples at once are n times slower",
                observe=lambda p, rng: in_units(p, one_run(full_batches(p), rng, part=1.0)),
                change=lambda s: s if s.d > 2 and s.delta < 0.7 else None,
            ),
            Control(
                "the radius of random smoothing",
                "without the factor nu the powers are those of Theorem 1",
                observe=unscaled,
                change=lambda s: s if s.delta < 0.7 else None,
            ),
        ),
    ),
)
