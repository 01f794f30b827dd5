"""The instances of L1 to L3 as formulas, in units of C = D^2 = 1, and the parts of their proofs.

``x`` is C E w_2^2 over D^2, at most 2, and nu = sigma^2/(k T C D^2). For eta C = h in (0, 2) and below that limit
x = h nu T/(2 - h) is at least h nu T/2.
"""

from fractions import Fraction

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Chart, Identity, both, lowered

SMALL, LARGE = Fraction(1, 4), Fraction(3, 8)  # ends of q = (1 - 1/(2T))^(2T), which rises from 1/4 to 1/e
STATIONARY, FIRST, SECOND = "stationary noise", "value less first branch", "value less second branch"
ON_RAMP = "value less L3"


def stationary(eta, C, v, wrong=1):
    """Return C E w_2^2 in units of v after a step from the stationary law, and before it."""
    moment = eta / (C * (2 - eta * C)) * wrong
    return {"C E w_2^2 / v": (C * ((1 - eta * C) ** 2 * moment + eta**2), C * moment / wrong)}


def value(kept, x):
    """Return |grad f|^2 at T: ``kept`` is (kappa/C)(1 - eta kappa)^(2T)."""
    return kept * (2 - x) + x


def over_first(kept, x, q, doubled=2):
    return {FIRST: (value(kept, x) - doubled * q, 2 * (kept - q) + x * (1 - kept))}


def over_second(m, g, n, extra, part=8):
    """Take the roots m, g, n of kappa/C, 2q and nu; x is ``extra`` above h nu T/2 = nu/(4 m^2)."""
    kept, x = m**2 * g**2 / 2, n**2 / (4 * m**2) + extra
    return {SECOND: (value(kept, x) - (g * n - g**2 * n**2 / part), (m * g - n / (2 * m)) ** 2 + extra * (1 - kept))}


def rest(p, q):
    return {"1 - kappa q / C": 1 - p * q}


def on_ramp(m, n, extra, part=4):
    """Take the roots m, n of 1/(eta C T + 1/2) and nu/2; x is ``extra`` above h nu T/2."""
    p, x = m**2, (1 / m**2 - Fraction(1, 2)) * n**2 + extra
    squares = (m - n / m) ** 2 + m**2 * n**2 / part + extra * (1 - p / 2)
    return {ON_RAMP: (p * (1 - x / 2) + x - (2 * n - n**2), squares)}


def lowered_noise(n, one=1):
    """Take x = 2, to which the noise is lowered where it would cost more than the gap."""
    return {"2 less L3": (2 - (2 * n - n**2), one + (1 - n) ** 2)}


def at_stationary(p, x):
    """Tie the stationary law to a setting in which C E w_2^2 over D^2 is x."""
    c, gap, _, _, k = p.descent
    found = x * gap * k / p.quadratic().sigma ** 2
    return At(STATIONARY, {"eta": p.eta, "C": c, "v": 1.0}, both("C E w_2^2 / v", found, found))


def of_quadratic(p, observed, expected):
    """Tie the parts of L1 to a fixed step, the least value measured on its quadratic and the stated bound."""
    c, gap, sigma, steps, k = p.descent
    found, unit = p.quadratic(), c * gap
    q = float(np.exp(2 * steps * np.log1p(-1 / (2 * steps))))
    g, n, m = np.sqrt(2 * q), sigma / np.sqrt(k * steps * unit), np.sqrt(found.kappa / c)
    x, kept = c * found.fast**2 / gap, m**2 * (1 - p.eta * found.kappa) ** (2 * steps)
    first, second = 2 * q, g * n - g**2 * n**2 / 8
    first, second = (expected / unit, second) if first < second else (first, expected / unit)
    yield at_stationary(p, x)
    yield At(FIRST, {"kept": kept, "x": x, "q": q}, both(FIRST, *[observed / unit - first] * 2))
    if m < 1 and x < 2:
        point = {"m": m, "g": g, "n": n, "extra": x - n**2 / (4 * m**2)}
        yield At(SECOND, point, both(SECOND, *[observed / unit - second] * 2))
    yield At("rest", {"p": m**2, "q": q}, {"1 - kappa q / C": 1 - m**2 * q})


def of_ramp(p, observed, expected):
    """Tie the parts of L3 to a fixed step, the value measured on its ramp and the stated bound."""
    c, gap, sigma, steps, k = p.descent
    unit, x = c * gap, c * p.quadratic().fast ** 2 / gap
    n, share = sigma / np.sqrt(2 * k * steps * unit), 1 / (p.eta * c * steps + 0.5)
    yield at_stationary(p, x)
    point = {"m": np.sqrt(share), "n": n, "extra": x - (1 / share - 0.5) * n**2}
    yield At(ON_RAMP, point, both(ON_RAMP, *[(observed - expected) / unit] * 2))
    yield At("lowered noise", {"n": n}, both("2 less L3", *[2 - expected / unit] * 2))


LAW = Identity(STATIONARY, ("eta", "C", "v"), stationary, lambda *given: stationary(*given, wrong=2))
OF_FIRST = Identity(FIRST, ("kept", "x", "q"), over_first, lambda *given: over_first(*given, doubled=1))
OF_SECOND = Identity(SECOND, ("m", "g", "n", "extra"), over_second, lambda *given: over_second(*given, part=4))
REST = Chart("rest", {"p": (0, 1), "q": (SMALL, LARGE)}, rest, lowered(rest, Fraction(3, 4)))
QUADRATIC = (LAW, OF_FIRST, OF_SECOND, REST)
RAMP = (
    LAW,
    Identity(ON_RAMP, ("m", "n", "extra"), on_ramp, lambda *given: on_ramp(*given, part=2)),
    Identity("lowered noise", ("n",), lowered_noise, lambda n: lowered_noise(n, one=0)),
)
