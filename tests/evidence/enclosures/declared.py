"""A claim with an enclosure: 1 + x - x y > 0 for n = 1, 2, and (x + y)^2 expanded."""

from fractions import Fraction

import numpy as np
from evidence.test_claim import claim

from flatlab.evidence.domains import Uniform
from flatlab.evidence.enclosures.enclosure import At, Chart, Enclosure, Identity, both
from flatlab.evidence.enclosures.formula import sqrt


def positive(n, x, y):
    return {"margin": n + x - x * y, "root": sqrt(x + 1) + 1 / (y + 1)}


def false(n, x, y):
    return {"margin": n + x - x * y - Fraction(11, 10), "root": sqrt(x + 1)}


def tie(s, observed, expected):
    yield At("chart", {"n": 1, "x": s.x, "y": 0.5}, {"margin": 1 + observed / 2, "root": np.sqrt(s.x + 1) + 1 / 1.5})
    yield At("square", {"x": s.x, "y": s.x}, both("square", 4 * s.x * observed, 4 * s.x * expected))


def chart(**changes):
    fields = {"name": "chart", "box": {"x": (0, 4), "y": (0, 1)}, "positive": positive, "false": false}
    return Chart(**{**fields, "whole": {"n": (1, 2)}, **changes})


def square(factor=2):
    return lambda x, y: {"square": ((x + y) ** 2, x * x + factor * x * y + y * y)}


def enclosure(**changes):
    parts = (chart(), Identity("square", ("x", "y"), square(), square(3)))
    return Enclosure(**{"proves": "all of it", "parts": parts, "tie": tie, **changes})


def enclosed_claim(**changes):
    return claim(**{"domain": {"x": Uniform(0.1, 3.0)}, "corners": (), "enclosure": enclosure(), **changes})
