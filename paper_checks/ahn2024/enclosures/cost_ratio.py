r"""The largest rises on $\beta|x|^2/2$ without the projection and with it, and the first in terms of $\sqrt\eta$.

There $\nabla f(x+\rho u)-\nabla f(x)=\beta\rho u$ and the descent lemma is an equality: the largest rise without the
projection is that of $u$ opposite to $\nabla f$; with it $|v|=\tau s$, $\tau\le1$, and the largest is that of $u$
orthogonal to $\nabla f$. At the gate $g=\gamma\sqrt\eta\rho$.
"""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.ahn2024.enclosures._cost import WORST, noise, rise, unprojected


def ratio(root, beta, rho, gamma, half=1):
    """Return the rise without the projection, and its product with the root of eta, which tends to 2 gamma/beta^2."""
    eta, g, s = root**2, gamma * root * rho, beta * rho
    found = unprojected(eta, beta, rho, g, 1, -1) / noise(eta, beta, rho)
    x = g / s
    return {
        "ratio": (found, 2 * g * (s - 2 * g) / (beta * eta * s**2) + half * (s - 2 * g) ** 2 / s**2),
        "root eta times ratio": (root * found, 2 * gamma / beta**2 * (1 - 2 * x) + root * (1 - 2 * x) ** 2),
    }


def projected(eta, beta, rho, g, tau, part=1):
    """Return the rise where |v| = tau s, which is the stated one less a term that is not below 0."""
    s = beta * rho
    found = rise(eta, beta, g**2, g**2 + (tau * s) ** 2) / noise(eta, beta, rho)
    return {"rise / unit": (found, 1 - (2 - part * beta * eta) * g**2 / (beta * eta * s**2) - (1 - tau**2))}


def tie(p, observed, expected):
    eta, beta, g = p.cost.eta, p.beta, p.cost.gradient_norm
    root = eta**0.5
    step = {"eta": eta, "beta": beta, "rho": p.rho, "g": g, "tau": 1.0}
    for without, by_projection in (observed, expected):
        point = {"root": root, "beta": beta, "rho": p.rho, "gamma": g / (root * p.rho)}
        scaled = both("root eta times ratio", root * without, root * without)
        yield At("ratio", point, both("ratio", without, without) | scaled)
        yield At("every direction", step | {"cos": -1.0}, both("rise / unit", without, without))
        yield At("projected", step, both("rise / unit", by_projection, by_projection))


ENCLOSURE = Enclosure(
    proves=r"the statement, for all $\beta$, $\rho$, gates, $u$ and $\beta\eta\le1/2$",
    parts=(
        WORST,
        Identity("ratio", ("root", "beta", "rho", "gamma"), ratio, lambda *given: ratio(*given, half=2)),
        Identity("projected", ("eta", "beta", "rho", "g", "tau"), projected, lambda *given: projected(*given, part=2)),
    ),
    tie=tie,
)
