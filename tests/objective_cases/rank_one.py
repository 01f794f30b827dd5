"""Twin of the factorisation of rank one."""

import autograd.numpy as anp
import numpy as np
from cases import ObjectiveCase

from flatlab.objectives import RankOne

FIELDS = ([1.0, 2.0], [0.5, -1.0, 0.2], 1.7)


def rank_one(left, right, strength):
    """|u v^T - s a b^T|^2 / 2, a and b scaled to length 1."""
    target = strength * np.outer(left, right) / (np.linalg.norm(left) * np.linalg.norm(right))
    return lambda w: anp.sum((anp.outer(w[: len(left)], w[len(left) :]) - target) ** 2) / 2


CASES = {"RankOne": lambda: ObjectiveCase(RankOne(*FIELDS), 5, rank_one(*FIELDS))}
