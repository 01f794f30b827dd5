r"""The variances of $gU+\frac12\lambda U^2$ and of its even part, from the moments of a Gaussian.

In the eigenbasis of $A$ the noise is again $N(0,s^2I)$, so $f(w+U)-f(w)$ is a sum of such terms over independent
coordinates, with $\sum g_i^2=|\nabla f|^2$ and $\sum\lambda_i^2=|A|_F^2$: the identities are those of one coordinate.
"""

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.zhang2024.enclosures._moments import HALF, U, gaussian, pair


def stated(g, eigenvalue, s):
    """Return the stated variances of one point and of the pair, in one coordinate."""
    return s**2 * g**2 + s**4 * eigenvalue**2 / 2, s**4 * eigenvalue**2 / 2


def variances(g, eigenvalue, s, fourth=3):
    """Return both variances, in units of the one-point variance, with their stated values."""
    moments = gaussian(s**2, fourth)

    def rise(u):
        return u * g + u**2 * (eigenvalue * HALF)

    one, both_signs = stated(g, eigenvalue, s)
    return {
        "one point": (rise(U).variance(moments) / one, 1),
        "pair": (pair(rise).variance(moments) / one, both_signs / one),
    }


def tie(p, observed, expected):
    eigenvalues, basis = np.linalg.eigh(p.matrix)
    slopes = basis.T @ (p.matrix @ p.w)
    each = stated(slopes, eigenvalues, p.s)
    i = int(each[0].argmax())
    own = [[total - sum(part) + part[i] for total, part in zip(totals, each)] for totals in (observed, expected)]
    unit = each[0][i]
    numbers = both("one point", own[0][0] / unit, own[1][0] / unit) | both("pair", own[0][1] / unit, own[1][1] / unit)
    yield At("variances", {"g": slopes[i], "eigenvalue": eigenvalues[i], "s": p.s}, numbers)


ENCLOSURE = Enclosure(
    proves=r"the statement, for every quadratic, all $w$ and all $s$",
    parts=(Identity("variances", ("g", "eigenvalue", "s"), variances, lambda *given: variances(*given, fourth=2)),),
    tie=tie,
    rtol=1e-8,
)
