"""Twin of copies side by side."""

from cases import ObjectiveCase
from objective_cases.dense_quadratic import HESSIAN, dense_quadratic

from flatlab.objectives import DenseQuadratic, SideBySide


def twice(value):
    """f(w_1) + f(w_2)."""
    return lambda w: value(w[: len(w) // 2]) + value(w[len(w) // 2 :])


CASES = {
    "SideBySide": lambda: ObjectiveCase(SideBySide(DenseQuadratic(HESSIAN), 2), 10, twice(dense_quadratic(HESSIAN)))
}
