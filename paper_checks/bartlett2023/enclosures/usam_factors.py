r"""The factors of USAM as an identity."""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both


def factors(eigenvalue, eta, rho, w, power=2):
    ascent = w + rho * eigenvalue * w
    return {"factor": ((w - eta * eigenvalue * ascent) / w, 1 - eta * (eigenvalue + rho * eigenvalue**power))}


def tie(case, observed, expected):
    p, method, _ = case
    for i in {0, p.eigenvalues.size - 1}:
        point = {"eigenvalue": p.eigenvalues[i], "eta": method.eta, "rho": method.rho, "w": 1.0}
        yield At("factors", point, both("factor", observed[i], expected[i]))


ENCLOSURE = Enclosure(
    proves=r"the statement, for all $\lambda_i$, $\eta$, $\rho$ and $w_i\ne0$",
    parts=(Identity("factors", ("eigenvalue", "eta", "rho", "w"), factors, lambda *given: factors(*given, power=1)),),
    tie=tie,
)
