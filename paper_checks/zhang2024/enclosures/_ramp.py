r"""The ramp of L3 and L4 without noise: the upper bound over its squared slope, for steps of total length $S$."""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both

RATIO, GAP = "upper bound over e^2", "gap of the ramp over D^2"


def ramp(S, C, gap, largest, wrong=0):
    """Return the ratio for the ``largest`` step, and the gap at w_1 = e/C + S e of the Huber function."""
    squared = gap / (S + 1 / (2 * C))
    return {
        RATIO: (2 * gap / ((2 - C * largest) * S) / squared, (2 + 1 / (C * S)) / (2 - C * largest) + wrong),
        GAP: ((squared * (1 / C + S) - squared / (2 * C)) / gap, 1),
    }


def enclosure(lengths, words):
    """Return the enclosure of a claim that measures the ratio; ``lengths`` gives S, C, D^2 and the largest step."""
    names = ("S", "C", "gap", "largest")

    def tie(problem, observed, expected):
        numbers = both(RATIO, observed, expected) | both(GAP, 1, 1)
        yield At("ramp", dict(zip(names, lengths(problem))), numbers)

    part = Identity("ramp", names, ramp, lambda *given: ramp(*given, wrong=1))
    return Enclosure(proves=words, parts=(part,), tie=tie, rtol=1e-8)
