r"""The drift of a batch over that of its samples one by one, with all signs of the residuals, for $B$ from 2 to 5.

With orthogonal gradients of one length $s$ and small residuals $\pm r$ the batch moves by $\pm\rho u$,
$u=\sum_j\varepsilon_j\hat g_j/\sqrt B$. There $p_i$ is $\pm\rho s\varepsilon_i/\sqrt B$ but for an even part, and its
slope along $t$ is $\pm\rho u^\top H_it$. With $h_{ij}=\hat g_j^\top H_it$ the mean over the sign is
$\frac1B\sum_i\rho^2s\varepsilon_i\sum_j\varepsilon_jh_{ij}/B$. That over independent $\varepsilon$ keeps $i=j$. All
batches together have each sample as often as single samples do.
"""

from fractions import Fraction
from itertools import product

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from flatlab.theory.sam import batch_factor

SIZES = (2, 3, 4, 5)


def names(size):
    return ("rho", "s", *(f"h{i}{j}" for i in range(size) for j in range(size)))


def drift(size, rho, s, *h):
    """Return the mean over residual signs of what a batch adds along t."""
    found, patterns = 0, list(product((1, -1), repeat=size))
    for i, j in product(range(size), repeat=2):
        correlation = sum(signs[i] * signs[j] for signs in patterns) / len(patterns)
        found = found + rho**2 * s * correlation * h[size * i + j] / size**2
    return found


def singles(size, rho, s, *h):
    return sum(drift(1, rho, s, h[(size + 1) * i]) for i in range(size)) / size


def over(size, power=1):
    """Return the function of the drift of a batch over that of single samples, and what it is stated to be."""
    return lambda *given: {"batch / single": (drift(size, *given) / singles(size, *given), Fraction(1, size**power))}


def tie(p, observed, expected):
    for size in SIZES:
        seen = (observed, expected) if size == p.batch else (batch_factor(size), batch_factor(size))
        point = dict.fromkeys(names(size), 0.5)
        yield At(f"B = {size}", point, both("batch / single", *seen))


ENCLOSURE = Enclosure(
    proves=r"the statement as the residuals go to 0, for all $n$, $\rho$ and models, and $B$ from 2 to 5",
    excluded="larger batches",
    parts=tuple(Identity(f"B = {size}", names(size), over(size), over(size, power=2)) for size in SIZES),
    tie=tie,
    rtol=1e-3,
)
