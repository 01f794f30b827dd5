r"""A step from $|\Lambda w|=(1+\delta)s^*$ multiplies $w_1$ by $(1-h)\delta/(1+\delta)$, which is 0 at $s^*$ only."""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.bartlett2023.enclosures._step import step


def factor(eigenvalue, eta, rho, w, delta, wrong=0):
    h = eta * eigenvalue
    critical = eta * rho * eigenvalue**2 / (1 - h)
    after = step(eigenvalue, w, (1 + delta) * critical, eta, rho)
    return {
        "factor": (after / w, (1 - h) * delta / (1 + delta) + wrong),
        "s^* / (rho l)": (critical / (rho * eigenvalue), h / (1 - h)),
    }


def tie(p, observed, expected):
    top = p.eigenvalues[0]
    point = {"eigenvalue": top, "eta": p.eta, "rho": p.rho, "w": p.start[0], "delta": 0}
    norm = p.theory.critical_norm / (p.rho * top)
    yield At("factor", point, both("factor", observed, expected) | both("s^* / (rho l)", norm, norm))


ENCLOSURE = Enclosure(
    proves=r"the statement, for all spectra, $\rho$ and $h\ne1$; and that no other norm zeroes $w_1$",
    parts=(
        Identity("factor", ("eigenvalue", "eta", "rho", "w", "delta"), factor, lambda *given: factor(*given, wrong=1)),
    ),
    tie=tie,
)
