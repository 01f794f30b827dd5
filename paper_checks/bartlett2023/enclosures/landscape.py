r"""Gradient, value and curvatures of $J$ at $\pm b_je_j$ as identities.

With $C=\mathrm{diag}(1/b_i)$ the Hessian there is $1/b_j$ along $e_j$ and $1/b_i-1/b_j$ along $e_i$. The stated factors
of the latter are positive but for $\lambda_j-\lambda_i$, because $\eta\lambda_j<2$: it is negative where
$\lambda_i>\lambda_j$, for $j-1$ of the axes.
"""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.bartlett2023.enclosures._step import radius, step

ACROSS = "curvature across, times b_j"


def at_a_cycle(own, other, eta, rho, wrong=0):
    """Return what J does at b_j e_j, and along another axis."""
    b = own * radius(own, eta, rho)
    own_c, other_c = ((2 - eta * x) / (eta * rho * x**2) for x in (own, other))
    factors = (own - other) * (2 * own + other * (2 - eta * own)) / (eta * rho * own**2 * other**2)
    return {
        "gradient": (own_c * b - 1, wrong),
        "value over b_j": ((own_c * b**2 / 2 - b) / b, -1 / 2),
        "next over b_j": (-own * step(own, b / own, b, eta, rho) / b, 1),
        ACROSS: ((other_c - 1 / b) * b, factors * b),
    }


def tie(p, observed, expected):
    for j in range(len(expected) // 3):
        length, i = p.theory.cycle(j).gradient_norm, (j + 1) % p.eigenvalues.size
        (size, value, index), stated = observed[3 * j : 3 * j + 3], expected[3 * j : 3 * j + 3]
        numbers = both("gradient", size, stated[0]) | both("value over b_j", value, stated[1])
        numbers |= both("next over b_j", -2 * value, -2 * stated[1])
        if i != j:
            curvature = abs(p.hidden.hessian(p.axis(j, length))[i, i]) * length
            numbers |= both(ACROSS, *(-curvature if i < negative else curvature for negative in (index, stated[2])))
        point = {"own": p.eigenvalues[j], "other": p.eigenvalues[i], "eta": p.eta, "rho": p.rho}
        yield At("at a cycle", point, numbers)


ENCLOSURE = Enclosure(
    proves=r"the statement, in every dimension and for all distinct eigenvalues, $\rho$ and $\eta\lambda_j<2$",
    parts=(
        Identity("at a cycle", ("own", "other", "eta", "rho"), at_a_cycle, lambda *given: at_a_cycle(*given, wrong=1)),
    ),
    tie=tie,
    rtol=1e-6,
)
