"""A valley whose minima have no curvature at all."""

from typing import NamedTuple

from flatlab.base import checks
from flatlab.objectives.questions import dimension, gradient, value


@checks.validated
class LevelBottom(NamedTuple):
    """The function f(z, y) = (a + b y) (z_1^p + ... + z_k^p) of k + 1 variables, y the last.

    level : a, above 0
    slope : b
    across : k, how many of the variables are z
    power : p, 4 or 2
    """

    level: float
    slope: float
    across: int
    power: int = 4

    def clean_fields(self) -> tuple:
        return (
            checks.positive("level", self.level),
            checks.number("slope", self.slope),
            checks.integer("across", self.across, at_least=1),
            checks.one_of("power", self.power, (2, 4)),
        )


@value.register(LevelBottom)
def _(objective, w):
    total = 0.0
    for i in range(objective.across):
        total += w[i] ** objective.power
    return (objective.level + objective.slope * w[objective.across]) * total


@gradient.register(LevelBottom)
def _(objective, w, out):
    a, total = objective.level + objective.slope * w[objective.across], 0.0
    for i in range(objective.across):
        cube = w[i] ** (objective.power - 1)
        out[i] = objective.power * a * cube
        total += cube * w[i]
    out[objective.across] = objective.slope * total


@dimension.register(LevelBottom)
def _(objective):
    return objective.across + 1
