r"""A step multiplies $w_i$ by $1-\eta\lambda_i$, whose size is largest at one of the two ends of the spectrum.

For $x=p+t(h-p)$ with $t\in[0,1]$, $(1-x)^2$ is $t(1-h)^2+(1-t)(1-p)^2$ less $t(1-t)(h-p)^2\ge0$. The sum of the squares
shrinks by the largest factor squared at least, in every step, and $1-(1-h)^2=h(2-h)>0$.
"""

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both

STEPS = 400


def factors(eta, own, w, wrong=1):
    return {"factor of w_i": ((w - eta * own * w) / w, wrong - eta * own)}


def largest(h, p, t, wrong=1):
    x = p + t * (h - p)
    return {
        "between the ends": (
            t * (1 - h) ** 2 + (1 - t) * (1 - p) ** 2,
            (1 - x) ** 2 + wrong * t * (1 - t) * (h - p) ** 2,
        ),
        "below 1": (1 - (1 - h) ** 2, h * (2 - h)),
    }


def tie(p, observed, expected):
    """Take the mean factor of the run as that of one axis, and the stated one as that of the slowest."""
    size, hs = np.linalg.norm(p.start), p.eta * p.eigenvalues
    logs = 2 * STEPS * np.log(np.maximum(np.abs(1 - hs), 1e-300)) + 2 * np.log(np.abs(p.start) / size)
    mean = np.exp((logs.max() + np.log(np.sum(np.exp(logs - logs.max())))) / (2 * STEPS))
    for number, factor in ((observed, mean), (expected, np.abs(1 - hs).max())):
        if number / size > 1e-280:
            found = (number / size) ** (1 / STEPS)
            yield At("step", {"eta": p.eta, "own": (1 - factor) / p.eta, "w": 1.0}, both("factor of w_i", found, found))
    (h, low), x = hs[[0, -1]], hs[hs.size // 2]
    t = (x - low) / (h - low) if h > low else 0.0
    ends = t * (1 - h) ** 2 + (1 - t) * (1 - low) ** 2
    numbers = both("between the ends", ends, ends) | both("below 1", 1 - (1 - h) ** 2, h * (2 - h))
    yield At("largest factor", {"h": h, "p": low, "t": t}, numbers)


ENCLOSURE = Enclosure(
    proves=r"the statement, for all spectra, starts and $t$, and that the factor is below 1",
    parts=(
        Identity("step", ("eta", "own", "w"), factors, lambda *given: factors(*given, wrong=2)),
        Identity("largest factor", ("h", "p", "t"), largest, lambda *given: largest(*given, wrong=2)),
    ),
    tie=tie,
    rtol=1e-9,
)
