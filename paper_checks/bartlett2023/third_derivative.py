r"""Where $\lambda_1$ of the Hessian is simple, $T[v_1,v_1,\cdot]=\nabla\lambda_1$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, Uniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.geometry.curvature import sharpness_gradient
from flatlab.objectives import CubicQuartic, SeparableRavine, hessian, third_derivative
from flatlab.objectives.valleys.named_profiles import named_profile
from paper_checks.bartlett2023.problems.bounces import PROFILES, curved_problem, polynomial, symmetric

STEP = 5e-4
CENTRAL = {1: 3 / 4, 2: -3 / 20, 3: 1 / 60}  # weights of the central difference of order six
FAMILIES = ("polynomial", "tanh", "cubic", *PROFILES)


def case(family, d, away, seed):
    """Return an objective and a point that is no minimum."""
    rng = np.random.default_rng(seed)
    if family == "polynomial":
        objective, size = polynomial(rng, d=min(d, 6), h=1.0).objective, min(d, 6)
    elif family in PROFILES:
        count = max(d // 2, 1)
        objective = SeparableRavine(named_profile(family), rng.uniform(0.5, 2.0, count), rng.uniform(0.8, 1.2, count))
        size = 2 * count
    else:
        objective, size = curved_problem(rng, d=d, m=2 + d // 5, model=family, h=1.0).objective, d
    return objective, away * rng.standard_normal(size)


def double(seed, **setting):
    """Return a cubic at a point where the largest eigenvalue is double."""
    cubic = symmetric(np.random.default_rng(seed).standard_normal((4, 4, 4)))
    return CubicQuartic([1.0, 1.0, 0.5, 0.3], cubic, np.zeros((4,) * 4)), np.zeros(4)


def relative_gap(s):
    values = np.linalg.eigvalsh(hessian(*case(**s)))
    return (values[-1] - values[-2]) / values[-1] if values[-1] > 0 else 0.0


def twice_along(found, place):
    """Return T[v, v, .] with the eigenvector in a place of the order of eigenvalues."""
    return third_derivative(*found, np.linalg.eigh(hessian(*found))[1][:, place])


def difference(found, number=lambda values: values[-1]):
    objective, w = found

    def at(point):
        return number(np.linalg.eigvalsh(hessian(objective, point)))

    return [
        sum(c * (at(w + k * STEP * axis) - at(w - k * STEP * axis)) for k, c in CENTRAL.items()) / STEP
        for axis in np.eye(w.size)
    ]


CLAIM = Claim(
    id="bartlett2023/third-derivative",
    title="the third derivative is the gradient of the sharpness",
    statement=r"Where $\lambda_1$ of the Hessian is simple, $T[v_1,v_1,\cdot] = \nabla\lambda_1$.",
    source=("What the authors state", "Offset recursion"),
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-7, atol=1e-7),
    problem=case,
    observe=lambda found, rng: sharpness_gradient(*found),
    expect=difference,
    domain={"family": Choice(FAMILIES), "d": Whole(4, 50, log=True), "away": Uniform(0.05, 0.5), "seed": SEED},
    corners=tuple(
        {"family": family, "d": d, "away": 0.2, "seed": 11}
        for family, d in (("polynomial", 3), ("tanh", 6), ("cubic", 20), ("wavy", 4), ("double-well", 10))
    ),
    hypotheses={"the two largest eigenvalues are a tenth apart": lambda s: relative_gap(s) > 0.1},
    quick=6,
    full=200,
    note="Tolerance: the error of the central difference of order six.",
    controls=(
        Control(
            "second eigenvector",
            "T[v_2, v_2, .] is the gradient of another eigenvalue",
            observe=lambda found, rng: twice_along(found, -2),
        ),
        Control(
            "a double eigenvalue",
            "it is not differentiable there",
            lambda found, rng: twice_along(found, -1),
            problem=double,
        ),
        Control(
            "trace",
            "the gradient of the trace is the sum over all eigenvectors",
            expect=lambda found: difference(found, lambda values: values.sum()),
        ),
    ),
)
