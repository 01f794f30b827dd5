"""Valleys a(y) |x|^2 / 2 and the profiles a of their curvature."""
