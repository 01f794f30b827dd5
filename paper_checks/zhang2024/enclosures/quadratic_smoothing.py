r"""What Gaussian noise adds to $\lambda w^2/2$; in the eigenbasis of $A$ a quadratic is a sum of such terms."""

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.zhang2024.enclosures._moments import HALF, U, gaussian

ADDED = "(F - f)/s^2 over the eigenvalue"


def added(eigenvalue, w, s, stated=HALF):
    found = ((U + w) ** 2 * (eigenvalue * HALF)).mean(gaussian(s**2)) - eigenvalue * w**2 / 2
    return {ADDED: (found / s**2 / eigenvalue, stated)}


def tie(p, observed, expected):
    eigenvalues, basis = np.linalg.eigh(p.matrix)
    i = int(abs(eigenvalues).argmax())
    others = (eigenvalues.sum() - eigenvalues[i]) / 2
    point = {"eigenvalue": eigenvalues[i], "w": basis[:, i] @ p.w, "s": p.s}
    yield At("coordinate", point, both(ADDED, *((total - others) / eigenvalues[i] for total in (observed, expected))))


ENCLOSURE = Enclosure(
    proves=r"the statement, for all symmetric $A$, $w$ and $s$",
    parts=(Identity("coordinate", ("eigenvalue", "w", "s"), added, lambda *given: added(*given, stated=HALF / 2)),),
    tie=tie,
    rtol=1e-7,
)
