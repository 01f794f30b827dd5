r"""A relation holds, fails or is inconclusive as its definition says, and its margin is that of the definition."""

import math

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, Uniform
from flatlab.evidence.relations import Close
from paper_checks.laboratory.problems.pairs import BAD, INFINITE, NEAR, Pair, judged


def defined(p):
    """Return what the definitions say: the margin; holds from 0 on, fails where the far end of the interval does."""
    (o, low, high), (e, bottom, top) = p.interval, p.bound
    allowed, several, near = p.a + p.r * abs(e), p.a + p.r * math.hypot(e, 0.5), p.a + NEAR + p.r * abs(e)
    ends = min(low - bottom, top - high)
    inside = ends / p.half if p.half else (1.0 if ends == 0 else -1.0)
    within = max(1 - max(abs(low - e), abs(high - e)) / near, INFINITE)
    exact, vector = _part(abs(o - e), allowed), _part(math.hypot(o - e, 0.5), several)
    most, least = _room(high, bottom, p.r), -_lack(low, top, p.r)
    return [
        *(_code(exact, exact < 0), exact, _code(vector, vector < 0), vector),
        *(_code(most, _room(low, top, p.r) < 0), most, _code(least, _lack(high, bottom, p.r) > 0), least),
        *(_code(inside, high < bottom or low > top), inside),
        *(_code(within, low > e + near or high < e - near), within),
        2 * len(BAD) * len(p.relations),
    ]


def _part(error, allowed):
    return max(1 - error / allowed, INFINITE) if allowed else (1.0 if error == 0 else INFINITE)


def _room(number, bound, r):
    b = bound + r * abs(bound)
    return min((b - number) / abs(b), 1.0) if b else (1.0 if number <= 0 else -1.0)


def _lack(number, bound, r):
    b = bound - r * abs(bound)
    scale = max(abs(number), abs(b))
    return (b - number) / scale if scale else -1.0


def _code(margin, fails):
    return 1.0 if margin >= 0 else -1.0 if fails else 0.0


CLAIM = Claim(
    id="laboratory/relations-judge-as-defined",
    title="relations judge as defined",
    statement=r"""Each relation holds where its margin is at least 0, fails where the far end of the interval has a
        margin below 0 too, and is inconclusive between; with $r$, $a$ the tolerances, the margins are
        $1-\frac{|o-e|}{r|e|+a}$, $\frac{b-o}{|b|}$ and so on as listed; nan and $\pm\infty$ fail without a margin.""",
    source="Relations",
    origin="derived",
    kind="equality",
    relation=Close(rtol=1e-12),
    problem=Pair,
    observe=lambda p, rng: judged(p),
    expect=defined,
    domain={
        "observed": Uniform(-0.5, 1.5),
        "below": Uniform(0.01, 0.3),
        "above": Uniform(0.01, 0.3),
        "expected": Choice((0.0, 0.5, 0.9, 1.0, -1.0)),
        "half": Choice((0.0, 0.2, 0.5)),
        "r": Choice((0.0, 0.05, 0.3)),
        "a": Choice((0.0, 0.1, 0.5)),
    },
    corners=tuple(
        {"observed": o, "below": below, "above": above, "expected": e, "half": half, "r": r, "a": a}
        for o, below, above, e, half, r, a in (
            (1.5, 0.0, 0.0, 1.0, 0.0, 0.0, 0.5),  # on the edge
            (0.5, 0.0, 0.0, 1.0, 0.0, 0.5, 0.0),
            (1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0),
            (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
            (-0.5, 0.25, 0.25, 0.0, 0.0, 0.25, 0.0),
            (1.0, 0.5, 0.5, 1.0, 0.5, 0.0, 0.5),
            (1.0, 0.125, 0.0625, 0.75, 0.0, 0.0, 0.0),
        )
    ),
    quick=40,
    full=1000,
    seconds=0.0005,
    controls=(
        Control(
            "the interval is ignored",
            "the middle of an interval is farther from the edge than its end",
            observe=lambda p, rng: judged(p._replace(below=0.0, above=0.0)),
            change=lambda s: s if s.below and s.above else None,
        ),
        Control(
            "intervals of twice the length",
            "a bound is then judged by a number that was not measured",
            observe=lambda p, rng: judged(p._replace(below=2 * p.below, above=2 * p.above)),
            change=lambda s: s if s.below and s.above else None,
        ),
    ),
)
