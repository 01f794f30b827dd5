r"""The rise of $f$ in a step, as the descent lemma bounds it, in any arithmetic.

Where $\nabla f$ is $\beta$-Lipschitz, $f(x-\eta m)-f(x)\le-\eta\nabla f\cdot m+\beta\eta^2|m|^2/2$, and on
$\beta|x|^2/2$ the two sides are equal.
"""

from flatlab.evidence.enclosures.enclosure import Identity


def rise(eta, beta, slope, square):
    """Return the bound of the lemma from the product of gradient and move and the squared length of the move."""
    return -eta * slope + beta * eta**2 * square / 2


def noise(eta, beta, rho):
    """Return the largest cost of second order, which is the unit of the numbers here."""
    return beta * eta**2 * (beta * rho) ** 2 / 2


def unprojected(eta, beta, rho, g, tau, cos):
    """Return the bound where the move is 2 grad f + e, |e| = tau s and s = beta rho."""
    e = tau * beta * rho
    return rise(eta, beta, 2 * g**2 + g * e * cos, 4 * g**2 + 4 * g * e * cos + e**2)


def stated(eta, beta, rho, g):
    """Return the stated bound without the projection."""
    s = beta * rho
    return eta * (s - 2 * g) * (g + beta * eta / 2 * (s - 2 * g))


def worst(eta, beta, rho, g, tau, cos, wrong=1):
    """Return the lemma's bound as the stated one less two terms, neither below 0 for beta eta at most 1/2."""
    s = beta * rho
    less = eta * s * g * (1 - 2 * beta * eta) * (wrong + tau * cos) + beta * eta**2 * s**2 * (1 - tau**2) / 2
    unit = noise(eta, beta, rho)
    return {"rise / unit": (unprojected(eta, beta, rho, g, tau, cos) / unit, (stated(eta, beta, rho, g) - less) / unit)}


WORST = Identity(
    "every direction", ("eta", "beta", "rho", "g", "tau", "cos"), worst, lambda *given: worst(*given, wrong=2)
)
