r"""The long-run share of perturbed steps lies between two bounds that meet at the stated one as $\eta a\to0$.

In units of its value at rest $r=|z|^2$ goes to $(1-b)r+bX$ inside the gate, $r\le\mu=m^2$, and to $(1-b\beta)r$
outside, where $b=\eta a(2-\eta a)$, $\beta=b'/b$, $\mathbb E X=1$, $\mathrm{Var}X=\tau=4/((n-1)(n+3))\le4/5$ and
$X\le3$; from the first step inside on it stays below $\mu+3b$. For every polynomial $V$ the mean of its drift
$\mathbb E[V(r^+)-V(r)]$ over a long run is 0. So the share is at most $p$ where the drift is at least $b(1-p)$ inside
and at least $-bp$ outside, and at least $p$ where it is at most that. Here $V=Ax\mp Bx^2$, $x=r-\mu$, which is
$-\mu z$ inside and $\eta ay$ outside, with coefficients from a linear programme; ``inside_above`` and its three
companions are what is left after division by positive factors. In the charts:

- $\tau$ is 4/5, as its factor is negative; with $g=\eta a/m^2\le G$, $1/g$ is $1/G$, as its factor is not negative;
- below and outside, what multiplies $\mu$ and what multiplies $y$ are positive each, since both may be 0.
"""

from fractions import Fraction
from itertools import product

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Chart, Enclosure, Identity, both, lowered
from flatlab.evidence.enclosures.programme import widest_coefficients

G, SPREAD, REACH = Fraction(1, 16), Fraction(4, 5), 6
CONSTANT = Fraction(15, 8)  # c of the bounds p_0 (1 + c eta a/m^2) and p_0 (1 - c eta a/(1 - m^2))
ABOVE = tuple(Fraction(k, 512) for k in (921, -418, -329, 253))  # by `search`, as the next
BELOW = tuple(Fraction(k, 512) for k in (-941, 0, 512))
NAMES = "above, inside", "above, outside", "below, inside", "below, outside"
STEPS, ERRORS = 480_000, 5  # of the runs that are measured, and standard errors that they may lie beyond a bound


def linear(c, mu, beta):
    """Return what eta a adds to the factor of x, from the coefficients."""
    return c[0] + c[1] * mu + c[2] * beta * mu


def inside_above(c, g, mu, beta, z, rate=1 / G, tau=SPREAD):
    """Upper bound, r <= mu; ``rate`` is 1/g."""
    add, s = linear(c, mu, beta), 1 - mu
    slope = mu * (rate + add) + 2 * c[3] * (s + mu * z) * rate
    return s * add + beta * mu * CONSTANT + z * slope - c[3] * (2 - g * mu) * (tau + (s + mu * z) ** 2)


def outside_above(c, g, mu, beta, y):
    """Upper bound, r > mu."""
    grown = 1 + g * y
    square = 2 * y * grown - (2 - g * mu) * beta * mu * grown**2
    return CONSTANT - y - linear(c, mu, beta) * grown + c[3] * square


def inside_below(c, g, mu, beta, z, rate=1 / G, tau=SPREAD):
    """Lower bound, r <= mu."""
    add, s = linear(c, mu, beta), 1 - mu
    rest = mu * z**2 * rate - (1 - g * mu / 2) * (tau + (s + mu * z) ** 2)
    return rest - (s + mu * z) * add + beta * mu * CONSTANT


def outside_below(c, g, mu, beta, y):
    """Lower bound, r > mu: the factors of mu and of y."""
    add, h = linear(c, mu, beta), g * mu
    return (
        CONSTANT + add - (1 - h / 2) * beta * mu,
        1 + h * (add + y - (1 - h / 2) * beta * (2 * mu + h * y)),
    )


def search():
    """Return the coefficients of both bounds by the linear programme, each with the least value of its conditions."""
    sides = np.linspace(0, float(G), 3), np.linspace(0, 1, 9), np.linspace(0.5, 2, 4)
    inside, outside = (list(product(*sides, np.linspace(0, end, 25))) for end in (1, REACH))
    below = (lambda c, *point: outside_below(c, *point)[0]), (lambda c, *point: outside_below(c, *point)[1])
    return (
        widest_coefficients([(inside_above, inside), (outside_above, outside)], 4, 9),
        widest_coefficients([(inside_below, inside), *((one, outside) for one in below)], 3, 9),
    )


def drifts(g, mu, beta, z, y, tau, after=None):
    """Return the drift of V less what the share asks for, inside and outside, above and below, by the factors."""
    h, s = g * mu, 1 - mu
    b, total = h * (2 - h), s + beta * mu
    above = mu + h * linear(ABOVE, mu, beta), -ABOVE[3], total * mu, CONSTANT * g
    below = s + h * linear(BELOW, mu, beta), Fraction(1, 2), total * s, -CONSTANT * h / s
    found = []
    for first, second, factor, part in (above, below):
        share, x = beta * mu / total * (1 + part), -mu * z
        moved = x + b * (s - x)
        inside = first * (moved - x) + second * (moved**2 + b**2 * tau - x**2)
        x = h * y
        moved = x - b * beta * (mu + x)
        outside = first * (moved - x) + second * (moved**2 - x**2)
        found += [inside / b - factor * (1 - share), outside / b + factor * share]
    return found[0] / h, found[1] / (h * beta * mu), -found[2] / h, -found[3] / (h * beta)


def generator(g, mu, beta, z, y, tau, wrong=0) -> dict[str, tuple]:
    by_hand = (
        inside_above(ABOVE, g, mu, beta, z, 1 / g, tau),
        outside_above(ABOVE, g, mu, beta, y),
        inside_below(BELOW, g, mu, beta, z, 1 / g, tau + wrong),
        sum(factor * of for factor, of in zip(outside_below(BELOW, g, mu, beta, y), (mu, y))),
    )
    return dict(zip(NAMES, zip(drifts(g, mu, beta, z, y, tau), by_hand)))


def shares(load, plain, multiple, power=2):
    """Both bounds, from the share at which the drift of r is 0 and from that which is stated."""
    mu, beta = multiple**power, plain * (2 - plain * load) / (2 - load)
    own, other = load * (2 - load), plain * load * (2 - plain * load)
    balanced, stated = beta * mu / (1 - mu + beta * mu), other * multiple**2
    stated = stated / (own * (1 - multiple**2) + stated)
    parts = {"at most": 1 + CONSTANT * load / mu, "at least": 1 - CONSTANT * load / (1 - mu)}
    return {words: (balanced * part, stated * part) for words, part in parts.items()}


def tie(s, observed, expected):
    mu, beta = s.multiple**2, s.plain * (2 - s.plain * s.load) / (2 - s.load)
    room, observed = ERRORS / np.sqrt(STEPS * expected), observed.value
    high, low = expected * (1 + CONSTANT * s.load / mu), expected * (1 - CONSTANT * s.load / (1 - mu))
    bounds = both("at most", high if observed <= high * (1 + room) else observed, high)
    bounds |= both("at least", low if observed >= low * (1 - room) else observed, low)
    yield At("shares", {"load": s.load, "plain": s.plain, "multiple": s.multiple}, bounds)
    place = {"mu": mu, "beta": beta, "z": 0.5}
    own = place | {"g": s.load / mu, "y": 1.0, "tau": 4 / ((s.n - 1) * (s.n + 3))}
    yield At("generator", own, {k: v for name, x in zip(NAMES, drifts(**own)) for k, v in both(name, x, x).items()})
    place["g"] = float(G)  # where 1/g is as in the charts
    ends = [drifts(**place, y=y, tau=float(SPREAD)) for y in (0.0, 1.0)]
    for name, drift in zip(NAMES[:3], ends[1]):
        yield At(name, place | {"y": 1.0}, {"drift": drift})
    parts = {"factor of mu": ends[0][3] / mu, "factor of y": ends[1][3] - ends[0][3]}
    yield At(NAMES[3], place | {"y": 1.0}, parts)


def chart(name, side, end, positive, by):
    box = {"g": (0, G), "mu": (0, 1), "beta": (Fraction(1, 2), 2), side: (0, end)}
    return Chart(name, box, positive, lowered(positive, by))


ENCLOSURE = Enclosure(
    proves=r"""for all $n\ge2$, $m\in(0,1)$, $\eta a\le m^2/16$ and $b'/b$ from 1/2 to 2, the share in a long
        run lies between $1-\frac{15}8\eta a/(1-m^2)$ and $1+\frac{15}8\eta a/m^2$ times the stated one""",
    parts=(
        Identity("shares", ("load", "plain", "multiple"), shares, lambda *given: shares(*given, power=3)),
        Identity("generator", ("g", "mu", "beta", "z", "y", "tau"), generator, lambda *x: generator(*x, wrong=1)),
        chart(NAMES[0], "z", 1, lambda *at: {"drift": inside_above(ABOVE, *at)}, Fraction(1, 4)),
        chart(NAMES[1], "y", REACH, lambda *at: {"drift": outside_above(ABOVE, *at)}, Fraction(1, 64)),
        chart(NAMES[2], "z", 1, lambda *at: {"drift": inside_below(BELOW, *at)}, Fraction(1, 16)),
        chart(
            NAMES[3],
            "y",
            REACH,
            lambda *at: dict(zip(("factor of mu", "factor of y"), outside_below(BELOW, *at))),
            Fraction(1, 16),
        ),
    ),
    tie=tie,
)
