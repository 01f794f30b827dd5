"""What the claims on convex quadratics share: see :mod:`paper_checks.bartlett2023.problems.quadratic`."""

from paper_checks.bartlett2023.problems.quadratic import (
    CORNERS,
    DOMAIN,
    REACHES,
    SEVERAL,
    STABLE,
    Problem,
    efolds_lost,
    enough_steps,
    late,
    quadratic_of,
)

__all__ = ["CORNERS", "DOMAIN", "REACHES", "SEVERAL", "STABLE", "Problem", "efolds_lost", "enough_steps", "late"]

PAPER = "Bartlett, Long, Bousquet (2023), arXiv 2210.01513v2, abstract"
problem = quadratic_of
