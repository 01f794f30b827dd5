r"""In the plane a square around the cycle holds no other one, and every orbit that enters it converges to the cycle.

In hidden coordinates $u=b_1(1+x,y)$, $s=|(1+x,y)|$, $r=\lambda_2/\lambda_1$, a step takes $1+x$ to
$(h-1+(2-h)/s)(1+x)$ and $y$ to $(hr-1+(2-h)r^2/s)y$. Where the sums of sizes in both rows of its Jacobian are below 1
on $|x|,|y|\le\tau$, it is a contraction there in the largest coordinate, keeps the square because $x=y=0$ is fixed, and
Banach's theorem gives the rest. With $\tau=h(2-h)r(1-r)/16$, $x=\tau\hat x$, $y=\tau\hat y$ and $1-q=(1+x)^2/s^3$ what
each row leaves of 1 and of $-1$ has a factor, $2-h$, $h$, $1-r$ or $r$, by which it is divided. Of the other entry of a
row one sign is enough, as the other is that of $y$.
"""

from fractions import Fraction

from flatlab.evidence.enclosures.enclosure import At, Chart, Enclosure, Identity, both, lowered
from flatlab.evidence.enclosures.formula import sqrt
from paper_checks.bartlett2023.enclosures._step import radius, step


def rows(h, r, across, along):
    """Return what the rows of the Jacobian leave of 1 and of -1 at (1 + tau across, tau along), without the factors."""
    tau = h * (2 - h) * r * (1 - r) / 16
    x, y = 1 + tau * across, tau * along
    s = sqrt(x * x + y * y)
    q = (s * s * (2 * across + tau * (across**2 + along**2)) / (s + 1) + tau * along**2) / s**3  # over tau
    turned = x * along / s**3  # over tau
    bent = tau * along**2 / s**3
    return {
        "first row, 1 -, over 2 - h": 1 - tau * (bent + turned),
        "first row, 1 +, over h": 1 + (2 - h) ** 2 * r * (1 - r) / 16 * (bent - turned),
        "second row, 1 -, over 1 - r": 2 + (2 - h) * r + h * (2 - h) ** 2 * r**3 / 16 * (q - turned),
        "second row, 1 +, over r": h + (2 - h) * r * (1 - tau * (q + turned)),
    }


def growth(top, own, eta, rho, w, s, wrong=0):
    h, r, b = eta * top, own / top, top * radius(top, eta, rho)
    return {
        "along e_1": (-step(top, w, s * b, eta, rho) / w, h - 1 + (2 - h) / s + wrong),
        "along e_2": (-step(own, w, s * b, eta, rho) / w, h * r - 1 + (2 - h) * r**2 / s),
    }


def tie(p, observed, expected):
    if p.eigenvalues.size == 1:
        return
    (top, own), m = p.eigenvalues[:2], p.theory.multipliers()[1]
    along = both("along e_1", -observed[1][0] / observed[0][0], -expected[1][0] / expected[0][0])
    point = {"top": top, "own": own, "eta": p.eta, "rho": p.rho, "w": 1.0, "s": 1.0}
    yield At("map", point, along | both("along e_2", -m, -m))
    r, shares = own / top, dict.fromkeys(("first row, 1 -, over 2 - h", "first row, 1 +, over h"), 1.0)
    shares |= {"second row, 1 -, over 1 - r": (1 + m) / (1 - r), "second row, 1 +, over r": (1 - m) / r}
    yield At("contraction", {"h": p.h, "r": r, "across": 0.0, "along": 0.0}, shares)


ENCLOSURE = Enclosure(
    proves=r"""for $d=2$, all $h$ from $2^{-9}$ to 2 and all ratios $r=\lambda_2/\lambda_1$ in $(0,1)$: the square of
        half side $h(2-h)r(1-r)b_1/16$ about the cycle, in $u=\Lambda w$, holds no other cycle, and every orbit in it
        converges to this one""",
    measured="that runs from random starts get there, and other dimensions",
    parts=(
        Identity("map", ("top", "own", "eta", "rho", "w", "s"), growth, lambda *given: growth(*given, wrong=1)),
        Chart(
            "contraction",
            {"h": (2.0**-9, 2), "r": (0, 1), "across": (-1, 1), "along": (-1, 1)},
            rows,
            lowered(rows, Fraction(1, 4)),
        ),
    ),
    tie=tie,
    rtol=1e-8,
)
