"""A profile whose slope has a kink: the valley's third derivative is Lipschitz and no more."""

from typing import NamedTuple

from flatlab.base import checks
from flatlab.objectives.valleys.profiles import profile_at

__all__ = ["Kink"]


@checks.validated
class Kink(NamedTuple):
    """The profile a(y) = level + curvature (y^2 + tilt y|y|) / 2: a' has a kink at its minimum 0, and a'' a jump.

    level, curvature : above 0
    tilt : between -1 and 1

    >>> profile_at(Kink(level=1.0, curvature=2.0, tilt=0.5), -1.0)
    (1.5, -1.0, 1.0, 0.0)
    """

    level: float = 1.0
    curvature: float = 2.0
    tilt: float = 0.5

    def clean_fields(self) -> tuple:
        level, curvature = checks.positive("level", self.level), checks.positive("curvature", self.curvature)
        return level, curvature, checks.between("tilt", self.tilt, -1, 1)


@profile_at.register(Kink)
def _(profile, y):
    side = 1.0 if y > 0 else -1.0 if y < 0 else 0.0
    curvature = profile.curvature * (1.0 + profile.tilt * side)
    return profile.level + curvature * y * y / 2, curvature * y, curvature, 0.0
