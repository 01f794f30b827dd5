r"""What the guarantee of the descent lemma exceeds the means of $|\nabla F|^2$ by, coordinate by coordinate.

With $a=1-\eta\lambda$ and $A=a^{2T}$ the second moments are $m_t=m_\infty+a^{2t}(m_0-m_\infty)$. Let
$\Sigma=\sum_{t<T}m_t$. In each coordinate the guarantee
$(\lambda m_0/(2\eta T)+C\eta v/2)/(1-C\eta/2)$ exceeds the mean of $\lambda^2m_t$ over $0..T-1$, and that over $1..T$,
by sums of terms that are not negative for $0<\lambda\le C$, $0<\eta\le1/C$. Summed over the coordinates it is
$(D^2/(\eta T)+C\eta\sum v_i/2)/(1-C\eta/2)$, where $\sum v_i\le V/k$. In units of $CD^2/T$ and with $h=C\eta$ the
stated step size has $VT/(kCD^2)=2(1-h)/h^2$, and the guarantee and the bound are both $2/h$.
"""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both

EXCESS, EARLY, ROOT = "guarantee less mean over 1..T", "guarantee less mean over 0..T-1", "square of the bound less 1"
BEST = "guarantee at the stated step"


def moments(eta, eigenvalue, start, v, A, T):
    """Return the last second moment, and the sum of those before it."""
    limit, slack = eta * v / (eigenvalue * (2 - eta * eigenvalue)), eta * eigenvalue * (2 - eta * eigenvalue)
    return A * start + (1 - A) * limit, T * limit + (start - limit) * (1 - A) / slack


def means(eta, eigenvalue, start, v, A, T):
    """Return the means over 1..T and over 0..T-1."""
    last, before = moments(eta, eigenvalue, start, v, A, T)
    return eigenvalue**2 * (before + last - start) / T, eigenvalue**2 * before / T


def excess(eta, eigenvalue, C, start, v, A, T, half=0):
    """Return both excesses over the guarantee."""
    last, before = moments(eta, eigenvalue, start, v, A, T)
    late, early = means(eta, eigenvalue, start, v, A, T)
    scale = T * eta * (1 - C * eta / 2)
    guarantee = (eigenvalue * start / 2 + T * C * eta**2 * v / 2) / scale
    shared = T * (C - eigenvalue) * eta**2 * v / 2 + eta**2 * (C - eigenvalue) * eigenvalue**2 * before / 2
    shared -= half * T * C * eta**2 * v
    left = eigenvalue * last / 2
    kept = left * ((1 - C * eta) ** 2 + eta * (C - eigenvalue) * (2 - C * eta))
    dropped = eta * (1 - C * eta / 2) * eigenvalue**2 * start
    return {
        EARLY: ((guarantee - early) / guarantee, (shared + left) / scale / guarantee),
        EXCESS: ((guarantee - late) / guarantee, (shared + kept + dropped) / scale / guarantee),
    }


def best(h, wrong=0):
    """Return T/(C D^2) times the guarantee, and (the bound less 1)^2 in these units."""
    v = 2 * (1 - h) / h**2
    return {BEST: ((1 / h + h * v / 2) / (1 - h / 2), 2 / h + wrong), ROOT: ((2 / h - 1) ** 2, 1 + 2 * v)}


def tie(case, observed, expected):
    p, T = case
    c, eta, v = p.eigenvalues.max(), p.step(T), p.variances
    A = (1 - eta * p.eigenvalues) ** (2 * T)
    found = zip((EXCESS, EARLY), observed, means(eta, p.eigenvalues, p.start**2, v, A, T))
    i = int((p.eigenvalues * p.start**2).argmax())
    guarantee = (p.eigenvalues[i] * p.start[i] ** 2 / (2 * eta * T) + c * eta * v[i] / 2) / (1 - c * eta / 2)
    point = {"eta": eta, "eigenvalue": p.eigenvalues[i], "C": c, "start": p.start[i] ** 2, "v": v[i], "A": A[i], "T": T}
    own = {name: (guarantee - (whole - parts.sum() + parts[i])) / guarantee for name, whole, parts in found}
    yield At("descent", point, both(EXCESS, *[own[EXCESS]] * 2) | both(EARLY, *[own[EARLY]] * 2))
    bound = expected[0] / (c * p.gap / T)
    yield At("step size", {"h": c * eta}, both(BEST, bound, bound) | both(ROOT, *[(bound - 1) ** 2] * 2))


ENCLOSURE = Enclosure(
    proves=r"the statement, for all diagonal quadratics, $T$, $k$, $\sigma$, $s$ and both estimators",
    parts=(
        Identity(
            "descent",
            ("eta", "eigenvalue", "C", "start", "v", "A", "T"),
            excess,
            lambda *given: excess(*given, half=1),
        ),
        Identity("step size", ("h",), best, lambda h: best(h, wrong=1)),
    ),
    tie=tie,
    rtol=1e-7,
)
