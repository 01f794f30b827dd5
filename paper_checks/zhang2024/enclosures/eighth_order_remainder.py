r"""The slope over five scales that fall by $\sqrt2$ from $0.4t$ and the constant at the last, see ``_remainders``."""

from fractions import Fraction

from paper_checks.zhang2024.enclosures._remainders import enclosure

ENCLOSURE = enclosure(
    m=4,
    first=Fraction(4, 10) ** 2 / 2,
    fall=Fraction(1, 2),
    lower=Fraction(-1, 1000),
    upper=Fraction(12, 1000),
    tight=Fraction(10, 1000),
    words=r"""for $\sum\cosh w_i$ in every dimension and at every $w$, over any five scales that fall by $\sqrt2$ from
        one of at most 0.4: the slope is from 7.999 to 8.012, and 384 times the constant at the last is from 0.999 to
        1.002""",
)
