r"""The gap of the zigzag, tooth by tooth, and both bounds over its squared slope.

$w$ starts at $(T+1)e/C$ and moves by $e/C$ a step, so that it is at $(T+1-t)e/C$ at $t\le T$, where the slope is $e$:
the mean over $1,\dots,T$ is $e^2$. On one interval of length $e/C$ the slope falls from $e$ to $e/2$ and rises back.
"""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both

GAP, OWN, NOISY = "gap of the zigzag over D^2", "4 C D^2/(3 T) over e^2", "2 C D^2/T over e^2"


def zigzag(T, C, gap, wrong=0):
    """Return the gap, and the two ratios."""
    squared = 4 * C * gap / (3 * T + 2)
    tooth = squared / C - (squared / 2) * (1 / (2 * C))  # a rectangle less the triangle that is cut out
    return {
        GAP: ((T * tooth + squared / (2 * C)) / gap, 1),
        OWN: (4 * C * gap / (3 * T) / squared, 1 + 2 / (3 * T) + wrong),
        NOISY: (2 * C * gap / T / squared, 3 / (2 + 0 * T) + 1 / T),
    }


def tie(p, observed, expected):
    numbers = both(OWN, observed[0], expected[0]) | both(NOISY, observed[1], expected[1]) | both(GAP, 1, 1)
    yield At("zigzag", {"T": p.T, "C": p.C, "gap": p.gap}, numbers)


ENCLOSURE = Enclosure(
    proves=r"the statement, for all $T$, $C$ and $D$",
    parts=(Identity("zigzag", ("T", "C", "gap"), zigzag, lambda *given: zigzag(*given, wrong=1)),),
    tie=tie,
    rtol=1e-8,
)
