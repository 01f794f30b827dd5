r"""Each coordinate of the two sides, with $|\Lambda w|$ as a variable, on the right $\eta|\Lambda w|/\rho$."""

from flatlab import trajectory
from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.bartlett2023.enclosures._step import step


def scaled(eigenvalue, w, norm, eta, rho, power=1):
    left = step(eigenvalue, w, norm, eta, rho)
    unit = step(eta * eigenvalue, w / rho**power, eta * norm / rho, 1, 1)
    return {"step / w": (left / w, rho**power * unit / w), "difference / w": ((left - rho**power * unit) / w, 0)}


def tie(p, observed, expected):
    after = trajectory(p.sam, p.objective, p.start, steps=1)[1]
    for i in {0, p.eigenvalues.size - 1}:
        norm, w = (p.gradient**2).sum() ** 0.5, p.start[i]
        point = {"eigenvalue": p.eigenvalues[i], "w": w, "norm": norm, "eta": p.eta, "rho": p.rho}
        both_sides = both("step / w", after[i] / w, after[i] / w)
        yield At("scaling", point, both_sides | both("difference / w", observed, expected))


def wrong(eigenvalue, w, norm, eta, rho):
    left, right = scaled(eigenvalue, w, norm, eta, rho)["step / w"]
    return {"step / w": (left, right * rho)}


ENCLOSURE = Enclosure(
    proves=r"the statement, for all $\Lambda$, $\eta$, $\rho$ and $w$",
    parts=(Identity("scaling", ("eigenvalue", "w", "norm", "eta", "rho"), scaled, wrong),),
    tie=tie,
    rtol=1e-8,
)
