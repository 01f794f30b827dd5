r"""The time is inverse to the eigengap: $2g<-\ln|m_2|<5g$ over all $h$, where $|m_2|=1-g(4-h-(2-h)g)$."""

from fractions import Fraction

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Chart, Enclosure, Identity, both, lowered
from flatlab.evidence.enclosures.formula import log
from paper_checks.bartlett2023.enclosures._step import multiplier

FALL = np.log(1e6)
COUNTED = 200  # steps, above which the half step lost in counting is below the tolerance


def size(h, g):
    return 1 - g * (4 - h - (2 - h) * g)


def bounds(h, g):
    exponent = -log(size(h, g)) / g
    return {"above 2": exponent - 2, "below 5": 5 - exponent}


def factor(top, eta, g, power=2):
    return {"-m_2": (-multiplier(top * (1 - g), top, eta, power), size(eta * top, g))}


def tie(p, observed, expected):
    g = 1 - p.eigenvalues[1] / p.eigenvalues[0]
    yield At(
        "factor", {"top": p.eigenvalues[0], "eta": p.eta, "g": g}, both("-m_2", *[np.exp(-FALL / abs(expected))] * 2)
    )
    for steps in [expected, *([observed] if observed > COUNTED else [])]:
        exponent = FALL / steps / g
        yield At("exponent over gap", {"h": p.h, "g": g}, {"above 2": exponent - 2, "below 5": 5 - exponent})


ENCLOSURE = Enclosure(
    proves=r"""the stated time lies between $\ln10^6/(5g)$ and $\ln10^6/(2g)$ for all $0<h<2$ and all relative eigengaps
        $g$ from $2^{-10}$ to $7/64$""",
    measured="that a run takes the stated time, up to one per cent",
    parts=(
        Identity("factor", ("top", "eta", "g"), factor, lambda *given: factor(*given, power=1)),
        Chart("exponent over gap", {"h": (0, 2), "g": (2.0**-10, 7 / 64)}, bounds, lowered(bounds, Fraction(1, 2))),
    ),
    tie=tie,
    rtol=0.02,
)
