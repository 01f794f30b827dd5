r"""Near $h=2$ the amplitude lags behind the drift, which gains the share $4\eta^2\rho^2|P\tau|^2/(2-h)^4$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice
from flatlab.evidence.relations import WithinInterval
from flatlab.methods import GD
from flatlab.theory.sam import TwoCycle
from paper_checks.bartlett2023.problems.bounces import MANY, pooled_order, ravines
from paper_checks.bartlett2023.problems.ravines import profile

BELOW_TWO = np.geomspace(0.04, 0.12, 5)  # 2 - h
SHARE = 0.3  # the square root of the gain, in units of 2 - h
EFOLDS = 18
MONOTONE = ("bowl", "hill")  # their slope does not vanish where the runs go


def gain(bounce, below, method=None, share=1.0):
    """Return the relative error of the formula for what a settled step of the drift gains over the law."""
    bounce = bounce._replace(eta=(2 - below) / bounce.frame.sharpness)
    reach = SHARE * below**2 / (bounce.eta * np.linalg.norm(bounce.frame.tangential))
    rho = bounce.rho(reach)
    before, after = bounce.late(rho, 2 * int(EFOLDS / below), method and method(bounce.eta))[:, 1]
    level, slope = profile(bounce, before)[:2]
    cycle = TwoCycle(level, bounce.eta, rho)
    return ((after - before) / cycle.drift(slope) - 1) / (share * cycle.drift_lag(abs(slope))) - 1


def order(**breach):
    def observe(found, rng):
        return pooled_order(found, lambda one: [gain(one, below, **breach) for below in BELOW_TWO], BELOW_TWO)

    return observe


CLAIM = Claim(
    id="bartlett2023/lag-of-the-amplitude",
    title="the drift gains as its amplitude lags, near h = 2",
    statement=r"""In a ravine the settled drift of a step exceeds $-\eta_{\rm eff}a'(y)$ by the share
        $\frac{4\eta^2\rho^2a'(y)^2}{(2-h)^4}(1+O((2-h)^2))$ as $h\to2$, with $\rho\le c (2-h)^3/(\eta|a'|)$.""",
    source="Drift law",
    origin="measured",
    kind="rate",
    relation=WithinInterval(0.25),
    problem=lambda **setting: ravines(h=1.0, **setting),
    observe=order(),
    expect=2,
    domain={"profile": Choice(MONOTONE), "seed": SEED},
    corners=tuple({"profile": name, "seed": 1} for name in MONOTONE),
    quick=1,
    full=20,
    seconds=0.1,
    few=MANY,
    note="""Observed: the order in 2 - h of the relative error of the formula, where the gain is in proportion to
        (2 - h)^2.""",
    controls=(
        Control("gradient descent", "its bounce dies out", observe=order(method=GD)),
        Control("half the gain", "a share that does not vanish is left", observe=order(share=0.5)),
    ),
)
