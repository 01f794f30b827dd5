"""Twin of the quadratic with truncated plateaus."""

import autograd.numpy as anp
from cases import ObjectiveCase

from flatlab.objectives import Hats

FIELDS = ([0.5, 0.8, 0.3], 1.2, 4.0)


def hats(half_widths, c, stretch):
    """w_0^2/(2G) and a hat in every other coordinate."""

    def value(w):
        r, alpha = anp.abs(w[1:]), anp.array(half_widths)
        top = c * alpha**2 / 4
        shoulder, foot = top - c * (r - alpha) ** 2 / 2, c * (r - 2 * alpha) ** 2 / 2
        beyond = anp.where(r <= 2 * alpha, foot, 0.0)
        return w[0] ** 2 / (2 * stretch) + anp.sum(
            anp.where(r <= alpha, top, anp.where(r <= 1.5 * alpha, shoulder, beyond))
        )

    return value


CASES = {"Hats": lambda: ObjectiveCase(Hats(*FIELDS), 4, hats(*FIELDS))}
