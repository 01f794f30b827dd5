"""A quadratic that counts what it is asked for, in runs that are interpreted."""

from typing import NamedTuple

import numpy as np

from flatlab import ensemble, trajectory
from flatlab.compiler.options import interpreted
from flatlab.objectives import draw, gradient, new_sample, sample_gradient, value
from flatlab.simulation.cost import tally
from flatlab.simulation.trajectories import outputs, restarts


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


RUNS = 3  # of an ensemble, and of restarts
DRIVERS = {  # method, start, steps, generator
    "trajectory": lambda m, w, t, rng: trajectory(m, Counted(), w, steps=t, rng=rng),
    "random output": lambda m, w, t, rng: outputs(m, Counted(), w, steps=t, rng=rng),
    "restarts": lambda m, w, t, rng: restarts(m, Counted(), w, count=RUNS, steps=t, rng=rng),
    "ensemble": lambda m, w, t, rng: ensemble(m, Counted(), np.stack([w] * RUNS), steps=t),
}


class Steps(NamedTuple):
    """Some steps of a method from a random start."""

    method: tuple
    gradients: int
    values: int
    steps: int
    seed: int
    driver: str = "trajectory"

    @property
    def taken(self):
        """All steps, of one run or of several."""
        return self.steps * (RUNS if self.driver in ("restarts", "ensemble") else 1)


def asked(p, method=None):
    """Return the gradients and values that are asked for, and those that are charged."""
    rng = np.random.default_rng(p.seed)
    method, start = method or p.method, rng.standard_normal(3)
    with interpreted(), tally() as count:
        trajectory(method, Counted(), start, steps=0, rng=rng)  # a class is tried out before it first runs
        ASKED.update(gradients=0, values=0)
        DRIVERS[p.driver](method, start, p.steps, rng)
    return [ASKED["gradients"], ASKED["values"]], [count.gradients, count.values]
