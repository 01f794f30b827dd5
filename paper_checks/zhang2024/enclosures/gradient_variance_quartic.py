r"""The variances of $4a(w+U)^3$ and of its even part, from the moments of a Gaussian.

The variances are sums over coordinates, which are independent: the identities are those of one coordinate.
"""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.zhang2024.enclosures._moments import U, gaussian, pair


def stated(a, w, s):
    """Return the stated variances of one point and of the pair, in one coordinate."""
    return 16 * a**2 * (9 * w**4 * s**2 + 36 * w**2 * s**4 + 15 * s**6), 288 * a**2 * w**2 * s**4


def variances(a, w, s, fourth=3):
    """Return both variances, in units of the largest that they may have, with their stated values."""
    moments = gaussian(s**2, fourth)

    def slope(u):
        return (u + w) ** 3 * (4 * a)

    one, both_signs = stated(a, w, s)
    unit = a**2 * (w**2 + s**2) ** 3
    return {
        "one point": (slope(U).variance(moments) / unit, one / unit),
        "pair": (pair(slope).variance(moments) / unit, both_signs / unit),
    }


def tie(p, observed, expected):
    each = stated(p.coefficients, p.w, p.s)
    for i in {0, p.w.size - 1}:
        a, w = p.coefficients[i], p.w[i]
        unit = a**2 * (w**2 + p.s**2) ** 3
        # of the totals, what the other coordinates do not add
        own = [
            [(total - sum(part) + part[i]) / unit for total, part in zip(totals, each)]
            for totals in (observed, expected)
        ]
        if max(observed) < 1e4 * unit:
            numbers = both("one point", own[0][0], own[1][0]) | both("pair", own[0][1], own[1][1])
            yield At("variances", {"a": a, "w": w, "s": p.s}, numbers)


ENCLOSURE = Enclosure(
    proves=r"the statement, for all $a_i$, $w$ and $s$",
    parts=(Identity("variances", ("a", "w", "s"), variances, lambda *given: variances(*given, fourth=2)),),
    tie=tie,
    rtol=1e-8,
)
