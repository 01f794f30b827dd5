r"""On $aw^3$ with $\rho=6a$ the bound exceeds the pair's variance by $9a^2(EU^2)^2$, from the moments of the law.

For a law that is $\pm b$ with chance $2/N$ and else 0 the excess is $2/N$ of the bound: it vanishes as $N$ grows.
"""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.zhang2024.enclosures._moments import pair

EXCESS, RARE = "excess over bound, any law", "excess over bound, rare pushes"


def excess(a, w, second, fourth, part=4):
    """Take the second and the fourth moment of a symmetric law."""
    found = pair(lambda u: (u + w) ** 2 * (3 * a)).variance((1, 0, second, 0, fourth))
    bound = (6 * a) ** 2 * fourth / part
    return {EXCESS: ((bound - found) / bound, second**2 / fourth)}


def rare(a, w, b, N, wrong=0):
    second, fourth = 2 * b**2 / N, 2 * b**4 / N
    return {RARE: (excess(a, w, second, fourth)[EXCESS][0], 2 / N + wrong)}


def tie(p, observed, expected):
    found = (expected - observed) / expected
    point = {"a": p.a, "w": p.w}
    second, fourth = 2 * p.b**2 / p.rare, 2 * p.b**4 / p.rare
    yield At("any law", {**point, "second": second, "fourth": fourth}, both(EXCESS, found, found))
    yield At("rare pushes", {**point, "b": p.b, "N": p.rare}, both(RARE, found, found))


ENCLOSURE = Enclosure(
    proves=r"""the bound on $aw^3$, $\rho=6a$, for all $a$, $w$ and symmetric laws with a fourth moment, and that rare
        pushes come as near to it as one likes""",
    measured="that the method has this variance; the README derives the bound for other functions",
    parts=(
        Identity("any law", ("a", "w", "second", "fourth"), excess, lambda *given: excess(*given, part=2)),
        Identity("rare pushes", ("a", "w", "b", "N"), rare, lambda *given: rare(*given, wrong=1)),
    ),
    tie=tie,
    rtol=1e-7,
)
