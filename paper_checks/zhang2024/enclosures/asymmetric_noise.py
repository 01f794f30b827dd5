r"""The mean of both estimates on one coordinate of a row of $A$, whatever the mean of the noise.

Both estimates are linear in $U$, so an entry of their mean is a sum over the coordinates of $U$ of terms $aEU_j$, and
the law enters through its mean $m$ only: here it shows one of two values with equal chance.
"""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both

WORDS = ["pair against F", "pair against f", "one point against F", "one point against f"]


def entry(a, w, first, second, wrong=0):
    """Return the four biases in units of a m."""
    faces, mean = (first, second), (first + second) / 2
    one = sum(a * (w + face) for face in faces) / 2
    two = sum((a * (w + face) + a * (w - face)) / 2 for face in faces) / 2
    targets = a * (w + mean), a * w
    biases = [(estimate - target) / (a * mean) for estimate in (two, one) for target in targets]
    return dict(zip(WORDS, zip(biases, (-1, 0, wrong, 1))))


def tie(p, observed, expected):
    numbers = {}
    for words, found, stated in zip(WORDS, observed, expected):
        numbers |= both(words, found, stated)
    for a in {p.matrix[0, 0], p.matrix[0, -1]}:
        yield At("entry", {"a": a, "w": p.w[0], "first": 0.0, "second": 2 * p.s}, numbers)


ENCLOSURE = Enclosure(
    proves=r"the statement, for all symmetric $A$, $w$ and $m$",
    parts=(Identity("entry", ("a", "w", "first", "second"), entry, lambda *given: entry(*given, wrong=1)),),
    tie=tie,
    rtol=1e-7,
)
