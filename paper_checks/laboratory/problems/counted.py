"""A quadratic that counts what it is asked for, in runs that are interpreted."""

from typing import NamedTuple

import numpy as np

from flatlab.objectives import draw, gradient, new_sample, sample_gradient, value


class Counted(NamedTuple):
    """f(w) = |w|^2 / 2 as an oracle whose samples add 1 or -1 to the first entry of the gradient."""

    random = True


ASKED = {"gradients": 0, "values": 0}  # of this class; an objective has no fields that change


@value.register(Counted)
def _(objective, w):
    ASKED["values"] += 1
    return w @ w / 2


@gradient.register(Counted)
def _(objective, w, out):
    ASKED["gradients"] += 1
    out[:] = w


@new_sample.register(Counted)
def _(objective, w):
    return np.zeros(1)


@draw.register(Counted)
def _(objective, sample, rng):
    sample[0] = 1.0 if rng.random() < 0.5 else -1.0


@sample_gradient.register(Counted)
def _(objective, sample, w, out):
    gradient(objective, w, out)
    out[0] += sample[0]
