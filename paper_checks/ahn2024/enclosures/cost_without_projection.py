r"""Without the projection the descent lemma's bound is the stated one less two terms that are not below 0.

The move is $2\nabla f+e$, $e=\nabla f(x+\rho u)-\nabla f(x)$. It has a length $|e|=\tau s$ with $0\le\tau\le1$ and with
$\nabla f$ an angle of cosine $c$. The two terms are $\eta sg(1-2\beta\eta)(1+\tau c)$ and $\beta\eta^2s^2(1-\tau^2)/2$.
"""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, both
from paper_checks.ahn2024.enclosures._cost import WORST, noise


def tie(p, observed, expected):
    point = {"eta": p.eta, "beta": p.smoothness, "rho": p.rho, "g": p.length, "tau": 1.0, "cos": -1.0}
    unit = noise(p.eta, p.smoothness, p.rho)
    # in few dimensions some draw is nearly the worst direction
    for number in [expected, *([observed] if p.height == 0 and p.n == 2 else [])]:
        yield At("every direction", point, both("rise / unit", number / unit, number / unit))


ENCLOSURE = Enclosure(
    proves=r"""the statement, for all $f$, $\beta$, $\rho$, $u$ and $\beta\eta\le1/2$; on $\beta|x|^2/2$ it is attained,
        by $u$ opposite to $\nabla f$""",
    parts=(WORST,),
    tie=tie,
    rtol=0.01,
)
