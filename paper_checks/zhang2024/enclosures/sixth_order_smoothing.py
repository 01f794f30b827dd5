r"""What Gaussian noise adds to a sixth power of a linear form, to sums of them, and to $(w_1w_2w_3-1)^2/2$.

$a\cdot U$ is $N(0,s^2\lVert a\rVert^2)$, so a sixth power needs the moments of one number only. The sum over forms is
linear in $P_1=\sum f\lVert a\rVert^2c^4$, $P_2=\sum f\lVert a\rVert^4c^2$ and $P_3=\sum f\lVert a\rVert^6$, $c=a\cdot
w+b$, in which $\Delta f=30P_1$, $\Delta^2f=360P_2$ and $\Delta^3f=720P_3$. The product is of second degree in each
coordinate, where fair signs of size $s$ have the mean of the Gaussian. The polarisation identity makes every
homogeneous polynomial of degree six a sum of sixth powers, with factors of either sign.
"""

from itertools import product

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from flatlab.geometry.smoothing import quadrature_expectation
from paper_checks.zhang2024.enclosures._moments import U, gaussian

ADDED = "F - f over the stated"


def expansion(s, first, second, third, last=48):
    return s**2 * first / 2 + s**4 * second / 8 + s**6 * third / last


def ridge(c, square, s, last=48):
    """Return what is added to c^6, for a form of the squared length ``square``."""
    found = ((U + c) ** 6).mean(gaussian(s**2 * square)) - c**6
    return {ADDED: (found / expansion(s, 30 * square * c**4, 360 * square**2 * c**2, 720 * square**3, last), 1)}


def forms(first, second, third, s, last=48):
    """Return the sum over forms, of the three sums P."""
    found = 15 * s**2 * first + 45 * s**4 * second + 15 * s**6 * third
    return {ADDED: (found / expansion(s, 30 * first, 360 * second, 720 * third, last), 1)}


def three(x, y, z, s, last=48):
    """Return what is added to (x y z - 1)^2/2."""
    signs = product((-1, 1), repeat=3)
    values = [((x + a * s) * (y + b * s) * (z + c * s) - 1) ** 2 for a, b, c in signs]
    pairs, squares = x**2 * y**2 + y**2 * z**2 + z**2 * x**2, x**2 + y**2 + z**2
    return {ADDED: ((sum(values) / 8 - (x * y * z - 1) ** 2) / 2 / expansion(s, pairs, 4 * squares, 24, last), 1)}


def tie(p, observed, expected):
    numbers = both(ADDED, observed / expected, 1)
    c, square = p.w[0], 1 + p.w[1] ** 2
    alone = quadrature_expectation(lambda u: (c + u[0]) ** 6 - c**6, 1, p.s * square**0.5, 4)
    stated = expansion(p.s, 30 * square * c**4, 360 * square**2 * c**2, 720 * square**3)
    yield At("ridge", {"c": c, "square": square, "s": p.s}, both(ADDED, alone / stated, 1))
    first, second, third = p.powers
    yield At("forms", {"first": first / 30, "second": second / 360, "third": third / 720, "s": p.s}, numbers)
    if third == 24:  # the product, of which it is constant
        yield At("product", {**dict(zip("xyz", p.w)), "s": p.s}, numbers)


ENCLOSURE = Enclosure(
    proves=r"the statement, for all sums of sixth powers of linear forms and for the product, at all $w$ and $s$",
    parts=(
        Identity("ridge", ("c", "square", "s"), ridge, lambda *given: ridge(*given, last=24)),
        Identity("forms", ("first", "second", "third", "s"), forms, lambda *given: forms(*given, last=24)),
        Identity("product", ("x", "y", "z", "s"), three, lambda *given: three(*given, last=24)),
    ),
    tie=tie,
    rtol=1e-8,
)
