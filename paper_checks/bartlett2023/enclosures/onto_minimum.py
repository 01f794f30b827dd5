r"""From $ce_i$ a step leads to 0, and from $xce_i$ to $(1-h_i)(x-1)ce_i$: the point is alone on its half axis."""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.bartlett2023.enclosures._step import step


def after(eigenvalue, eta, rho, x, wrong=0):
    h = eta * eigenvalue
    c = eta * rho * eigenvalue / (1 - h)
    w = x * c
    stated = (1 - h) * (x - 1) + wrong
    return {"after / c": (step(eigenvalue, w, eigenvalue * w, eta, rho) / c, stated), "c / rho": (c / rho, h / (1 - h))}


def tie(p, observed, expected):
    j = abs(p.start).argmax()
    point = {"eigenvalue": p.eigenvalues[j], "eta": p.eta, "rho": p.rho, "x": 1}
    start = p.start[j] / p.rho
    yield At("axis", point, both("after / c", observed, expected) | both("c / rho", start, start))


ENCLOSURE = Enclosure(
    proves=r"the statement, for all $\lambda_i$, $\eta$, $\rho$ and $h_i\ne1$; no other $c>0$ has that next iterate",
    parts=(Identity("axis", ("eigenvalue", "eta", "rho", "x"), after, lambda *given: after(*given, wrong=1)),),
    tie=tie,
)
