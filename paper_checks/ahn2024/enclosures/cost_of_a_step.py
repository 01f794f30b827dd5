r"""The bound of the descent lemma for a move whose perturbation has no part along the gradient is the stated one.

The gradient at $x+\rho u$ has a part $q$ along $\nabla f(x)$ and $r$ across it; the projection takes $q$ off. It takes
$\nabla f(x)$ itself off too, so that $v$ is the projection of $\nabla f(x+\rho u)-\nabla f(x)$ and $|v|\le\beta\rho$.
"""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.ahn2024.enclosures._cost import noise, rise


def projected(eta, beta, rho, g, q, r, part=1):
    along, unit = q - part * (q * g) * g / g**2, noise(eta, beta, rho)
    bound = -eta * (1 - beta * eta / 2) * g**2 + beta * eta**2 * r**2 / 2
    return {"rise / unit": (rise(eta, beta, g * (g + along), (g + along) ** 2 + r**2) / unit, bound / unit)}


def tie(p, observed, expected):
    point = {"eta": p.eta, "beta": p.smoothness, "rho": p.rho, "g": p.length, "q": p.length, "r": p.smoothness * p.rho}
    unit = noise(p.eta, p.smoothness, p.rho)
    # on a quadratic the worst of the draws comes close to the bound, elsewhere it stays below
    for number in [expected, *([observed] if p.height == 0 else [])]:
        yield At("step", point, both("rise / unit", number / unit, number / unit))


ENCLOSURE = Enclosure(
    proves=r"the statement, for all $f$, $\beta$, $\eta$, $\rho$ and $u$; on $\beta|x|^2/2$ it is attained",
    parts=(
        Identity("step", ("eta", "beta", "rho", "g", "q", "r"), projected, lambda *given: projected(*given, part=0)),
    ),
    tie=tie,
    rtol=0.01,
)
