r"""The two worst rises on $\beta|x|^2/2$ and their ratio, at the gate $g=\gamma\sqrt\eta\rho$ in terms of $\sqrt\eta$.

There $\nabla f(x+\rho u)-\nabla f(x)=\beta\rho u$ and the descent lemma is an equality: the worst rise without the
projection is that of $u$ opposite to $\nabla f$, and with it, over all $g$, that of $g=0$.
"""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.ahn2024.enclosures._cost import WORST, noise, unprojected


def ratio(root, beta, rho, gamma, half=1):
    """Return the ratio, and its product with the root of eta, which tends to 2 gamma / beta^2."""
    eta, g, s = root**2, gamma * root * rho, beta * rho
    found = unprojected(eta, beta, rho, g, 1, -1) / noise(eta, beta, rho)
    x = g / s
    return {
        "ratio": (found, 2 * g * (s - 2 * g) / (beta * eta * s**2) + half * (s - 2 * g) ** 2 / s**2),
        "root eta times ratio": (root * found, 2 * gamma / beta**2 * (1 - 2 * x) + root * (1 - 2 * x) ** 2),
    }


def tie(p, observed, expected):
    beta, root = 2.0, p.eta**0.5
    for number in (observed, expected):
        scaled = both("root eta times ratio", root * number, root * number)
        point = {"root": root, "beta": beta, "rho": p.rho, "gamma": p.gate}
        yield At("ratio", point, both("ratio", number, number) | scaled)
        place = {"eta": p.eta, "beta": beta, "rho": p.rho, "g": p.length, "tau": 1.0, "cos": -1.0}
        yield At("every direction", place, both("rise / unit", number, number))


ENCLOSURE = Enclosure(
    proves=r"the statement, for all $\beta$, $\rho$, gates and $\beta\eta\le1/2$",
    parts=(
        WORST,
        Identity("ratio", ("root", "beta", "rho", "gamma"), ratio, lambda *given: ratio(*given, half=2)),
    ),
    tie=tie,
    rtol=0.03,
)
