r"""A step from $z=|z|e$ with noise $u$, with part $c$ along $e$ and $q$ across it: $|z^+|^2/|z|^2$ as an identity.

On $a|z|^2/2$ the gradient at $z+\rho u$ is $a(z+\rho u)$. With the projection its part along $z$, the direction of the
gradient, is taken off. As $\rho/|z|\to0$ what is left is $(1-\eta a)^2$ and $(1-2\eta a)^2$: $1-(1-h)^2=h(2-h)$ changes
sign at $h=2$ and $1-(1-2h)^2=4h(1-h)$ at $h=1$.
"""

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both


def step(a, eta, z, rho, c, q, projected, wrong=0):
    along = a * z + (0 if projected else a * (z + rho * c))
    across = a * rho * q
    h, near = eta * a, rho / z
    factor = (1 if projected else 2) * h - 1 + wrong
    noise = (h * near) ** 2 * q**2 + (0 if projected else 2 * factor * h * near * c + (h * near * c) ** 2)
    return {
        "|z^+|^2 / |z|^2": (((z - eta * along) ** 2 + (eta * across) ** 2) / z**2, factor**2 + noise),
        "1 - factor^2": (1 - factor**2, h * (2 - h) if projected else 4 * h * (1 - h)),
    }


def tie(s, observed, expected):
    point = {"a": s.curvature, "eta": s.h / s.curvature, "z": 1.0, "rho": 1e-9, "c": 0.0, "q": 1.0}
    name = "with the projection" if s.projected else "without"
    square = both("|z^+|^2 / |z|^2", observed**2, expected**2)
    yield At(name, point, square | both("1 - factor^2", 1 - observed**2, 1 - expected**2))


OF = ("a", "eta", "z", "rho", "c", "q")
ENCLOSURE = Enclosure(
    proves=r"the factors to leading order in $\rho/|z|$, with what remains, and the edges, for all $a$, $\eta$ and $n$",
    parts=tuple(
        Identity(
            name,
            OF,
            lambda *given, way=way: step(*given, projected=way),
            lambda *given, way=way: step(*given, projected=way, wrong=1),
        )
        for name, way in (("with the projection", True), ("without", False))
    ),
    tie=tie,
    rtol=1e-4,
)
