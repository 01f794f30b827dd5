r"""Theorem D with $M_4=0$: the third derivative is constant, and $R=0$."""

from flatlab.evidence.enclosures.enclosure import Enclosure
from paper_checks.bartlett2023.enclosures._remainder import PARTS, points


def tie(given, observed, expected):
    bounce, rho = given
    return points(bounce, rho, 1.0, 0.0, observed, expected)


ENCLOSURE = Enclosure(
    proves=r"the statement, for all cubics in every dimension, $0<h<2$, $\rho$ and $P$",
    parts=PARTS,
    tie=tie,
    rtol=1e-6,
)
