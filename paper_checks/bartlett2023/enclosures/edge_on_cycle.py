r"""The edge at $|g|=b_1$ as an identity: the root in it is $(4-h)/h$, which is positive."""

from fractions import Fraction

from flatlab.evidence.enclosures.enclosure import At, Chart, Enclosure, Identity, both, lowered
from paper_checks.bartlett2023.enclosures._step import radius


def edge(eigenvalue, eta, rho, doubled=1):
    norm, h = eigenvalue * radius(eigenvalue, eta, rho), eta * eigenvalue
    root = (4 - h) / h
    return {
        "what is under the root": (1 + 8 * doubled * rho / (eta * norm), root**2),
        "edge / eigenvalue": (norm / (2 * rho) * (root - 1) / eigenvalue, 1),
    }


def positive(h):
    return {"root times h": 4 - h}


def tie(p, observed, expected):
    point = {"eigenvalue": p.eigenvalues[0], "eta": p.eta, "rho": p.rho}
    g = p.theory.cycle().gradient_norm
    under = both("what is under the root", 1 + 8 * p.rho / (p.eta * g), ((4 - p.h) / p.h) ** 2)
    ratio = both("edge / eigenvalue", observed / p.eigenvalues[0], expected / p.eigenvalues[0])
    yield At("edge", point, under | ratio)
    yield At("the root is positive", {"h": p.h}, {"root times h": 4 - p.h})


ENCLOSURE = Enclosure(
    proves=r"the edge at the gradient norm $b_1$ of the cycle is $\lambda_1$, for all $\eta$, $\rho$ and $h<2$",
    measured="that runs settle on the cycle",
    parts=(
        Identity("edge", ("eigenvalue", "eta", "rho"), edge, lambda *given: edge(*given, doubled=2)),
        Chart("the root is positive", {"h": (0, 2)}, positive, lowered(positive, 2 + Fraction(1, 1000))),
    ),
    tie=tie,
    rtol=1e-7,
)
