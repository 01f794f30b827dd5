r"""The growth of $|w_1|$ in one step is $h-1+h\rho\lambda_1/|\Lambda w|$: above $h-1>1$, near it far out."""

from fractions import Fraction

from flatlab.evidence.enclosures.enclosure import At, Chart, Enclosure, Identity, both, lowered
from paper_checks.bartlett2023.enclosures._step import step


def growth(eigenvalue, eta, rho, norm, w, wrong=0):
    h, near = eta * eigenvalue, rho * eigenvalue / norm
    return {"growth": (-step(eigenvalue, w, norm, eta, rho) / w, h - 1 + h * near + wrong)}


def above(h, near):
    return {"growth - 1": h - 2 + h * near}


def tie(p, observed, expected):
    far = 1e13 * p.rho * p.eigenvalues[0]
    point = {"eigenvalue": p.eigenvalues[0], "eta": p.eta, "rho": p.rho, "norm": far, "w": far / p.eigenvalues[0]}
    yield At("growth", point, both("growth", observed, expected))
    yield At("above 1", {"h": p.h, "near": 1e-13}, {"growth - 1": observed - 1})


ENCLOSURE = Enclosure(
    proves=r"""$|w_{t+1,1}|/|w_{t,1}|=h-1+h\rho\lambda_1/|\Lambda w_t|$ in every step, which is above 1 for $h$ from
        $2+2^{-10}$ to 6 and tends to $h-1$ as $|\Lambda w_t|$ grows""",
    parts=(
        Identity("growth", ("eigenvalue", "eta", "rho", "norm", "w"), growth, lambda *given: growth(*given, wrong=1)),
        Chart(
            "above 1",
            {"h": (2 + 2.0**-10, 6), "near": (0, 1)},
            above,
            lowered(above, Fraction(2, 1000)),
        ),
    ),
    tie=tie,
    rtol=1e-8,
)
