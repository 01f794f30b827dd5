r"""Both points at any scale: $u$ and $v$ with entries 0 and $r$, so that $x=u^2-v^2$ is $r^2$ times the coefficients.

With the multiplier $\lambda=m(1,1,1)$ of the three rows $\xi=A^\top\lambda=m(3,1,1,-1)$. The gradient of the trace is a
multiple of $(u,v)$, the gradients of the models have the combination $(\xi u,-\xi v)$: where their difference vanishes,
so does $\nabla h$, for $m=1$ at the first point and $m=1/3$ at the second. There $|\xi|\le1$, so that by duality
$|x|_1=b\cdot\lambda=r^2$ is the least.
"""

from fractions import Fraction

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both

FEATURES = ((1, 1, 1, 1), (1, 1, -1, -1), (1, -1, 1, -1))
# coefficients, multiplier, trace over the least and excess
POINTS = {"stationary": ((0, 1, 1, -1), 1, (3, 2)), "flattest": ((1, 0, 0, 0), Fraction(1, 3), (1, 0))}


def point(r, coefficients, multiplier, stated, wrong=0):
    u, v = ([max(sign * x, 0) * r for x in coefficients] for sign in (1, -1))
    xi = [multiplier * sum(column) for column in zip(*FEATURES)]
    misfits = [sum(a * (p**2 - q**2) for a, p, q in zip(row, u, v)) - r**2 for row in FEATURES]
    left = [(p * (1 - x)) ** 2 + (q * (1 + x)) ** 2 for p, q, x in zip(u, v, xi)]
    least = 4 * 3 * r**2 / 3  # 4 b . lambda at the second multiplier
    return {
        "misfit": (sum(misfit**2 for misfit in misfits), 0),
        "gradient of h, squared": (sum(left), 0),
        "trace / least": (4 * sum(p**2 + q**2 for p, q in zip(u, v)) / least, stated[0] + wrong),
        "excess of the multiplier": (r * (xi[0] - 1) / r, stated[1]),
    }


def tie(s, observed, expected):
    name = "stationary" if s.coefficients[0] == 0 else "flattest"
    numbers = both("gradient of h, squared", observed[0] ** 2, expected[0] ** 2) | both("misfit", 0, 0)
    numbers |= both("trace / least", observed[1], expected[1])
    yield At(name, {"r": 1.0}, numbers | both("excess of the multiplier", observed[2], expected[2]))


ENCLOSURE = Enclosure(
    proves="the statement, at every scale of the labels",
    parts=tuple(
        Identity(
            name,
            ("r",),
            lambda r, given=given: point(r, *given),
            lambda r, given=given: point(r, *given, wrong=1),
        )
        for name, given in POINTS.items()
    ),
    tie=tie,
    rtol=1e-8,
)
