r"""$|z|^2$ at rest with the projection, and the drift along the ravine that it adds, $\rho$ being the unit.

To leading order in $a'$ the law of $z$ is that of a level ravine, where the distance of the mean of $|z|^2$ from $S$ is
multiplied by $(1-h)^2$ in a step, $h=\eta a$ (`stationary-gradient`). Along $y$ a step has $\partial_yf(x)=a'|z|^2/2$
and $\partial_yf(x+g)$ less the part along $\nabla f(x)=(az,a'|z|^2/2)$, to leading order $z\cdot(z+g_z)/|z|^2$ times
$a'|z|^2/2$. With $\eta=c\delta\varepsilon$ and $\rho=\delta\sqrt\varepsilon$, $\eta\rho^2=c\delta^3\varepsilon^2$.
"""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.ahn2024.enclosures._sphere import mean


def rest(h, n, d, z, part=2):
    square = h * (n - 1) / (d * (2 - h))
    after = ((1 - h) * z) ** 2 + (n - 1) * mean(d, h, (0, 2))
    moved = (mean(d, 1, (z, 2)) + (n - 1) * mean(d, 1, (0, 2))) / 2
    taken = z * mean(d, 1, (z, 1)) / z**2 * z**2 / 2
    return {
        "|z^+|^2 less S": (after - square, (1 - h) ** 2 * (z**2 - square)),
        "drift / a'": (z**2 / 2 + moved - taken, (n / d + z**2) / 2),
        "excess": (square * d / n, h * (n - 1) / (n * (part - h))),
    }


def tie(p, observed, expected):
    h, n, d = p.load, p.n, p.n + 1
    point = {"h": h, "n": n, "d": d, "z": (h * (n - 1) / (d * (2 - h))) ** 0.5}
    excess = both("excess", observed.value, expected) | both("|z^+|^2 less S", 0, 0)
    drift = [(1 + number) * n / (2 * d) for number in (observed.value, expected)]
    yield At("at rest", point, excess | both("drift / a'", *drift))


ENCLOSURE = Enclosure(
    proves=r"the statement to leading order in $a'$, for all $n$, $d$ and $\eta a<2$",
    measured=r"that runs at finite $a'$ drift so",
    parts=(Identity("at rest", ("h", "n", "d", "z"), rest, lambda *given: rest(*given, part=1)),),
    tie=tie,
    rtol=0.03,
)
