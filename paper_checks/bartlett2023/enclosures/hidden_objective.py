r"""Each coordinate of the identity, with $|u|=|\Lambda w|$ as a variable, so that it holds in every dimension."""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.bartlett2023.enclosures._step import step


def moved(eigenvalue, eta, rho, w, norm, twice=2):
    u, curvature = eigenvalue * w, (twice - eta * eigenvalue) / (eta * rho * eigenvalue**2)
    after = -eigenvalue * step(eigenvalue, w, norm, eta, rho)
    return {"u after / |u|": (after / norm, (u - eta * rho * eigenvalue**2 * (curvature * u - u / norm)) / norm)}


def tie(p, observed, expected):
    norm = (p.gradient**2).sum() ** 0.5
    size = (abs(p.gradient).max() + p.eta * p.rho * p.eigenvalues[0] ** 2) / norm
    for i in {0, p.eigenvalues.size - 1}:
        point = {"eigenvalue": p.eigenvalues[i], "eta": p.eta, "rho": p.rho, "w": p.start[i], "norm": norm}
        yield At("coordinate", point, both("u after / |u|", observed[i] * size, expected[i] * size))


ENCLOSURE = Enclosure(
    proves=r"the statement, for all $\Lambda$, $\eta$, $\rho$ and $w$",
    parts=(
        Identity(
            "coordinate",
            ("eigenvalue", "eta", "rho", "w", "norm"),
            moved,
            lambda *given: moved(*given, twice=1),
        ),
    ),
    tie=tie,
)
