"""Valleys a(y) |x|^2 / 2 and the profiles a of their curvature."""

from flatlab.objectives.valleys import any_profile as any_profile
