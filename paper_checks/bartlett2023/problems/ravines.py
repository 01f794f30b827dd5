"""What the claims on one ravine share: its curvature a(y), and a stable method without normalisation."""

from flatlab.methods import USAM
from flatlab.objectives.valleys.profiles import profile_at
from flatlab.theory.sam import USAMOnQuadratic


def profile(bounce, y):
    """Return a(y) and its derivatives."""
    return profile_at(bounce.objective.profile, float(y))


def stable_usam(bounce):
    """Return USAM with half of the radius at which it would lose stability at the start."""
    top = bounce.frame.sharpness
    rho = (2 / (bounce.eta * top) - 1) / top / 2
    assert bounce.eta < USAMOnQuadratic([top], rho).threshold
    return USAM(bounce.eta, rho)
