r"""In a ravine GD moves in total by $-\frac{\eta a'x_0^2}{2(1-q^2)}+O(x_0^4)$, $q=1-\eta a$, and USAM likewise."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform
from flatlab.evidence.relations import Close
from flatlab.methods import GD, SAM
from paper_checks.bartlett2023.problems.bounces import RAVINE_CORNERS, RAVINES, common_order, ravines
from paper_checks.bartlett2023.problems.quadratic import STABLE
from paper_checks.bartlett2023.problems.ravines import stable_usam

AMPLITUDES = np.geomspace(0.005, 0.03, 8)  # a of the start
USAM_SHARE = 0.4  # of these for USAM, whose terms of sixth order are larger
ROUNDING = 2e-14  # a hundred units in the last place of y


def with_amplitudes(**setting):
    """Return replicates of ravines, and the values of a + rho that belong to the amplitudes: a = (a + rho) h / 2."""
    return ravines(**setting), 2 * AMPLITUDES / setting["h"]


def total_move(bounce, start, reach, factor):
    """Return the leading total move; ``reach`` is 1 + rho a, for gradient descent 1."""
    slope, radius = bounce.frame.tau[1], start[0] * bounce.frame.direction[0]
    return -bounce.eta * slope * (reach * radius) ** 2 / (2 * (1 - factor**2))


def error(bounce, rho, usam, sam=False, share=1.0):
    method, top = stable_usam(bounce) if usam else GD(bounce.eta), bounce.frame.sharpness
    reach = 1 + getattr(method, "rho", 0.0) * top
    factor = 1 - bounce.eta * top * reach
    steps = 2 * int(np.ceil(12 / -np.log(max(abs(factor), 0.05)))) + 4
    start, end = bounce.path(rho, steps, SAM(bounce.eta, rho) if sam else method, every=steps)
    return end[1] - start[1] - share * total_move(bounce, start, reach, factor)


def orders(case, rng, **breach):
    found, reaches = case
    return [
        common_order(found, lambda one, rho, usam=usam: error(one, rho, usam, **breach), share * reaches, ROUNDING)
        for usam, share in ((False, 1.0), (True, USAM_SHARE))
    ]


CLAIM = Claim(
    id="bartlett2023/stall",
    title="gradient descent and USAM stall in the ravine",
    statement=r"""On $a(y)x^2/2$, from $x_0$ on the bounce, GD moves in total by $-\frac{\eta
        a'x_0^2}{2(1-q^2)}+O(x_0^4)$, $q=1-\eta a$; USAM with $\eta$ below its local threshold by the same with $(1+\rho
        a)^2x_0^2$ and $q=1-\eta a(1+\rho a)$.""",
    source="USAM threshold",
    origin="derived",
    kind="rate",
    relation=Close(atol=0.1),
    problem=with_amplitudes,
    observe=orders,
    expect=(4, 4),
    domain={**RAVINES, "h": Uniform(0.1, 1.5)},
    corners=({**RAVINE_CORNERS[1], "h": 0.6},),
    hypotheses={**STABLE, "h is not near 1, where GD loses its bounce in one step": lambda s: abs(s.h - 1) > 0.1},
    quick=1,
    full=60,
    seconds=0.15,
    few="Each setting fits an order in rho on thirty random problems together.",
    note="""Observed: the order in the start's amplitude of what is left of the move. The total is finite: the bounce
        dies out.""",
    controls=(
        Control(
            "SAM",
            "normalised, it keeps bouncing and goes on: an error of order 2",
            observe=lambda case, rng: orders(case, rng, sam=True),
        ),
        Control("half the move", "an error of order 2", observe=lambda case, rng: orders(case, rng, share=0.5)),
    ),
)
