"""Profiles g(s) of a ravine's curvature, chosen by name and compiled as one branch.

============== ========================= ===============================================================
name           g(s)                      where g is stationary
============== ========================= ===============================================================
bowl           1 + s^2                   one minimum at 0
double-well    1 + (s^2 - 1)^2           minima at -1 and 1, a maximum between them
wavy           2 + s^2/8 - cos 2s        a lowest minimum at 0 and local ones on both sides
slope          1 + 1 / (1 + exp(-s))     nowhere: it falls to 1 as s goes to minus infinity
hill           1 + exp(-s^2)             one maximum at 0: it falls to 1 on both sides
============== ========================= ===============================================================
"""

import math

import numpy as np

from flatlab import _checks
from flatlab.compiler.options import compiled

PROFILES = ("bowl", "double-well", "wavy", "slope", "hill")


def profile_code(profile):
    """Return the number of a profile given by its name or its number."""
    if isinstance(profile, str):
        return PROFILES.index(_checks.one_of("profile", profile, PROFILES))
    if _checks.whole("profile", profile) >= len(PROFILES):
        raise ValueError(f"profile must be one of {', '.join(map(repr, PROFILES))}, got {profile!r}")
    return int(profile)


@compiled
def profile_and_slope(code, s):
    """Return g(s) and g'(s)."""
    if code == 0:
        return 1.0 + s * s, 2.0 * s
    if code == 1:
        well = s * s - 1.0
        return 1.0 + well * well, 4.0 * s * well
    if code == 2:
        return 2.0 + s * s / 8.0 - math.cos(2.0 * s), s / 4.0 + 2.0 * math.sin(2.0 * s)
    if code == 3:
        share = 1.0 / (1.0 + math.exp(-s))
        return 1.0 + share, share * (1.0 - share)
    bump = math.exp(-s * s)
    return 1.0 + bump, -2.0 * s * bump


def profile_derivatives(code, s):
    """Return g, g', g'' and g''' at ``s``, a number or an array."""
    s = np.asarray(s, dtype=float)
    if code == 0:
        return 1 + s**2, 2 * s, 2 + 0 * s, 0 * s
    if code == 1:
        return 1 + (s**2 - 1) ** 2, 4 * s * (s**2 - 1), 12 * s**2 - 4, 24 * s
    if code == 2:
        return (
            2 + s**2 / 8 - np.cos(2 * s),
            s / 4 + 2 * np.sin(2 * s),
            0.25 + 4 * np.cos(2 * s),
            -8 * np.sin(2 * s),
        )
    if code == 3:
        p = 1 / (1 + np.exp(-s))
        rise = p * (1 - p)
        return 1 + p, rise, rise * (1 - 2 * p), rise * (1 - 6 * p + 6 * p**2)
    bump = np.exp(-(s**2))
    return 1 + bump, -2 * s * bump, (4 * s**2 - 2) * bump, (12 * s - 8 * s**3) * bump
