r"""$|z|^2$ at rest under noise in the iterate, and the drift along the valley that it gives, $\rho$ being the unit.

To leading order in $a'$ the law of $z$ is that of a level valley. There a step leads from $z$ to
$(1-\eta a)z-\eta g_z$, so that the distance of the mean of $|z|^2$ from $S$ is multiplied by $(1-\eta a)^2$, and
$\partial_yf=a'|z|^2/2$ has the mean $a'S/2$ at rest, where random smoothing has $\frac12\cdot\frac nda'$ at a minimum.
"""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.ahn2024.enclosures._sphere import mean


def rest(a, eta, n, d, z, part=2):
    square = eta * n / (d * a * (2 - eta * a))
    after = mean(d, eta, ((1 - eta * a) * z, 2)) + (n - 1) * mean(d, eta, (0, 2))
    smoothing = n * mean(d, 1, (0, 2)) / 2
    return {
        "|z^+|^2 less S": (after - square, (1 - eta * a) ** 2 * (z**2 - square)),
        "share of the drift": (square / 2 / smoothing, eta / (a * (part - eta * a))),
    }


def tie(p, observed, expected):
    eta, a = p.eta, p.curvature
    point = {"a": a, "eta": eta, "n": 2, "d": 3, "z": (eta * 2 / (3 * a * (2 - eta * a))) ** 0.5}
    share = both("share of the drift", observed.value, expected)
    yield At("at rest", point, share | both("|z^+|^2 less S", 0, 0))


ENCLOSURE = Enclosure(
    proves=r"the statement, for all $n$, $d$, $\rho$ and $\eta a<2$",
    parts=(Identity("at rest", ("a", "eta", "n", "d", "z"), rest, lambda *given: rest(*given, part=1)),),
    tie=tie,
    rtol=0.03,
)
