r"""At $h=2$ the increment of $|w_1|$ in one step is $2\rho\lambda_1|w_1|/|\Lambda w|$."""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.bartlett2023.enclosures._step import step


def increment(eigenvalue, rho, w, cosine, factor=2):
    after = -step(eigenvalue, w, eigenvalue * w / cosine, 2 / eigenvalue, rho)
    return {"increment / rho": ((after - w) / rho, factor * cosine)}


def tie(case, observed, expected):
    p, _ = case
    point = {"eigenvalue": p.eigenvalues[0], "rho": p.rho, "w": p.rho, "cosine": 1.0}
    yield At("increment", point, both("increment / rho", observed / p.rho, expected / p.rho))


ENCLOSURE = Enclosure(
    proves=r"""the increment of $|w_1|$ in a step is $2\rho\cos$ with $\cos$ that of the angle between gradient and
        $e_1$, for all spectra and $\rho$: at most $2\rho$, and $2\rho$ in the limit of an angle of 0""",
    measured="that the angle goes to 0",
    parts=(
        Identity(
            "increment", ("eigenvalue", "rho", "w", "cosine"), increment, lambda *given: increment(*given, factor=1)
        ),
    ),
    tie=tie,
    rtol=1e-7,
)
