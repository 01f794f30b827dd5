r"""Theorem 1, sizes reconstructed: of $C\varepsilon^{-3}\delta^{-4}$ iterates at most a share $\delta$ is not flat."""

import math
from functools import partial

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, LogUniform, Uniform
from flatlab.evidence.relations import AtMost, WithinInterval
from paper_checks.ahn2024.problems.whole_theorem import KINDS, SHARE, in_units, one_run, shares, smoothed

SOURCE = ("What the paper states", "Parameters of the smoothed perturbation", "The theorems run as stated")
DOMAIN = {
    "epsilon": LogUniform(0.07, 0.2),
    "delta": LogUniform(0.28, 0.8),
    "c_eta": Uniform(0.15, 0.3),
    "c_rho": Uniform(0.8, 1.0),
}
PLAIN = {"c_eta": 0.25}
CELLS = tuple({"epsilon": e, "delta": d, **PLAIN} for e in (0.13, 0.1) for d in (0.6, 0.46))
GRID = tuple({"epsilon": 0.13 / 1.3**i, "delta": 0.6 / 1.3**k, **PLAIN} for i in range(5) for k in range(5))


def wider(p, rng, radius=3.0):
    """Return the shares with the radius ``radius`` times the root of epsilon, and as large an eta rho^2 as before."""
    rho = radius * math.sqrt(p.epsilon)
    eta = p.method.eta * (p.method.rho / rho) ** 2
    return one_run(p._replace(method=p.method._replace(eta=eta, rho=rho)), rng)


def with_radius(p, rho):
    return p._replace(method=p.method._replace(rho=rho))


CLAIMS = (
    Claim(
        id="ahn2024/smoothed-theorem",
        title="random smoothing finds a flat point as Theorem 1 says",
        statement=r"""With the reconstructed $\eta=c\delta\varepsilon$, $\rho=c'\delta\sqrt\varepsilon$,
            $\varepsilon_0=c''\sqrt\eta\rho$ and $T=\lceil C\varepsilon^{-3}\delta^{-4}\rceil$, one $C$ for all valleys,
            an iterate of random smoothing drawn evenly from $x_1,\dots,x_T$ is
            $(\varepsilon,\sqrt\varepsilon)$-flat with probability at least $1-\delta$, by distance and by cost.""",
        source=SOURCE,
        origin="reconstructed",
        kind="upper bound",
        relation=AtMost(tight_within=1.4),
        problem=smoothed,
        observe=shares,
        expect=lambda p: p.delta,
        fixed={"replicates": 12},
        domain={"kind": Choice(KINDS), **DOMAIN},
        corners=tuple({"kind": kind, "epsilon": 0.2, "delta": 0.6, "c_rho": 1.0, **PLAIN} for kind in KINDS),
        quick=1,
        full=40,
        seconds=0.06,
        few="twelve runs of up to a million steps",
        note="""Observed: the share of 400 iterates of each run, evenly spaced, that are not flat, with the interval
            over runs.""",
        controls=(
            Control(
                "no radius",
                "the start is a minimum that is not flat, and gradient descent stays there",
                observe=lambda p, rng: one_run(with_radius(p, 0.0), rng),
            ),
            Control(
                "two thirds of the steps",
                "the ramp needs four fifths of the stated number",
                problem=partial(smoothed, fewer=1.5),
                change=lambda s: s if s.kind == "ramp" else None,
            ),
            Control(
                "a radius of three times the root of epsilon",
                "smoothed over so wide a sphere the kink has its minimum elsewhere",
                observe=wider,
                change=lambda s: s if s.kind == "kink" else None,
            ),
        ),
    ),
    Claim(
        id="ahn2024/smoothed-theorem-exponents",
        title="the powers of both parameters in Theorem 1",
        statement=r"""On the ramp with the reconstructed parameters the first flat time is
            $2K/(cc'^2\varepsilon^3\delta^3)$, $K/\varepsilon$ the flow time, and of
            $T=\lceil C\varepsilon^{-3}\delta^{-4}\rceil$ iterates the share $2K\delta/(cc'^2C)$ is not flat.""",
        source=SOURCE,
        origin="derived",
        kind="equality",
        relation=WithinInterval(rtol=0.05),
        problem=partial(smoothed, "ramp"),
        observe=lambda p, rng: in_units(p, shares(p, rng)),
        expect=(1, SHARE, SHARE),
        fixed={"replicates": 16, "c_rho": 1.0},
        domain={"epsilon": LogUniform(0.1, 0.13), "delta": LogUniform(0.46, 0.6), "c_eta": Uniform(0.2, 0.3)},
        corners=CELLS,
        full_corners=GRID,
        quick=1,
        full=10,
        seconds=0.19,
        few="16 runs of up to some hundred thousand steps",
        note="""Observed: the number of iterates that are not flat over the stated first flat time, and their share of
            delta by distance and by cost. Four cells in the quick budget, the grid of five by five with the ratio 1.3
            in the full one.""",
        controls=(
            Control(
                "no radius",
                "the start is a minimum that is not flat, and gradient descent stays there",
                observe=lambda p, rng: in_units(p, one_run(with_radius(p, 0.0), rng)),
            ),
            Control(
                "the same radius 0.5 at every epsilon and delta",
                "the first flat time has three powers of either parameter only where both sizes shrink",
                observe=lambda p, rng: in_units(p, one_run(with_radius(p, 0.5), rng)),
            ),
        ),
    ),
)
