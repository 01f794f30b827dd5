r"""What the expansion of $F=e^{s^2/2}f$ leaves on $\sum\cosh w_i$, without cancellation.

With $y=s^2/2$ the rest of $e^y$ after the power $m-1$ is $\frac{y^m}{m!}g$ with $g=1+\frac y{m+1}(1+\frac
y{m+2}(1+\frac y{m+3}\theta))$ and $1\le\theta\le1/(1-\frac y{m+4})\le2$ for $y\le2$. At five scales $s_i$ that fall by
one factor the slope of $\log$ of the rest in $\log s$ is $2m$ plus that of $\log g$, which weighs the five by
$2,1,0,-1,-2$. The scales of the claim are multiplied by $t$ in $[0,1]$, so that the limit $s\to0$ belongs to the box;
$\theta$ is any number of $[1,2]$ at each scale.
"""

from fractions import Fraction

from flatlab.evidence.enclosures.enclosure import At, Chart, Enclosure
from flatlab.evidence.enclosures.formula import log

ABOVE, BELOW = "slope, above its lower limit", "upper limit of the slope, above it"
LARGE, SMALL = "constant over its limit, above 0.999", "1.002, above constant over its limit"
THETAS = ("theta_0", "theta_1", "theta_3", "theta_4")


def factor(m, y, theta):
    return 1 + y / (m + 1) * (1 + y / (m + 2) * (1 + y / (m + 3) * theta))


def chart(m, first, fall, lower, upper, tight):
    """Return the chart of a remainder of order 2m.

    first : y at the largest scale; fall : the factor of y from scale to scale, a power of 1/2.
    lower, upper : of the slope, less 2m. ``tight`` is an upper limit that is too small.
    """
    doublings = (1 / fall).numerator.bit_length() - 1  # of y, so twice those of s

    def positive(t, *thetas, upper=upper):
        places = zip((0, 1, 3, 4), thetas)
        factors = [factor(m, t**2 * first * fall**i, theta) for i, theta in places]
        logs = [log(one) for one in factors]
        slope = (2 * logs[0] + logs[1] - logs[2] - 2 * logs[3]) / (5 * doublings * log(2 + 0 * t))
        last = factors[3]
        return {
            ABOVE: slope - lower,
            BELOW: upper - slope,
            LARGE: last - Fraction(999, 1000),
            SMALL: Fraction(1002, 1000) - last,
        }

    box = {"t": (0, 1), **dict.fromkeys(THETAS, (1, 2))}
    return Chart("slope and constant", box, positive, lambda *given: positive(*given, upper=tight))


def enclosure(m, first, fall, lower, upper, tight, words):
    def tie(p, observed, expected):
        slope, constant = observed[0] - expected[0], observed[1] / expected[1]
        thetas = (1 + float(first * fall**i) / (m + 4) for i in (0, 1, 3, 4))
        numbers = {
            ABOVE: slope - float(lower),
            BELOW: float(upper) - slope,
            LARGE: constant - 0.999,
            SMALL: 1.002 - constant,
        }
        yield At("slope and constant", {"t": 1.0, **dict(zip(THETAS, thetas))}, numbers)

    part = chart(m, first, fall, lower, upper, tight)
    measured = "that the values agree with $e^{s^2/2}f$; of other functions the README derives the expansion"
    return Enclosure(proves=words, measured=measured, parts=(part,), tie=tie, rtol=1e-4)
