"""Test problems of a setting: see :mod:`paper_checks.ahn2024.problems.sharp_minima`."""

from paper_checks.ahn2024.problems import sharp_minima
from paper_checks.ahn2024.problems.sharp_minima import PROBLEMS

__all__ = ["PROBLEMS", "sharp_minimum"]


def sharp_minimum(setting):
    """Return an objective and a sharp minimum of it."""
    return sharp_minima.sharp_minimum(setting["problem"], setting["seed"])
