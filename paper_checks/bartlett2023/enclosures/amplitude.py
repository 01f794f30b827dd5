r"""On the axis a step from $a_1e_1$ leads to $-a_1e_1$, and from no other $w>0$ to $-w$."""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.bartlett2023.enclosures._step import radius, step


def cycle(eigenvalue, eta, rho, w, wrong=0):
    a, h = radius(eigenvalue, eta, rho), eta * eigenvalue
    return {
        "radius / rho": (a / rho, h / (2 - h) + wrong),
        "step from a / a": (step(eigenvalue, a, eigenvalue * a, eta, rho) / a, -1),
        "(step from w + w) / rho": ((step(eigenvalue, w, eigenvalue * w, eta, rho) + w) / rho, (2 - h) * (w - a) / rho),
    }


def tie(p, observed, expected):
    point = {"eigenvalue": p.eigenvalues[0], "eta": p.eta, "rho": p.rho, "w": observed}
    numbers = both("radius / rho", observed / p.rho, expected / p.rho) | both("step from a / a", -1, -1)
    yield At("cycle", point, numbers | both("(step from w + w) / rho", 0, (2 - p.h) * (observed - expected) / p.rho))


ENCLOSURE = Enclosure(
    proves=r"the points $\pm a_1e_1$ are a two-cycle, the only one on the axis, for all $\lambda_1$, $\eta$ and $\rho$",
    parts=(Identity("cycle", ("eigenvalue", "eta", "rho", "w"), cycle, false=lambda *given: cycle(*given, wrong=1)),),
    tie=tie,
    rtol=1e-8,
)
