"""One base optimiser for every method: heavy-ball momentum and weight decay around its step."""

from typing import NamedTuple

import numpy as np

from flatlab import _checks
from flatlab.cost import gradients_per_step
from flatlab.methods._generic import step, workspace

__all__ = ["HeavyBall"]


@_checks.checked
class HeavyBall(NamedTuple):
    """Momentum and weight decay around any method, so that methods differ in their gradient alone.

    With ``w + d(w)`` the point that the method steps to and eta its step size: ``v <- momentum * v + d(w) - eta *
    decay * w``, ``w <- w + v``, from v = 0. Around gradient descent it is the heavy ball on
    ``f(w) + (decay/2) |w|^2``, up to rounding. The decay acts at w, never at a perturbed point. What the method keeps
    between steps stays its own.

    Parameters
    ----------
    method : NamedTuple
        From ``flatlab.methods``, with a constant ``eta``; its own momentum should be 0.
    momentum : float
        In [0, 1).
    decay : float
        Weight decay, 0 or above.

    Raises
    ------
    ValueError
        If a parameter is out of range, or the method is none or has no constant step size.

    Notes
    -----
    Source: RECALLED, Polyak's heavy ball with coupled weight decay, as deep-learning libraries write it.
    """

    method: tuple
    momentum: float = 0.9
    decay: float = 0.0

    def checked(self):
        """Return the fields as clean values."""
        if not isinstance(self.method, tuple) or not step.implemented(type(self.method)):
            raise ValueError(f"method must be a NamedTuple with a registered step, got {self.method!r:.80}")
        _checks.positive("eta of the method", getattr(self.method, "eta", None))
        return (
            self.method,
            _checks.between("momentum", self.momentum, 0, 1, ends="[)"),
            _checks.nonnegative("decay", self.decay),
        )

    def refuse_unfit(self, objective):
        """Refuse what the method refuses."""
        if hasattr(self.method, "refuse_unfit"):
            self.method.refuse_unfit(objective)

    @property
    def random(self):
        """Whether the method draws random numbers of its own."""
        return getattr(self.method, "random", False)

    @property
    def gradients_per_step(self):
        """Cost of a step in gradient evaluations."""
        return gradients_per_step(self.method)


@workspace.register(HeavyBall)
def _(method, objective, w):
    return np.empty(w.size), np.zeros(w.size), workspace(method.method, objective, w)


@step.register(HeavyBall)
def _(method, objective, w, work, rng):
    before, velocity, inner = work
    for i in range(w.size):
        before[i] = w[i]
    step(method.method, objective, w, inner, rng)
    shrink = method.method.eta * method.decay
    for i in range(w.size):
        velocity[i] = method.momentum * velocity[i] + (w[i] - before[i]) - shrink * before[i]
        w[i] = before[i] + velocity[i]
