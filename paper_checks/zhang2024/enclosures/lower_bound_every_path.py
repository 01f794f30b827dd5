r"""A step keeps the form of $|\nabla f|^2$: by induction it is as stated at every $t$, on every path.

Let $Q$ be $C^2$ times the squared length of $w_2$ and the fresh coordinates. A step multiplies all of them by $1-\eta
C$, whatever the signs of the noise, and adds $k$ fresh ones of size $\eta\sigma/k$; the pair on a quadratic has the
gradient at the point itself, whatever its weight noise $u$. $Q=C\eta\sigma^2/(k(2-\eta C))$ at the start, and a step
keeps it.
"""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both


def after(eta, C, kappa, v, k, w, u, wrong=0):
    """Return |grad f|^2 after a step from w_1 = w, in units of C^2 v/(2 - eta C), v = eta sigma^2/(C k)."""
    level = C**2 * v / (2 - eta * C)
    slope = (kappa * (w + u) + kappa * (w - u)) / 2
    fresh = eta * C * v / k  # the square of eta sigma/k
    moved = kappa**2 * (w - eta * slope) ** 2 + (1 - eta * C) ** 2 * level + C**2 * (k + wrong) * fresh
    return {"after a step": (moved / level, (kappa * w * (1 - eta * kappa)) ** 2 / level + 1)}


def tie(p, observed, expected):
    found, (c, _, _, _, k) = p.step.quadratic(), p.step.descent
    eta, v = p.step.eta, p.step.eta * found.sigma**2 / (c * k)
    level = c**2 * v / (2 - eta * c)
    for t in {0, len(observed) - 1}:
        w = found.slow * (1 - eta * found.kappa) ** t
        point = {"eta": eta, "C": c, "kappa": found.kappa, "v": v, "k": k, "w": w, "u": p.s}
        if observed[t] < 1e6 * level:
            yield At("step", point, both("after a step", observed[t] / level, expected[t] / level))


ENCLOSURE = Enclosure(
    proves=r"the statement, for all $t$, $T$, $k$, $C$, $D$, $\sigma$, weight noises and $\eta$ in $(0,2/C)$",
    parts=(Identity("step", ("eta", "C", "kappa", "v", "k", "w", "u"), after, lambda *given: after(*given, wrong=1)),),
    tie=tie,
    rtol=1e-7,
)
