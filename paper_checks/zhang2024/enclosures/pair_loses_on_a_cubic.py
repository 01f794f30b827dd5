r"""On $aw^3$ at $w=0$ the gradient $3aU^2$ is even, so the pair keeps all of its variance and two points halve it.

The estimators act coordinate by coordinate and the noises of different coordinates are independent: the variances are
sums over coordinates, and a ratio that is the same in each is that of the sums. The moments $EU^2$ and $EU^4$ are
variables, so that the law is any symmetric one.
"""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.zhang2024.enclosures._moments import U, pair


def ratio(a, second, fourth, stated=2):
    moments = 1, 0, second, 0, fourth

    def slope(u):
        return u**2 * (3 * a)

    return {"pair over two points": (pair(slope).variance(moments) / (slope(U).variance(moments) / 2), stated)}


def tie(p, observed, expected):
    for a in p.coefficients:
        point = {"a": a, "second": p.s**2, "fourth": 3 * p.s**4}
        yield At("ratio", point, both("pair over two points", observed, expected))


ENCLOSURE = Enclosure(
    proves=r"the statement, for all $a_i$ and every symmetric law with a fourth moment for which $U^2$ is not constant",
    parts=(Identity("ratio", ("a", "second", "fourth"), ratio, lambda *given: ratio(*given, stated=1)),),
    tie=tie,
)
