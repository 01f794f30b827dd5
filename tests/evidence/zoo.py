"""Claims made for the search: false ones that random settings hardly show, and true ones that are nearly false.

Each costs far less than a millisecond a setting. ``FALSE`` and ``TRUE`` map a name to a claim.
"""

import functools
import math

import numpy as np

from flatlab.evidence import intervals
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform, Uniform, Whole
from flatlab.evidence.relations import AtLeast, AtMost, Close, Equal, WithinInterval

UNIT = Uniform(0.0, 1.0)
FALSE, TRUE = {}, {}


def unit(count):
    return dict.fromkeys("abcdefgh"[:count], UNIT)


def point(s):
    return np.array([s[name] for name in "abcdefgh" if name in s])


@functools.cache
def share(successes):
    """Return a proportion of 2000; its interval takes SciPy more than a millisecond."""
    return intervals.proportion(successes, 2000)


def add(zoo, name, observe, domain, relation=None, expect=1.0, **more):
    zoo[name] = Claim(
        id=f"zoo/{name}",
        title=name.replace("-", " "),
        statement="made for the search",
        source="the zoo",
        origin="measured",
        kind="upper bound",
        relation=relation or AtMost(),
        observe=observe,
        expect=expect,
        domain=domain,
        controls=(Control("none", "not judged", expect=math.nan),),
        **more,
    )


def below(name, margin, domain, **more):
    """Add the false bound 1 on 1 - margin."""
    add(FALSE, name, lambda s, rng: 1 - margin(s), domain, **more)


# A constant that is felt only in a corner.
below("corner-of-three", lambda s: 1 - 1.02 * s.a * s.b * s.c, unit(3))
below("corner-of-six", lambda s: 0.98 - np.prod(1 - 0.2 * (1 - point(s))), unit(6))
add(
    FALSE,
    "two-for-the-limit-of-a-ratio",
    lambda s, rng: math.expm1(s.h * s.n) / (s.h * s.n),
    {"h": LogUniform(1e-6, 0.1), "n": Whole(1, 16), "rho": LogUniform(1e-3, 1e3)},
    expect=2.4,
)
add(
    FALSE,
    "expansion-at-the-largest-step",
    lambda s, rng: math.cos(s.h * s.k),
    {"h": LogUniform(1e-4, 0.3), "k": Uniform(0.1, 2.0), "shift": Uniform(-5.0, 5.0)},
    Equal(rtol=6e-3),
    expect=lambda s: 1 - (s.h * s.k) ** 2 / 2,
)
add(
    FALSE,
    "least-value-at-two-ends",
    lambda s, rng: 1.5 - s.h * s.curvature / (s.rho + 1),
    {"h": Uniform(0.0, 1.97), "rho": LogUniform(1e-3, 1.0), "curvature": Uniform(0.0, 1.0)},
    AtLeast(),
    expect=-0.44,
)

# A hypothesis that is missing.
below("step-below-two-is-missing", lambda s: 1 - abs(1 - s.h), {"h": Uniform(0.0, 2.001), "rho": LogUniform(0.01, 1.0)})
add(
    FALSE,
    "two-replicates-are-missing",
    lambda s, rng: 1 / (s.n - 1) / s.n,
    {"n": Whole(1, 5000), "x": UNIT},
)
add(
    FALSE,
    "nonnegative-root-is-missing",
    lambda s, rng: math.sqrt((s.a - 0.7 * s.b) ** 2 + (s.c - 0.3) ** 2 - 1e-4),
    unit(3),
    AtLeast(),
    expect=1e-4,
)
below("distinct-values-are-missing", lambda s: abs(s.a - s.b**2) - 5e-5, unit(3))
below(
    "odd-order-is-missing",
    lambda s: (-1.0) ** s.order * -0.05 * s.a + 0.04,
    {"order": Whole(1, 8), "a": UNIT, "method": Choice(("one", "two", "three"))},
)

# A failing set of about one part in ten thousand, towards which the margin falls.
CENTRE = np.array([0.317, 0.731, 0.542, 0.214, 0.866, 0.433])
below("ball-in-three", lambda s: np.sum((point(s) - CENTRE[:3]) ** 2) - 0.029**2, unit(3))
below("ball-in-five", lambda s: np.linalg.norm(point(s) - CENTRE[:5]) - 0.11, unit(5))
below("strip", lambda s: abs(s.b - 0.42373) - 5e-5, unit(4))
below("logarithmic-well", lambda s: math.log(np.sum((point(s) - CENTRE[:4]) ** 2) / 0.06**2), unit(4))
below(
    "well-beside-a-wider-one",
    lambda s: min(0.02 + np.sum((point(s) - 0.2) ** 2), np.sum((point(s) - CENTRE[:3]) ** 2) - 0.03**2),
    unit(3),
)
below(
    "well-over-scales",
    lambda s: math.log(s.eta / 3e-3) ** 2 + math.log(s.rho / 40.0) ** 2 / 4 + (s.h - 1.3) ** 2 - 0.014,
    {"eta": LogUniform(1e-5, 1.0), "rho": LogUniform(1e-3, 1e3), "h": Uniform(0.0, 2.0)},
)
below(
    "waves-in-a-bowl",
    lambda s: np.sum((point(s) - 0.62) ** 2 + 2e-3 * (1 - np.cos(40 * (point(s) - 0.62)))) - 7e-4,
    unit(3),
)

# False for one choice and one whole number only.
METHODS = tuple(f"method {k}" for k in range(5))
below(
    "one-method-at-one-order",
    lambda s: 0.1 - 0.2 * (s.method == METHODS[3] and s.order == 7),
    {"method": Choice(METHODS), "order": Whole(1, 12), "x": UNIT, "scale": LogUniform(1e-3, 1e3)},
)
below(
    "one-method-at-one-of-many-sizes",
    lambda s: abs(math.log(s.d / 347)) + (s.method != METHODS[2]) - 1e-3,
    {"method": Choice(METHODS), "d": Whole(1, 2000, log=True), "x": UNIT},
)
below(
    "one-method-at-one-order-for-large-x",
    lambda s: 0.3 - 0.32 * s.x * (s.method == METHODS[1] and s.order == 4),
    {"method": Choice(METHODS), "order": Whole(1, 9), "x": UNIT},
)
below(
    "two-flags-and-one-number",
    lambda s: 0.1 - 0.2 * (s.flag and not s.other and s.k == 3),
    {"flag": Choice((False, True)), "other": Choice((False, True)), "k": Whole(0, 9), "x": UNIT, "y": UNIT},
)

# False in a direction that is oblique to the axes.
TURN = np.linalg.qr(np.random.default_rng(1).standard_normal((4, 4)))[0]


def oblique(s, stretch, size):
    along = TURN[: len(stretch), : len(stretch)] @ (point(s) - CENTRE[: len(stretch)])
    return np.sum((along / np.array(stretch)) ** 2) - size**2


below("oblique-ellipse", lambda s: oblique(s, (1.0, 0.02), 0.05), unit(2))
below("oblique-pancake", lambda s: oblique(s, (0.3, 0.3, 0.01), 0.1), unit(3))
below("oblique-needle", lambda s: oblique(s, (0.4, 0.04, 0.04, 0.04), 0.3), unit(4))
below(
    "product-of-two-scales",
    lambda s: abs(math.log(s.eta * s.curvature / 1.7)) - 2e-3,
    {
        "eta": LogUniform(1e-4, 1.0),
        "curvature": LogUniform(1e-2, 1e4),
        "rho": LogUniform(1e-3, 1.0),
    },
)
below("bent-valley", lambda s: (1.3 * s.a - 0.9) ** 2 + 30 * (s.b - s.a**2) ** 2 - 3e-4, unit(2))

# Noisy, with a true failure.
below_mean = WithinInterval(0.1)


def noisy(name, bias, domain, relation=below_mean, spread=0.05, count=20):
    def observe(s, rng):
        return intervals.mean(bias(s) + spread * rng.standard_normal(count))

    add(FALSE, name, observe, {**domain, "seed": SEED}, relation, expect=0.0)


noisy("biased-in-a-corner", lambda s: 0.25 * (s.a * s.b * s.c) ** 2, unit(3))
noisy("biased-inside", lambda s: 0.3 * np.exp(-60 * np.sum((point(s) - CENTRE[:3]) ** 2)), unit(3))
noisy("biased-for-one-method", lambda s: 0.25 * s.a * (s.method == METHODS[4]), {"method": Choice(METHODS), **unit(2)})
add(
    FALSE,
    "probability-too-small-at-one-end",
    lambda s, rng: share(int(rng.binomial(2000, 0.95 - 0.1 * s.a**8 * s.b))),
    {**unit(2), "seed": SEED},
    AtLeast(),
    expect=0.9,
)


def above(name, observe, domain, relation, expect, **more):
    add(TRUE, name, observe, domain, relation, expect, **more)


# Off by rounding.
PAIR = {"x": Uniform(1.0, 2.0), "scale": LogUniform(1.0, 1e4)}
above("sum-with-cancellation", lambda s, rng: (s.x + s.scale) - s.scale, PAIR, Equal(), lambda s: s.x)
above("root-squared", lambda s, rng: math.sqrt(s.x) ** 2, PAIR, Equal(), lambda s: s.x)
above("logarithm-of-exponential", lambda s, rng: math.log(math.exp(s.x)), PAIR, Equal(), lambda s: s.x)
above("bound-reached-up-to-rounding", lambda s, rng: s.x * s.scale / s.scale, PAIR, AtMost(), lambda s: s.x)
above("lower-bound-reached", lambda s, rng: 0.1 * s.x + 0.2 * s.x, PAIR, AtLeast(), lambda s: 0.3 * s.x)
above("sine-and-cosine", lambda s, rng: math.sin(s.scale) ** 2 + math.cos(s.scale) ** 2, PAIR, Equal(), 1.0)
above("product-of-ratios", lambda s, rng: (1 / s.x) * s.x, PAIR, Equal(), 1.0)
above(
    "norm-of-a-turned-vector",
    lambda s, rng: float(np.linalg.norm(TURN @ (np.arange(1, 5) * s.x))),
    PAIR,
    Equal(),
    lambda s: math.sqrt(30) * s.x,
)
above("zero-by-cancellation", lambda s, rng: (s.x + 0.1) - s.x - 0.1, PAIR, Equal(), 0.0)
above("whole-tenths", lambda s, rng: sum([0.1] * s.n), {"n": Whole(1, 300)}, Equal(), lambda s: s.n / 10)

# Noisy, with a margin of exactly zero.
CHANCE = {"a": UNIT, "scale": LogUniform(1e-3, 1e3), "seed": SEED}


def fair(name, sample, relation, expect, domain=None):
    above(name, lambda s, rng: sample(s, rng), CHANCE if domain is None else domain, relation, expect)


def normal(s, rng, count=20):
    return s.scale * rng.standard_normal(count)


fair("mean-at-most-its-value", lambda s, rng: intervals.mean(normal(s, rng)), AtMost(), 0.0)
fair("mean-at-least-its-value", lambda s, rng: intervals.mean(normal(s, rng)), AtLeast(), 0.0)
fair("mean-of-few", lambda s, rng: intervals.mean(normal(s, rng, 3)), AtMost(), 0.0)
fair(
    "bias-equal-to-the-tolerance",
    lambda s, rng: intervals.mean(0.1 + 0.05 * rng.standard_normal(20)),
    WithinInterval(0.1),
    0.0,
)
fair(
    "probability-as-stated",
    lambda s, rng: share(int(rng.binomial(2000, 0.9))),
    AtLeast(),
    0.9,
)
fair(
    "heavy-right-end",
    lambda s, rng: intervals.mean(1 - rng.exponential(size=400)),
    AtLeast(),
    0.0,
)
fair(
    "noise-of-the-setting-itself",
    lambda s, rng: intervals.mean(np.random.default_rng(s.seed).standard_normal(20)),
    AtMost(),
    0.0,
)
fair("difference-of-two-means", lambda s, rng: intervals.mean(normal(s, rng) - normal(s, rng)), AtMost(), 0.0)

# Flat margins, and true ones that a search comes near to breaking.
above("constant-margin-of-zero", lambda s, rng: 1.0, unit(4), AtMost(), 1.0)
above("constant-small-margin", lambda s, rng: 1 - 1e-9, unit(4), AtMost(), 1.0)
above(
    "flat-but-for-a-well-that-holds",
    lambda s, rng: 1 - 1e-6 - 0.5 * (oblique(s, (1, 1, 1), 0.05) > 0),
    unit(3),
    AtMost(),
    1.0,
)
above("approached-at-an-end", lambda s, rng: s.a * s.b, unit(2), AtMost(), 1.0)
above("tight-along-a-line", lambda s, rng: 2 * s.a * s.b, unit(2), AtMost(), lambda s: s.a**2 + s.b**2)
above(
    "tight-in-a-bent-valley",
    lambda s, rng: 1 - (1.3 * s.a - 0.9) ** 2 - 30 * (s.b - s.a**2) ** 2,
    unit(2),
    AtMost(),
    1.0,
)
above(
    "vectors-to-rounding",
    lambda s, rng: list(TURN.T @ (TURN @ (s.x * np.arange(1.0, 5.0)))),
    PAIR,
    Close(rtol=1e-15),
    lambda s: list(s.x * np.arange(1.0, 5.0)),
)
