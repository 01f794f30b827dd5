r"""The mean of $|z|^2$ after a step, less its value at rest, is $(1-\eta a)^2$ or $(1-2\eta a)^2$ times what it was.

With $z$ along the first axis a step leads to $(1-h)z$ there with the projection and to $(1-2h)z-h\rho g_1$ without, and
to $-h\rho g_j$ on the $n-1$ others, $h=\eta a$. So the stated value is the only one at rest, and all means tend to it
where the factor is below 1: $1-(1-h)^2=h(2-h)$ for $h<2$, $1-(1-2h)^2=4h(1-h)$ for $h<1$.
"""

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.ahn2024.enclosures._sphere import mean


def step(a, eta, rho, n, d, z, projected, wrong=0):
    h = eta * a
    if projected:
        first, factor, stated = ((1 - h) * z) ** 2, 1 - h, eta * a**3 * rho**2 * (n - 1) / (d * (2 - h))
    else:
        first, factor = mean(d, h * rho, ((1 - 2 * h) * z, 2)), 1 - 2 * h
        stated = eta * a**3 * rho**2 * n / (4 * d * (1 - h))
    after = first + (n - 1) * mean(d, h * rho, (0, 2))
    return {
        "gradient after / stated": (a**2 * after / stated, 1 + factor**2 * (a**2 * z**2 / stated - 1) + wrong),
        "1 - factor^2": (1 - factor**2, h * (2 - h) if projected else 4 * h * (1 - h)),
    }


def tie(s, observed, expected):
    h, d, name = s.load, s.n + 1, NAMES[s.projected]
    square = h * s.rho**2 / d * ((s.n - 1) / (2 - h) if s.projected else s.n / (4 * (1 - h)))
    point = {"a": s.curvature, "eta": h / s.curvature, "rho": s.rho, "n": s.n, "d": d, "z": np.sqrt(square)}
    left = h * (2 - h) if s.projected else 4 * h * (1 - h)
    yield At(name, point, both("gradient after / stated", observed.value, expected) | both("1 - factor^2", left, left))


NAMES = {True: "with the projection", False: "without"}
ENCLOSURE = Enclosure(
    proves=r"the statement, for all $\eta a$ below 2 or 1, $\rho$, $n$ and $d$; and that the mean tends to it",
    parts=tuple(
        Identity(
            name,
            ("a", "eta", "rho", "n", "d", "z"),
            lambda *given, way=way: step(*given, projected=way),
            lambda *given, way=way: step(*given, projected=way, wrong=1),
        )
        for way, name in NAMES.items()
    ),
    tie=tie,
    rtol=0.04,
)
