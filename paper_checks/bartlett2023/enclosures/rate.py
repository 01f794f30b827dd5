r"""The factor of a coordinate at any gradient norm $(1+\delta)b_1$ as an identity: it is $m_i$ at the cycle."""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.bartlett2023.enclosures._step import multiplier, radius, step


def factor(top, own, eta, rho, w, delta, power=2):
    norm, r = top * radius(top, eta, rho) * (1 + delta), own / top
    stated = multiplier(own, top, eta, power) + (2 - eta * top) * r**2 * delta / (1 + delta)
    return {"factor": (step(own, w, norm, eta, rho) / w, stated)}


def tie(p, observed, expected):
    for i in {1, p.eigenvalues.size - 1}:
        point = {"top": p.eigenvalues[0], "own": p.eigenvalues[i], "eta": p.eta, "rho": p.rho, "w": 1.0, "delta": 0}
        yield At("factor", point, both("factor", observed[i - 1], expected[i - 1]))


ENCLOSURE = Enclosure(
    proves=r"""the factor of $w_i$ in a step from $|\Lambda w|=(1+\delta)b_1$ is
        $m_i+(2-h)(\lambda_i/\lambda_1)^2\delta/(1+\delta)$, which tends to $m_i$ with $\delta\to0$""",
    parts=(
        Identity(
            "factor",
            ("top", "own", "eta", "rho", "w", "delta"),
            factor,
            false=lambda *given: factor(*given, power=1),
        ),
    ),
    tie=tie,
)
