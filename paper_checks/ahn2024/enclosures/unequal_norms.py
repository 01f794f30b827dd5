r"""The ratio for two given residuals, and its mean over Gaussian ones by partial fractions.

Let sample $i$ carry the slope of the trace, $p_i=g_i\cdot x+\alpha(\hat g_i\cdot x)(t\cdot x)$. Where the residuals
$r_i,r_j$ are small the batch of both moves by $\pm\rho u$ with the part $s_ir_i/l$ along $\hat g_i$,
$l^2=s_i^2r_i^2+s_j^2r_j^2$, the single sample by $\pm\rho\hat g_i$; the mean of $p_i\nabla p_i\cdot t$ over the sign is
compared. For $r_j/r_i$ a standard Cauchy variable and $c=s_j/s_i$ the mean is
$\frac1\pi\int\frac{dx}{(1+c^2x^2)(1+x^2)}$, and $\int\frac{dx}{1+x^2}=\pi$, $\int\frac{c^2dx}{1+c^2x^2}=c\pi$.
"""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both


def carried(size, bend, rho, part):
    """Return the mean over the sign of p_i grad p_i . t, moved by a part of rho along its gradient."""
    return sum(size * move * (bend * move) for move in (rho * part, -rho * part)) / 2


def batch(size, bend, rho, part, power=2):
    return {"batch / single": (carried(size, bend, rho, part) / carried(size, bend, rho, 1), part**power)}


def shares(c, x, r, size, wrong=0):
    squares = (size * r) ** 2, (c * size * x * r) ** 2
    whole = 1 / ((1 + c**2 * x**2) * (1 + x**2))
    return {
        "squared part": (squares[0] / (squares[0] + squares[1]), 1 / (1 + (c * x) ** 2)),
        "under the integral": (whole, (1 / (1 + x**2) - c**2 / (1 + (c * x) ** 2)) / (1 - c**2)),
        "mean": ((1 - c) / (1 - c**2), 1 / (1 + c) + wrong),
    }


def tie(s, observed, expected):
    part = 1 / (1 + s.norm**2) ** 0.5  # of sample 1 at equal residuals
    square = both("batch / single", part**2, part**2)
    yield At("batch", {"size": 1.0, "bend": 1.0, "rho": 1e-3, "part": part}, square)
    for c, seen, stated in zip((s.norm, 1 / s.norm), observed, expected):
        even, under = 1 / (1 + c**2), 1 / (2 * (1 + c**2))
        numbers = both("squared part", even, even) | both("under the integral", under, under)
        yield At("shares", {"c": c, "x": 1.0, "r": 1.0, "size": 1.0}, numbers | both("mean", seen, stated))


ENCLOSURE = Enclosure(
    proves=r"the statement, as the residuals go to 0, for all $s_1\ne s_2$, $\rho$ and carriers",
    parts=(
        Identity(
            "batch", ("size", "bend", "rho", "part"), batch, lambda *given: {"wrong": (carried(*given), given[3])}
        ),
        Identity("shares", ("c", "x", "r", "size"), shares, lambda *given: shares(*given, wrong=1)),
    ),
    tie=tie,
    rtol=2e-3,
)
