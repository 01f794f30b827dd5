r"""In every dimension a neighbourhood of the cycle holds no other one, and every orbit in it converges to the cycle.

In hidden coordinates $u=b_1(1+x,y)$ with $y$ of $d-1$ components, $s=|(1+x,y)|$ and $r_i=\lambda_i/\lambda_1$, a step
takes $1+x$ to $(h-1+(2-h)/s)(1+x)$ and $y_i$ to $A_iy_i$, $A_i=hr_i-1+(2-h)r_i^2/s$. Sizes are $\max(|x|,|y|)$. In the
Jacobian $x$ has the rows $h-1+(2-h)|y|^2/s^3$ and $-(2-h)(1+x)y/s^3$, and $y$ has $\mathrm{diag}(A_i)$ less
$(2-h)r_i^2y_i/s^3$ times $(1+x,y)$; $A_i$ rises with $r_i$ and lies between $A_d$ and $A_2$. So the Jacobian is below 1
in norm where $1\pm(h-1+(2-h)|y|^2/s^3)$ exceeds $(2-h)(1+x)|y|/s^3$, and both $1-A_2$ and $1+A_d$ exceed
$(2-h)r_2^2|y|(1+x+|y|)/s^3$.

On $|x|,|y|\le\tau=h(2-h)r_d(1-r_2)/2$ each of the four has a factor, $2-h$, $h$, $1-r_2$ or $r_d$, by which it is
divided; of $(1+A_d)/r_d$ the term $(2-h)r_d/s\ge0$ is left out, and the rest is divided by $h$. The step is then a
contraction on a set that it maps into its interior, as $x=y=0$ is fixed, and Banach's theorem gives the rest: this is
Krawczyk's test of $F(u)-u$ with the preconditioner $-1$.
"""

from fractions import Fraction

from flatlab.evidence.enclosures.enclosure import At, Chart, Enclosure, Identity, both
from flatlab.evidence.enclosures.formula import sqrt
from paper_checks.bartlett2023.enclosures._step import radius, step

WIDTH = Fraction(1, 2)
FIRST = ("1 - first row, over 2 - h", "1 + first row, over h")
OTHERS = ("1 - other rows, over 1 - r_2", "1 + other rows, over h r_d")


def rows(h, r, t, across, along, width=WIDTH):
    """Return what the rows leave of 1 and of -1 where x = tau across, |y| = tau along, r = r_2 and t = r_d / r_2."""
    free = width * (2 - h) * r * t * (1 - r)  # tau over h
    tau = h * free
    x, y = 1 + tau * across, tau * along
    s = sqrt(x * x + y * y)
    pull = along * (x + y) / s**3
    nearer = (2 * across + tau * (across**2 + along**2)) / (s * (s + 1))  # (1 - 1 / s) / tau
    return {
        FIRST[0]: 1 - tau * pull,
        FIRST[1]: 1 + (2 - h) * free * along * (y - x) / s**3,
        OTHERS[0]: 2 + (2 - h) * r + width * h * (2 - h) ** 2 * r**3 * t * (nearer - pull),
        OTHERS[1]: 1 - width * (2 - h) ** 2 * r**2 * (1 - r) * pull,
    }


def growth(top, own, eta, rho, w, s, wrong=0):
    h, r, b = eta * top, own / top, top * radius(top, eta, rho)
    return {
        "along e_1": (-step(top, w, s * b, eta, rho) / w, h - 1 + (2 - h) / s + wrong),
        "along e_i": (-step(own, w, s * b, eta, rho) / w, h * r - 1 + (2 - h) * r**2 / s),
    }


def tie(p, observed, expected):
    if p.eigenvalues.size == 1:
        return
    (top, own), m, h = p.eigenvalues[:2], p.theory.multipliers()[1], p.h
    along = both("along e_1", -observed[1][0] / observed[0][0], -expected[1][0] / expected[0][0])
    point = {"top": top, "own": own, "eta": p.eta, "rho": p.rho, "w": 1.0, "s": 1.0}
    yield At("map", point, along | both("along e_i", -m, -m))
    r, shares = own / top, dict.fromkeys(FIRST, 1.0)
    shares |= {OTHERS[0]: (1 + m) / (1 - r), OTHERS[1]: ((1 - m) / r - (2 - h) * r) / h}
    yield At("contraction", {"h": h, "r": r, "t": 1.0, "across": 0.0, "along": 0.0}, shares)


ENCLOSURE = Enclosure(
    proves=r"""for all $d\ge2$, all $0<h<2$ and all spectra with simple $\lambda_1$: the points within
        $\tau=\frac12h(2-h)\frac{\lambda_d}{\lambda_1}(1-\frac{\lambda_2}{\lambda_1})b_1$ of the cycle, along $e_1$ and
        across it, in $u=\Lambda w$, hold no other cycle, and every orbit in it converges to this one""",
    measured="that runs from random starts get there",
    parts=(
        Identity("map", ("top", "own", "eta", "rho", "w", "s"), growth, lambda *given: growth(*given, wrong=1)),
        Chart(
            "contraction",
            {"h": (0, 2), "r": (0, 1), "t": (0, 1), "across": (-1, 1), "along": (0, 1)},
            rows,
            lambda *point: rows(*point, width=Fraction(3, 2)),
        ),
    ),
    tie=tie,
    rtol=1e-8,
)
