"""USAM nears the minimum along the sharpest direction, below its threshold as stated and above it."""

from dataclasses import replace

from flatlab.methods import USAM
from paper_checks.bartlett2023 import usam
from paper_checks.bartlett2023.problems.quadratic import DOMAIN, quadratic


def at_step_size(**setting):
    """Return a quadratic and USAM at the step size of the setting; rho is in units of 1 / lambda_1."""
    p = quadratic(**setting)
    return p, USAM(p.eta, setting["rho"] / setting["top"]), None


CLAIM = replace(
    usam.CLAIMS[1],
    id="beyond/usam-threshold",
    title="USAM nears the minimum below its threshold",
    problem=at_step_size,
    observe=usam.growth,
    expect=-1.0,
    domain=DOMAIN,
    corners=(),
    hypotheses={"the step size is below the threshold": lambda s: s.h * (1 + s.rho) < 2},
    controls=usam.CLAIMS[1].controls[:1],
)
