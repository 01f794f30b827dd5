r"""Theorem D reduced to algebra: how far the gradient is turned, and what that does to the drift.

Let $b=al_1$, $g=\nabla l(w_0)=bNn$ with $|n|=1$, and $\varepsilon=|g-bv_1|/b$, at most $e=(M_3a^2/2+M_4a^3/6)/b$ by
Taylor. In the plane of $v_1$ and $n$ let $n=(C,S)$, written with $k=\tan(\phi/2)$, and $\zeta=n-v_1$. The equations say
$|S|\le\varepsilon$, $|\zeta|\le2\varepsilon$ (the first remainder is not negative for $C\ge0$, the second for $C\le0$)
and $|\zeta||n+v_1|=2|S|$. For a unit vector $u$ of the flat subspace let $Q=T[\cdot,\cdot,u]$, a form on the plane with
$|Q[y,z]|\le M_3|y||z|$, and $R$ the rest of $u\cdot\nabla l$ at the ascent point $z+x$, at most $M_4|x|^3/6$;
$Hu=0$. What $u$ sees of the step and of the drift is then $-\eta(a\rho Q[v_1,\zeta]+\frac12\rho^2Q[\zeta,n+v_1]+R)$,
and $|x|\le a+\rho+\rho|\zeta|$, so that the last equation gives the bound.
"""

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Identity, both
from flatlab.objectives import gradient, third_derivative
from paper_checks.bartlett2023.enclosures._step import radius


def turned(k):
    """Return cosine and sine of the angle whose half has the tangent k."""
    return (1 - k**2) / (1 + k**2), 2 * k / (1 + k**2)


def direction(k, size, wrong=2):
    """Return what the error of a gradient of that size says about its direction."""
    c, s = turned(k)
    error = (size * c - 1) ** 2 + (size * s) ** 2
    chord, sum_of_both = (c - 1) ** 2 + s**2, (c + 1) ** 2 + s**2
    return {
        "sine": (error, s**2 + (size - c) ** 2),
        "chord, forward": (4 * error, chord + 4 * (size - c) ** 2 + wrong * (1 - c) * (1 + 2 * c)),
        "chord, backward": (4 * error, chord + 4 * size * (size - 2 * c) + wrong * (1 + c)),
        "chord and sum": (chord * sum_of_both, 4 * s**2),
    }


def remainder(top, eta, rho, k, along, mixed, across, rest, wrong=0):
    """Return step plus drift along u, in units of eta (a + rho)^3, and the three terms that are left of it."""
    a, (c, s) = radius(top, eta, rho), turned(k)

    def form(y, z):
        return along * y[0] * z[0] + mixed * (y[0] * z[1] + y[1] * z[0]) + across * y[1] * z[1]

    x, drift = (a + rho * c, rho * s), 2 * eta * rho**2 / (2 - eta * top) ** 2 * along
    left = a * rho * form((1, wrong), (c - 1, s)) + rho**2 * form((c - 1, s), (c + 1, s)) / 2 + rest
    unit = eta * (a + rho) ** 3
    return {"seen": ((-eta * (form(x, x) / 2 + rest) + drift) / unit, -eta * left / unit)}


def bound(top, eta, rho, third, fourth, wrong=2):
    """Return the bound from e, and as it is stated with nu, in units of eta (a + rho)^3."""
    a = radius(top, eta, rho)
    e, nu = (third * a**2 / 2 + fourth * a**3 / 6) / (a * top), (third * a + fourth * a**2 / 3) / top
    terms = third * (a * rho * 2 * e + rho**2 * e) + fourth * (a + rho + wrong * rho * e) ** 3 / 6
    stated = third * (a + rho / 2) * rho * nu + fourth * (a + rho + rho * nu) ** 3 / 6
    return {"bound": (terms / (a + rho) ** 3, stated / (a + rho) ** 3)}


PARTS = (
    Identity("direction", ("k", "size"), direction, lambda *given: direction(*given, wrong=1)),
    Identity(
        "remainder",
        ("top", "eta", "rho", "k", "along", "mixed", "across", "rest"),
        remainder,
        lambda *given: remainder(*given, wrong=1),
    ),
    Identity("bound", ("top", "eta", "rho", "third", "fourth"), bound, lambda *given: bound(*given, wrong=1)),
)


def gradient_at(objective, w):
    """Return the gradient at a point."""
    out = np.empty(w.size)
    gradient(objective, w, out)
    return out


def points(bounce, rho, third, fourth, observed, expected):
    """Tie the parts to a step from the bounce: its gradients, the third derivative, the remainder and the bound."""
    frame, cycle, start = bounce.frame, bounce.cycle(rho), bounce.start(rho)
    v, unit = frame.direction, bounce.eta * cycle.ascent_distance**3
    g = gradient_at(bounce.objective, start) / cycle.gradient_norm
    size = float(np.linalg.norm(g))
    n = g / size
    sine = float(np.linalg.norm(n - (n @ v) * v))
    k = sine / (1 + n @ v)
    error, chord, sum_of_both = (np.sum(np.square(y)) for y in (g - v, n - v, n + v))
    told = both("sine", error, error) | both("chord and sum", chord * sum_of_both, 4 * sine**2)
    told |= both("chord, forward", 4 * error, 4 * error) | both("chord, backward", 4 * error, 4 * error)
    yield At("direction", {"k": k, "size": size}, told)
    place = {"top": frame.sharpness, "eta": bounce.eta, "rho": rho}
    numbers = both("bound", expected / unit, expected / unit)
    yield At("bound", place | {"third": third, "fourth": fourth}, numbers)
    seen = frame.projector @ (bounce.path(rho, 1)[1] - start + cycle.effective_step * frame.tau)
    if sine > 0 and seen.any():
        terms = _seen_along(seen / np.linalg.norm(seen), (n - (n @ v) * v) / sine, bounce, start, rho * n)
        yield At("remainder", place | {"k": k, **terms}, both("seen", observed / unit, observed / unit))


def _seen_along(u, w, bounce, start, ascent):
    """Return the form Q on the plane of v_1 and w, and the rest of the gradient at the ascent point, all along u."""
    z, v, objective = bounce.frame.minimum, bounce.frame.direction, bounce.objective

    def form(y):
        return third_derivative(objective, z, y) @ u

    rest = gradient_at(objective, start + ascent) @ u - form(start - z + ascent) / 2
    return {"along": form(v), "mixed": (form(v + w) - form(v - w)) / 4, "across": form(w), "rest": rest}
