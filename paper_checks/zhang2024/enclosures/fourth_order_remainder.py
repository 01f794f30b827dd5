r"""The slope over five scales that fall by halves from $0.16t$ and the constant at the last, see ``_remainders``."""

from fractions import Fraction

from paper_checks.zhang2024.enclosures._remainders import enclosure

ENCLOSURE = enclosure(
    m=2,
    first=Fraction(16, 100) ** 2 / 2,
    fall=Fraction(1, 4),
    lower=Fraction(-1, 1000),
    upper=Fraction(2, 1000),
    tight=Fraction(1, 1000),
    words=r"""for $\sum\cosh w_i$ in every dimension and at every $w$, over any five scales that fall by halves from one
        of at most 0.16: the slope is from 3.999 to 4.002, and the constant at the last is from 0.999/8 to 1.002/8""",
)
