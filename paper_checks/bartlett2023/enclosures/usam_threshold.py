r"""Below the threshold every factor of USAM lies in $(-1,1)$, above it that of the largest eigenvalue is below $-1$.

At $\eta=f\cdot2/(\lambda_1(1+\rho\lambda_1))$ the factors are $1-2fy$ with $0<y=r(1-z+zr)\le1$, $r=\lambda_i/\lambda_1$
and $z=\rho\lambda_1/(1+\rho\lambda_1)$. So they are below 1, and above $-1$ where $1-fy>0$; for $\lambda_1$
$y=1$.
"""

from fractions import Fraction

from flatlab.evidence.enclosures.enclosure import At, Chart, Enclosure, lowered

NEAR = 2.0**-20


def share(r, z):
    return r * (1 - z + z * r)


def below(f, r, z):
    return {"(1 + factor) / 2": 1 - f * share(r, z)}


def above(f):
    return {"-(1 + factor of the largest) / 2": f - 1}


def tie(case, observed, expected):
    p, method, f = case
    x = method.rho * p.eigenvalues[0]
    r, z = p.eigenvalues[-1] / p.eigenvalues[0], x / (1 + x)
    if f < 1:
        factor = 1 - method.eta * p.eigenvalues[-1] * (1 + method.rho * p.eigenvalues[-1])
        yield At("below the threshold", {"f": f, "r": r, "z": z}, {"(1 + factor) / 2": (1 + factor) / 2})
        yield At(
            "below the threshold", {"f": f, "r": 1, "z": z}, {"(1 + factor) / 2": (f - 1) * (observed + expected) / 2}
        )
    else:
        numbers = {"-(1 + factor of the largest) / 2": (f - 1) * (observed + expected) / 2}
        yield At("above the threshold", {"f": f}, numbers)


ENCLOSURE = Enclosure(
    proves=r"""below the threshold every factor lies in $(-1,1)$, so that USAM nears the minimum, and above it that of
        the largest eigenvalue is below $-1$, for all spectra and $\rho$""",
    excluded="step sizes within a millionth of the threshold, in units of it",
    parts=(
        Chart(
            "below the threshold",
            {"f": (0, 1 - NEAR), "r": (0, 1), "z": (0, 1)},
            below,
            lowered(below, Fraction(1, 1000)),
        ),
        Chart("above the threshold", {"f": (1 + NEAR, 2)}, above, lowered(above, Fraction(1, 1000))),
    ),
    tie=tie,
)
