r"""The stated covariance of $(w,M)$ is reproduced by a step, and no other one is.

A step takes the moments $(Ew^2,EwM,EM^2)$ to an affine function of them. The stated ones are its fixed point. The
determinant of one less its linear part is $(1-\mu)\eta C(2(1+\mu)-\eta C)$, which vanishes nowhere for $0\le\mu<1$ and
$0<\eta C<2(1+\mu)$, so there is no other. Both roots of $z^2-(1+\mu-\eta C)z+\mu$ then lie inside the unit circle
(Jury), so that every run tends to it.
"""

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both

WORDS = ("C^2 E w^2 / v", "C E w M / (eta v)", "E M^2 / (eta^2 v)")
DETERMINANT = "determinant"


def after(x, mu, moments, noise=1):
    """Return the second moments of (w, M), in units of v/C^2, after a step with eta C = x."""
    a, b, c = moments
    push = noise * x * x
    crossed = mu * (1 - x) * b - x * mu * b
    return (
        (1 - x) ** 2 * a + 2 * mu * (1 - x) * b + mu**2 * c + push,
        -x * (1 - x) * a + crossed + mu**2 * c + push,
        x**2 * a - 2 * x * mu * b + mu**2 * c + push,
    )


def fixed(x, mu, wrong=0):
    a = x * (1 + mu) / ((1 - mu) * (2 * (1 + mu) - x)) + wrong
    r = x / (1 + mu)
    stated = a, r * a, 2 * r * a
    units = 1, x, x * x
    pairs = zip(WORDS, after(x, mu, stated), stated, units)
    return {words: (left / unit, right / unit) for words, left, right, unit in pairs}


def unique(x, mu, power=1):
    """Return the determinant of one less the linear part of a step, with its stated value."""
    images = [after(x, mu, [int(i == k) for i in range(3)], noise=0) for k in range(3)]
    (a, b, c), (d, e, f), (g, h, i) = ([int(j == k) - image[j] for j in range(3)] for k, image in enumerate(images))
    found = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    return {DETERMINANT: (found, (1 - mu) ** power * x * (2 * (1 + mu) - x))}


def tie(p, observed, expected):
    law, v = p.law, p.law.variance
    point = {"x": law.eta * p.C, "mu": p.mu}
    numbers = both(WORDS[0], observed[0] / v, expected / v)
    covariance, c, eta = law.lyapunov_covariance / v, p.C, law.eta
    mixed = c * covariance[0, 1] / eta, covariance[1, 1] / eta**2
    yield At("fixed point", point, numbers | both(WORDS[1], mixed[0], mixed[0]) | both(WORDS[2], mixed[1], mixed[1]))
    # on symmetric matrices the map has the squares of the eigenvalues and their product
    one, two = np.linalg.eigvals(law.transition)
    found = float(np.real((1 - one**2) * (1 - one * two) * (1 - two**2)))
    yield At("no other", point, both(DETERMINANT, found, found))


ENCLOSURE = Enclosure(
    proves=r"""the statement, with the whole covariance and that it is the only one, for all $C$, $v$, $0\le\mu<1$ and
        $0<\eta C<2(1+\mu)$""",
    parts=(
        Identity("fixed point", ("x", "mu"), fixed, lambda *given: fixed(*given, wrong=1)),
        Identity("no other", ("x", "mu"), unique, lambda *given: unique(*given, power=2)),
    ),
    tie=tie,
    rtol=1e-7,
)
