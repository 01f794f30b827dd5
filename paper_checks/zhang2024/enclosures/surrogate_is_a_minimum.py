r"""The terms before the best noise as the stated least and a square.

With $\sigma=s^2$ and the roots $a$ of $\frac12(\frac1\beta-1)\alpha$ and $b$ of $Br^2/(4\beta(1-\beta)n)$ the terms are
$a^2\sigma+b^2/\sigma=2ab+(a\sigma-b)^2/\sigma$, least at $\sigma=b/a$, where they are $2ab$. That $b^2/a^2$ is the
stated $s^4$ and $4a^2b^2$ the square of the stated least are equations between rational functions.
"""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both

TERMS, LEAST, NOISE = "terms over least", "squared least", "fourth power of the noise"


def square(a, b, ratio, wrong=0):
    """Take sigma = ratio b/a."""
    sigma = ratio * b / a
    return {TERMS: ((a**2 * sigma + b**2 / sigma) / (2 * a * b), 1 + (ratio - 1) ** 2 / (2 * ratio) + wrong)}


def roots(alpha, B, r, n, epsilon):
    """Return a^2 and b^2."""
    beta = 1 / (1 + epsilon)
    return (1 / beta - 1) * alpha / 2, B * r**2 / (4 * beta * (1 - beta) * n)


def stated(alpha, B, r, n, epsilon, power=2):
    a, b = roots(alpha, B, r, n, epsilon)
    share = epsilon / (1 + epsilon)  # 1 - beta
    least, noise = (1 + epsilon) ** power * B * alpha * r**2 / (2 * n), B * r**2 / (2 * share**2 * n * alpha)
    return {LEAST: (4 * a * b / least, 1), NOISE: (b / a / noise, 1)}


def tie(p, observed, expected):
    point = {"alpha": p.alpha, "B": p.B, "r": p.r, "n": p.n, "epsilon": p.epsilon}
    a, b = roots(**point)
    numbers = both(LEAST, 4 * a * b / expected[0] ** 2, 1) | both(NOISE, b / a / p.noise**4, 1)
    yield At("stated", point, numbers)
    yield At("square", {"a": a**0.5, "b": b**0.5, "ratio": 1.0}, both(TERMS, observed[0] / expected[0], observed[1]))


ENCLOSURE = Enclosure(
    proves=r"the statement, for all $n$, $r$, $B$, $\alpha$ and $\epsilon$",
    parts=(
        Identity("square", ("a", "b", "ratio"), square, lambda *given: square(*given, wrong=1)),
        Identity("stated", ("alpha", "B", "r", "n", "epsilon"), stated, lambda *given: stated(*given, power=1)),
    ),
    tie=tie,
    rtol=1e-8,
)
