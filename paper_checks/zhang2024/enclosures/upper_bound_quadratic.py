r"""What the guarantee of the descent lemma exceeds the mean of $|\nabla F|^2$ by, coordinate by coordinate.

With $a=1-\eta\lambda$ and $A=a^{2T}$ the second moments are $m_t=m_\infty+a^{2t}(m_0-m_\infty)$. Let
$\Sigma=\sum_{t<T}m_t$. In each coordinate $\lambda m_0/(\eta T)+C\eta v-\frac1T\sum_{t=1}^T\lambda^2m_t$ is a sum of
terms that are not negative for $0<\lambda\le C$, $0<\eta\le1/C$. Summed over the coordinates the guarantee is
$2D^2/(\eta T)+C\eta\sum v_i$, where $\sum v_i\le V/k$. At the stated step size, in units of $CD^2/T$ and with
$r^2=VT/(2kCD^2)$, the bound exceeds it by 2 for $r\ge1$, where $\eta=1/(Cr)$, and by $r(4-2r)$ for $r\le1$, where
$\eta=1/C$.
"""

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both

EXCESS, NOISY, QUIET = "guarantee less mean", "bound less guarantee at 1/(C r)", "bound less guarantee at 1/C"


def moments(eta, eigenvalue, start, v, A, T):
    """Return the last second moment, and the sum of those before it."""
    limit, slack = eta * v / (eigenvalue * (2 - eta * eigenvalue)), eta * eigenvalue * (2 - eta * eigenvalue)
    return A * start + (1 - A) * limit, T * limit + (start - limit) * (1 - A) / slack


def mean(eta, eigenvalue, start, v, A, T):
    last, before = moments(eta, eigenvalue, start, v, A, T)
    return eigenvalue**2 * (before + last - start) / T


def excess(eta, eigenvalue, C, start, v, A, T, half=0):
    last, before = moments(eta, eigenvalue, start, v, A, T)
    guarantee = eigenvalue * start / (eta * T) + C * eta * v
    terms = (
        (1 - eta * eigenvalue) * eigenvalue * (last / eta + eigenvalue * before) / T
        + eigenvalue**2 * start / T
        + (C - eigenvalue) * eta * v
        - half * C * eta * v
    )
    return {EXCESS: ((guarantee - mean(eta, eigenvalue, start, v, A, T)) / guarantee, terms / guarantee)}


def steps(r, root=4):
    """Return T/(C D^2) times what the bound exceeds the guarantee by, at both step sizes."""
    bound = root * r + 2
    return {
        NOISY: (bound - (2 * r + 2 * r**2 / r), 2),
        QUIET: (bound - (2 + 2 * r**2), r * (4 - 2 * r)),
    }


def tie(case, observed, expected):
    p, T = case
    c, eta, v = p.eigenvalues.max(), p.step(T), p.variances
    A = (1 - eta * p.eigenvalues) ** (2 * T)
    means = mean(eta, p.eigenvalues, p.start**2, v, A, T)
    i = int(means.argmax())
    own = observed - means.sum() + means[i]
    guarantee = p.eigenvalues[i] * p.start[i] ** 2 / (eta * T) + c * eta * v[i]
    point = {"eta": eta, "eigenvalue": p.eigenvalues[i], "C": c, "start": p.start[i] ** 2, "v": v[i], "A": A[i], "T": T}
    yield At("descent", point, both(EXCESS, *[(guarantee - own) / guarantee] * 2))
    unit = c * p.gap / T
    r = np.sqrt(p.bound_variance * T / (2 * c * p.gap))
    noisy, quiet = expected / unit - 4 * r, expected / unit - 2 - 2 * r**2
    yield At("step size", {"r": r}, both(NOISY, noisy, noisy) | both(QUIET, quiet, quiet))


ENCLOSURE = Enclosure(
    proves=r"the statement, for all diagonal quadratics, $T$, $k$, $\sigma$, $s$ and both estimators",
    parts=(
        Identity(
            "descent",
            ("eta", "eigenvalue", "C", "start", "v", "A", "T"),
            excess,
            lambda *given: excess(*given, half=1),
        ),
        Identity("step size", ("r",), steps, lambda r: steps(r, root=3)),
    ),
    tie=tie,
    rtol=1e-7,
)
