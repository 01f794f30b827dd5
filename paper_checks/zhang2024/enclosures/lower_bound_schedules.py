r"""What the weighted mean exceeds L4 by, from one step of the fresh coordinates.

Let $v=\sigma^2/k$, $m_t$ be the squared length of the fresh coordinates and $\bar\eta=\max\eta_t$. A step gives $2C\eta
m=\eta^2v-(m'-m)+C^2\eta^2m$; summed over $t<T$ with $m_0=0$ that is $2C\sum\eta_tm_t$. A step from $m\le M=\bar\eta
v/C$ leaves $M-m'=(1-\eta C)^2(M-m)+\eta v(\bar\eta-\eta+\bar\eta(1-\eta C))\ge0$, so $m_T\le M$. The slope $e$ lasts
all steps and cancels: the weighted mean of $e^2+C^2m_t$ exceeds L4 by $\frac C{2S}(M-m_T+C^2\sum\eta_t^2m_t)\ge0$.
"""

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both

LENGTH, ROOM, EXCESS = "2 C eta m / v", "(M - m after a step) / v", "mean less L4, over D^2/S"


def after(eta, C, m):
    """Return the squared length after a step, in units of v."""
    return (1 - eta * C) ** 2 * m + eta**2


def one_step(eta, C, m, top, twice=2):
    room = top / C
    return {
        LENGTH: (twice * C * eta * m, eta**2 - (after(eta, C, m) - m) + C**2 * eta**2 * m),
        ROOM: (room - after(eta, C, m), (1 - eta * C) ** 2 * (room - m) + eta * (top - eta + top * (1 - eta * C))),
    }


def excess(C, S, v, squares, top, last, turned, unit, wrong=0):
    """Take the sums of eta^2 and of eta^2 m, and m after the last step; ``unit`` is D^2/S."""
    mean = C**2 * (v * squares - last + C**2 * turned) / (2 * C * S)
    bound = C * v / (2 * S) * (squares - top / C)
    return {EXCESS: ((mean - bound) / unit, C / (2 * S) * (top * v / C - last + C**2 * turned) / unit + wrong)}


def tie(p, observed, expected):
    etas, c, gap, sigma, k = p.against
    v, lengths = sigma**2 / k, [0.0]
    for eta in etas:
        lengths.append(v * after(eta, c, lengths[-1] / v))
    t, top, total = int(np.argmax(lengths[:-1])), etas.max(), etas.sum()
    eta, m, later = etas[t], lengths[t] / v, lengths[t + 1] / v
    numbers = both(LENGTH, *[2 * c * eta * m] * 2) | both(ROOM, *[top / c - later] * 2)
    yield At("one step", {"eta": eta, "C": c, "m": m, "top": top}, numbers)
    point = {"C": c, "S": total, "v": v, "squares": etas @ etas, "top": top, "last": lengths[-1]}
    point |= {"turned": etas**2 @ lengths[:-1], "unit": gap / total}
    yield At("sum", point, both(EXCESS, *[(observed - expected) * total / gap] * 2))


ENCLOSURE = Enclosure(
    proves=r"the statement, for all schedules, $T$, $k$, $C$, $D$ and $\sigma$",
    parts=(
        Identity("one step", ("eta", "C", "m", "top"), one_step, lambda *given: one_step(*given, twice=1)),
        Identity(
            "sum",
            ("C", "S", "v", "squares", "top", "last", "turned", "unit"),
            excess,
            lambda *given: excess(*given, wrong=1),
        ),
    ),
    tie=tie,
    rtol=1e-7,
)
