r"""Larger sizes than the reconstructed reach a flat point too, in $C\varepsilon^{-3}\delta^{-3}$ steps or fewer."""

import math
from functools import partial

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, LogUniform, Uniform
from flatlab.evidence.relations import AtMost
from paper_checks.ahn2024.problems.whole_theorem import KINDS, one_run, shares, smoothed

SOURCE = ("Parameters of the smoothed perturbation", "What step size and radius must be")


def larger(eta_too=False, fewer=1.0, **setting):
    """Return runs with reconstructed rho / sqrt(delta), if ``eta_too`` eta / delta, and T times delta or delta^2."""
    p = smoothed(**setting)
    power = 2 if eta_too else 1
    eta = p.method.eta / p.delta if eta_too else p.method.eta
    gate = p.method.gate / math.sqrt(p.delta**power)
    method = p.method._replace(eta=eta, rho=p.method.rho / math.sqrt(p.delta), gate=gate)
    return p._replace(method=method, steps=math.ceil(p.steps * p.delta**power / fewer))


def reconstructed(p, rng, eta_too=False):
    """Return the shares with the reconstructed sizes in as many steps."""
    eta = p.method.eta * p.delta if eta_too else p.method.eta
    return one_run(p._replace(method=p.method._replace(eta=eta, rho=p.method.rho * math.sqrt(p.delta))), rng)


def wide(p, rng, radius=3.0):
    """Return the shares with a radius of three times the root of the tolerance, at the same eta rho^2."""
    rho = radius * math.sqrt(p.epsilon)
    return one_run(p._replace(method=p.method._replace(eta=p.method.eta * (p.method.rho / rho) ** 2, rho=rho)), rng)


def only(kind):
    return lambda s: s if s.kind == kind else None


RUNS = {
    "kind": "upper bound",
    "relation": AtMost(tight_within=1.4),
    "observe": shares,
    "expect": lambda p: p.delta,
    "fixed": {"replicates": 12},
    "domain": {
        "kind": Choice(KINDS),
        "epsilon": LogUniform(0.07, 0.2),
        "delta": LogUniform(0.28, 0.8),
        "c_eta": Uniform(0.15, 0.3),
        "c_rho": Uniform(0.8, 1.0),
    },
    "corners": tuple(
        {"kind": kind, "epsilon": 0.2, "delta": 0.5, "c_eta": 0.2, "c_rho": 1.0} for kind in ("ramp", "kink")
    ),
    "quick": 1,
    "full": 198,
    "few": "twelve runs of up to some hundred thousand steps",
    "note": "Observed: the shares by distance and by cost of 400 iterates of each run, with the interval over runs.",
}
WIDE = Control(
    "a radius of three times the root of the tolerance",
    "smoothed over so wide a sphere the kink has its minimum elsewhere",
    observe=wide,
    change=only("kink"),
)

CLAIMS = (
    Claim(
        id="ahn2024/larger-radius",
        title="a radius of larger order than the reconstructed one does as well, in fewer steps",
        statement=r"""With $\rho=c'\sqrt{\delta\varepsilon}$, larger by $\delta^{-1/2}$ than in the reconstructed
            parameters, and $\eta=c\delta\varepsilon$, of $T=\lceil C\varepsilon^{-3}\delta^{-3}\rceil$ iterates at most
            the share $\delta$ is not $(\varepsilon,\sqrt\varepsilon)$-flat, one $C$ for all valleys.""",
        source=SOURCE,
        origin="derived",
        problem=larger,
        seconds=0.035,
        controls=(
            Control("reconstructed radius", "too small for so few steps", observe=reconstructed, change=only("ramp")),
            WIDE,
        ),
        **RUNS,
    ),
    Claim(
        id="ahn2024/larger-step-size",
        title="step size and radius of larger order than the reconstructed ones do as well",
        statement=r"""With $\eta=c\varepsilon$ and $\rho=c'\sqrt{\delta\varepsilon}$, both larger than the
            reconstructed ones, of $T=\lceil C\varepsilon^{-3}\delta^{-2}\rceil$ iterates at most the share $\delta$
            is not $(\varepsilon,\sqrt\varepsilon)$-flat, one $C$ for all valleys.""",
        source=SOURCE,
        origin="measured",
        problem=partial(larger, eta_too=True),
        seconds=0.02,
        controls=(
            Control(
                "reconstructed sizes",
                "too small for so few steps",
                observe=partial(reconstructed, eta_too=True),
                change=only("ramp"),
            ),
            WIDE,
        ),
        **RUNS,
    ),
)
