r"""The variance of one entry of $\nabla f(w+U)$ and of its pair, over the four signs of two coordinates.

The variance of $\sum_jA_{ij}U_j$ is a sum over pairs of coordinates, so that two entries $a$, $b$ of a row show those
of every dimension: squares add up and the mixed term vanishes. The total is the sum over rows.
"""

from itertools import product

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both

ONE, PAIR = "one point, in units of s^2 |A|^2", "pair, in units of s^2 |A|^2"


def entry(a, b, slope, s, stated=1):
    """Return both variances of an entry whose value at w is ``slope``."""
    pushes = [s * (one * a + two * b) for one, two in product((-1, 1), repeat=2)]
    unit = s**2 * (a**2 + b**2)

    def variance(values):
        mean = sum(values) / 4
        return sum((value - mean) ** 2 for value in values) / 4 / unit

    both_signs = [((slope + push) + (slope - push)) / 2 for push in pushes]
    return {ONE: (variance([slope + push for push in pushes]), stated), PAIR: (variance(both_signs), 0)}


def tie(p, observed, expected):
    row = p.matrix[0]
    point = {"a": row[0], "b": row[-1], "slope": row @ p.w, "s": p.s}
    yield At("entry", point, both(ONE, observed[0], expected[0]) | both(PAIR, observed[1], expected[1]))


ENCLOSURE = Enclosure(
    proves=r"the statement, for all symmetric $A$, $w$ and $s$",
    parts=(Identity("entry", ("a", "b", "slope", "s"), entry, lambda *given: entry(*given, stated=2)),),
    tie=tie,
    rtol=1e-7,
)
