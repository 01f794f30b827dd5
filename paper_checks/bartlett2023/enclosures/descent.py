r"""The drop of J less the guarantee is $|u_{t+1}|-u_{t+1}^\top u_t/|u_t|$, which is at least 0 by Cauchy and Schwarz.

Both sides are sums over coordinates, $|u|$ being $\sum u_i^2/|u|$: the identity is that of one coordinate. With $u$
before and $v$ after the step and $C=(2-\eta\lambda)/(\eta\rho\lambda^2)$ its left side is
$\frac12C(u^2-v^2)-\frac12\eta^2\rho\lambda^3(Cu-u/|u|)^2$ and its right side $(u^2-uv)/|u|$.
"""

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.bartlett2023.enclosures._step import step


def terms(eigenvalue, eta, rho, w, norm, half=2):
    """Return what a coordinate adds to drop, guarantee and loss."""
    u, v = eigenvalue * w, -eigenvalue * step(eigenvalue, w, norm, eta, rho)
    curvature = (2 - eta * eigenvalue) / (eta * rho * eigenvalue**2)
    guarantee = eta**2 * rho * eigenvalue**3 * (curvature * u - u / norm) ** 2 / half
    return curvature * (u * u - v * v) / 2, guarantee, (u * u - u * v) / norm


def excess(eigenvalue, eta, rho, w, norm, half=2):
    drop, guarantee, loss = terms(eigenvalue, eta, rho, w, norm, half)
    return {"drop less guarantee / |u|": ((drop - guarantee) / norm, loss / norm)}


def tie(p, observed, expected):
    before, norm = p.gradient, np.linalg.norm(p.gradient)
    after = p.hidden.step(before)
    drop, guarantee, loss = terms(p.eigenvalues, p.eta, p.rho, p.start, norm)
    point = {"eigenvalue": p.eigenvalues[0], "eta": p.eta, "rho": p.rho, "w": p.start[0], "norm": norm}
    # of the whole drop and the whole guarantee, what the other coordinates do not add
    own_drop = observed + norm - np.linalg.norm(after) - drop[1:].sum()
    own_guarantee = expected - guarantee[1:].sum()
    if max(abs(drop).max(), guarantee.max(), abs(after).max()) < 1e3 * norm:
        yield At(
            "coordinate", point, both("drop less guarantee / |u|", (own_drop - own_guarantee) / norm, loss[0] / norm)
        )


ENCLOSURE = Enclosure(
    proves=r"the statement, for all $\Lambda$, $\eta$, $\rho$ and $u_t\ne0$",
    parts=(
        Identity(
            "coordinate", ("eigenvalue", "eta", "rho", "w", "norm"), excess, lambda *given: excess(*given, half=1)
        ),
    ),
    tie=tie,
    rtol=1e-8,
)
